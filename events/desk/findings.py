"""What the survey found, put into sentences."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from events.desk.survey import Finding, Kind
from events.models import Access
from events.sentences import clock


def sentence(finding: Finding, zone: ZoneInfo, places: Mapping[str, str]) -> str:
    """One finding in one sentence; `places` are the names of the stages by slug."""
    if finding.kind == Kind.ACCESS:
        return _gap(finding, zone)
    one, other = finding.about[0].booking, finding.about[-1].booking
    words: dict[str, Any] = {
        "one": one.title,
        "other": other.title,
        "act": one.act_name,
        "stage": places.get(one.stage, one.stage),
        "there": places.get(other.stage, other.stage),
        "needed": _minutes(finding.needed),
    }
    if finding.kind == Kind.AGE:
        assert finding.begins and finding.ends
        words |= {"age": one.age, "begin": clock(finding.begins, zone=zone), "end": clock(finding.ends, zone=zone)}
    elif len(finding.about) == 2:
        words |= {"left": _minutes(finding.left), "from": clock(other.start, zone=zone)}
    return _sentences()[finding.kind].format(**words)


def _sentences() -> dict[Kind, str]:
    return {
        Kind.OVERLAP: _("“{other}” begins at {from} on {stage} while “{one}” is still playing."),
        Kind.CHANGE_OVER: _(
            "{stage}: {left} min between “{one}” and “{other}”, but the change-over takes {needed} min."
        ),
        Kind.ACT: _("{act} plays “{one}” ({stage}) and “{other}” ({there}) at the same time."),
        Kind.TRAVEL: _(
            "{act} has {left} min from “{one}” ({stage}) to “{other}” ({there}), but the way takes {needed} min."
        ),
        Kind.AGE: _("“{one}” is for ages {age} and over and may only be shown between {begin} and {end} (§ 5 JMStV)."),
        Kind.EDITION: _("“{one}” does not lie on a day of this edition."),
    }


def _gap(finding: Finding, zone: ZoneInfo) -> str:
    assert finding.begins and finding.ends
    gap = (
        _("Without {feature}: {day}, {begin} to {end} (only drafts so far).")
        if finding.drafts
        else _("Without {feature}: {day}, {begin} to {end}.")
    )
    return gap.format(
        day=formats.date_format(finding.begins.astimezone(zone), "D"),
        begin=clock(finding.begins, zone=zone),
        end=clock(finding.ends, zone=zone),
        feature=Access(finding.feature).label,
    )


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
