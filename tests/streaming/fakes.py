"""A relay without a network: connections come, speak and go when a test says so."""

from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace

from streaming.relay import Broadcast


class Connection:
    """An artist's connection, or a seat: `new` until the test connects or closes it."""

    def __init__(self, stage: str, on_change: Callable) -> None:
        self.id = f"{stage}-{id(self)}"
        self.stage = stage
        self.answer = "v=0"
        self.etag = "1"
        self.state = "new"
        self.arrives = False
        self._on_change = on_change

    def stats(self, now: float) -> SimpleNamespace:
        connected = self.state == "connected"
        arrives = connected and self.arrives
        return SimpleNamespace(
            connected=connected, video=arrives, audio=arrives, picture_age=None, bitrate=0, path="udp", fault=None
        )

    def connects(self) -> None:
        self.state = "connected"
        self._on_change(self)

    def closes(self) -> None:
        if self.state != "closed":
            self.state = "closed"
            self._on_change(self)


class FakeRelay:
    """Keeps the promises of `streaming.relay.Relay` that the control room relies on."""

    def __init__(self) -> None:
        self.broadcasts: dict[str, Broadcast] = {}
        self.connections: dict[str, Connection] = {}

    def open(self, stage: str) -> Broadcast:
        return self.broadcasts.setdefault(stage, Broadcast(stage, monotonic=monotonic))

    def publish(self, stage: str, offer: str, *, on_change: Callable) -> Connection:
        self.open(stage).take += 1
        previous, self.connections[stage] = self.connections.get(stage), Connection(stage, on_change)
        if previous:
            previous.closes()
        return self.connections[stage]

    def watch(self, stage: str, offer: str, *, on_change: Callable) -> Connection:
        return Connection(stage, on_change)

    def close(self, stage: str) -> None:
        if broadcast := self.broadcasts.pop(stage, None):
            self.connections.pop(stage).closes()
            broadcast.end()
