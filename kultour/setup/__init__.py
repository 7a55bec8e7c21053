"""Set-up: from a bare machine to the running program, with the standard library alone."""

import os
import sys

from kultour.setup.node import ensure_bundle
from kultour.setup.python import ensure_packages, python_of_the_house
from kultour.setup.steps import SetupError

USAGE = """\
python3 -m kultour COMMAND [options]       (COMMAND --help tells more)

  run     serve the town's stage on this machine
  test    linters, types and all tests
  bench   the project's own benchmarks: relay, demo, watch, start, junk, soak
  demo    load the demo edition, relative to today
  key     a WHIP address and a bearer token for a stage
  link    a personal link for an act
  person  a link with which somebody of the office chooses a password
  reseal  after a change of the secret key: apps and recovery codes, with the new one
  recordings   what was recorded, how far it is, what consent says
  export  a recording as a package for an archive
  check   self-test of configuration, UDP, database, channel layer and S3
  serve   the web process of a production installation
  upload  the uploader of a production installation: recordings to S3
  work    the worker of a production installation: retention, deleting, the archive's audit"""

COMMANDS = {
    "run",
    "test",
    "bench",
    "demo",
    "key",
    "link",
    "person",
    "reseal",
    "recordings",
    "export",
    "check",
    "serve",
    "upload",
    "work",
    "manage",
}


def begin(arguments: list[str]) -> int:
    """Install what the command needs, then become that command. Returns an exit code only when it could not."""
    command = arguments[0] if arguments else ""
    if command in {"", "-h", "--help"}:
        print(USAGE)
        return 0 if command else 2
    if command not in COMMANDS:
        print(f"Unknown command “{command}”.\n\n{USAGE}", file=sys.stderr)
        return 2
    try:
        prepare(command, arguments)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.flush()
    python = str(python_of_the_house())
    os.execv(python, [python, "-m", "kultour.commands", *arguments])


def prepare(command: str, arguments: list[str]) -> None:
    asks_only = bool({"-h", "--help"} & set(arguments))
    ensure_packages(with_tests=command == "test")
    if command in {"run", "test", "bench", "serve"} and not asks_only:
        ensure_bundle()
