"""The program with a packager that does nothing, so that `bench demo` can tell what packaging costs."""

import sys
from typing import Any

from kultour.commands import main
from streaming import recording
from streaming.relay import Packet


class Idle:
    """Sits where the packager sits and writes nothing down."""

    recent = ()

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def hear(self, packet: Packet) -> None: ...

    def leave(self) -> None: ...

    def close(self, patience: float) -> bool:
        return True


recording.Packager = Idle  # before `streaming.archive` takes it from there

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
