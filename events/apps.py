from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from events.retention import RULES
        from kultour import retention

        retention.register("events", RULES)
