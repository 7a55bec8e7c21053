"""Write the browser's types of the WebSocket messages."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from streaming.signalling.typescript import typescript

TARGET = Path(settings.ROOT) / "frontend" / "shared" / "messages.ts"


class Command(BaseCommand):
    help = "Write frontend/shared/messages.ts from streaming/signalling/messages.py."

    def handle(self, *args: Any, **options: Any) -> None:
        TARGET.write_text(typescript())
        self.stdout.write(f"wrote {TARGET.relative_to(settings.ROOT)}")
