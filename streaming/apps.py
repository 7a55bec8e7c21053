"""Wires the live side to the programme, which does not know it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StreamingConfig(AppConfig):
    name = "streaming"
    verbose_name = _("Live")

    def ready(self) -> None:
        from events.programme import register_live_side
        from events.signals import programme_changed
        from kultour import retention
        from streaming.live_side import LiveSide, tell_pages
        from streaming.retention import RULES

        register_live_side(LiveSide())
        retention.register("streaming", RULES)
        programme_changed.connect(tell_pages, dispatch_uid="tell_pages")
