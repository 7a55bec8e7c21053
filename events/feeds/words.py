"""What feeds say in words, alike in all of them."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from events.feeds.reading import Entry
from events.models import Access, Production
from events.programme import StageCard
from events.sentences import clock


def headline(entry: Entry) -> str:
    """The title; that it is cancelled stands before it, since many a program shows nothing else."""
    title = entry.item.title
    return _("Cancelled: {title}").format(title=title) if entry.item.cancelled else title


def news(entry: Entry) -> str:
    """Why it is cancelled, or where it was announced; empty where it stands as announced."""
    item = entry.item
    if item.cancelled:
        return _("Cancelled: {reason}").format(reason=item.cancel_reason)
    if not (item.changed_start or item.changed_stage):
        return ""
    assert item.previous_start and item.previous_stage
    with timezone.override(entry.zone):
        wall = timezone.localtime(item.previous_start)
        return _("Moved; announced for {day}, {time}, {place}.").format(
            day=formats.date_format(wall, "DATE_FORMAT"),
            time=clock(wall, zone=entry.zone),
            place=item.previous_stage.short_name,
        )


def access(entry: Entry) -> str:
    return ", ".join(str(Access(code).label) for code in entry.item.access)


def kind(entry: Entry) -> str:
    return str(Production.Kind(entry.item.kind).label)


def place(stage: StageCard, address: str) -> str:
    """Stage, venue and address in one line, each once."""
    parts = [stage.name, stage.venue_name, address]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def paragraphs(entry: Entry) -> list[str]:
    """All that there is to say about it."""
    item = entry.item
    offered = access(entry)
    said = [news(entry), item.act_name, item.text, _("Access: {features}").format(features=offered) if offered else ""]
    return [each for each in said if each]
