"""The house's log: one line per event, without addresses, tokens or line breaks from outside."""

import logging
import re
from datetime import datetime

SECRETS = re.compile(r"(?i)(bearer\s+|/hinterbuehne/|/willkommen/|/buero/fristen/|/wh[ie]p/[a-z0-9_-]+/)[\w.~+/=-]{8,}")
CONTROL = {code: f"\\x{code:02x}" for code in [*range(0x20), 0x7F] if code != 0x0A}


class OneLine(logging.Formatter):
    """Escapes control characters in the message and masks tokens; a traceback keeps its lines."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """With the zone's distance from UTC: in the night in which clocks are set back every time comes twice."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        text = super().format(record)
        head, *trace = text.split("\n") if record.exc_info else [text.replace("\n", "\\n")]
        return SECRETS.sub(r"\1…", "\n".join([head, *trace]).translate(CONTROL))


def is_no_polite_refusal(record: logging.LogRecord) -> bool:
    """Filter: a 503 that one of our doors chose to answer is no fault of the house."""
    return not (getattr(record, "status_code", None) == 503 and record.exc_info is None)
