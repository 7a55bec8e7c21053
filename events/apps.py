from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from events.duties.incidents import note
        from events.retention import RULES
        from events.signals import incident_noticed
        from kultour import retention

        retention.register("events", RULES)
        incident_noticed.connect(note, dispatch_uid="note_incident")
