"""The commands, once everything is installed: `python3 -m kultour` hands over to this module."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


def main(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kultour.settings")
    command, rest = arguments[0], arguments[1:]
    if command in DOING:
        return DOING[command](rest)
    if command == "check":  # the name belongs to Django; ours asks the running parts
        return manage(["selftest", *rest])
    return manage(rest if command == "manage" else arguments)


def run(arguments: list[str]) -> int:
    from kultour.running import run as run_house

    leave(run_house(arguments))


def serve(arguments: list[str]) -> int:
    from kultour.serving import serve_production

    leave(serve_production(arguments))


def test(arguments: list[str]) -> int:
    from kultour.testing import test as test_house

    return test_house(arguments)


def bench(arguments: list[str]) -> int:
    from tests.bench import main as measure

    return measure(arguments)


def manage(arguments: list[str]) -> int:
    """A management command of Django or of ours, on the data directory named by `--data`."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data", type=Path)
    known, rest = parser.parse_known_args(arguments)
    if known.data:
        os.environ["KULTOUR_DATA"] = str(known.data.resolve())
    from kultour.object_store import use_running_store

    use_running_store(Path(os.environ.get("KULTOUR_DATA", "data")).resolve())
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["python3 -m kultour", *rest])
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """End at once: all is closed and written, but requests that were just being answered wait in threads for an event
    loop that has stopped, and the interpreter would join them for ever."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


DOING: dict[str, Callable[[list[str]], int]] = {"run": run, "serve": serve, "test": test, "bench": bench}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
