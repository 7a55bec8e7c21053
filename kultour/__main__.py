"""`python3 -m kultour run|test|…`: sets itself up with the standard library, then hands over to the real program.

Runs under the system's Python, so nothing here may need an installed package, and the file must still parse under a
Python that is too old, to be able to say so.
"""

import sys

OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit("Kultour needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])  # noqa: UP031
    from kultour.setup import begin

    sys.exit(begin(sys.argv[1:]))


if __name__ == "__main__":
    main()
