"""Everybody agrees to everything, whatever the clock says when it is measured."""

from django.utils import timezone

from events.models import Act, Consent, Performance


def agree() -> None:
    """Run inside the program's own settings: `manage shell -c`."""
    said = {"relive_days": 7, "days": 30, "download": True, "audio": True, "excerpt": True}
    said |= {"version": "bench", "given_at": timezone.now(), "given_by": "bench"}
    for act in Act.objects.all():
        Consent.objects.create(act=act, **said)
    for performance in Performance.objects.select_related("production"):
        Consent.objects.create(act_id=performance.production.act_id, performance=performance, **said)
