"""What the programme's pages learn of the live side, and the live side's pages of the programme."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.db.models import F, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from events import programme
from events.programme import Concurrency, Kept, OnAir, Usage
from streaming import statistics, titles
from streaming.mediathek import captions, offers, publication
from streaming.models import LiveSession
from streaming.on_air import AUDIBLE
from streaming.signalling import fanout, messages

REHEARSED = timedelta(seconds=20)
"""A transmission as long as this shows that picture and sound find the way."""


class LiveSide:
    """Answers `events.programme` for a whole list at once."""

    def on_air(self) -> Mapping[str, OnAir]:
        """Stage → what is on air there now."""
        sessions, now = list(_open_sessions()), timezone.now()
        named = _titles(sessions)
        return {session.stage: _told(session, named[session.pk], now) for session in sessions}

    def played(self) -> Mapping[int, OnAir]:
        """Performance → where it is on air now."""
        sessions, now = _open_sessions().filter(performance__isnull=False), timezone.now()
        return {
            session.performance_id: _told(session, session.title, now)
            for session in sessions
            if session.performance_id is not None
        }

    def recordings(self, performance_ids: Collection[int]) -> Mapping[int, str]:
        """Performance → address of its recording, where one may be watched."""
        rows = publication.visible(timezone.now()).filter(session__performance__in=performance_ids)
        return {
            performance_id: reverse("recording", args=[slug])
            for performance_id, slug in rows.values_list("session__performance", "slug")
        }

    def rehearsed(self, act_ids: Collection[int]) -> Mapping[int, datetime]:
        """Act → begin of its last transmission of 20 s or more that was over before its performance began."""
        before = Q(performance=None) | Q(heard__lte=F("performance__start"))
        tried = LiveSession.objects.filter(before, act__in=act_ids, heard__gte=F("started") + REHEARSED)
        return dict(tried.order_by().values_list("act").annotate(Max("started")))

    def usage(self, begins: datetime, ends: datetime) -> Sequence[Usage]:
        return statistics.usage(begins, ends)

    def concurrency(self, begins: datetime, ends: datetime) -> Concurrency | None:
        return statistics.concurrency(begins, ends)

    def kept(self, now: datetime) -> Sequence[Kept]:
        """What may be watched now, until when, and what is done about it already."""
        town = timezone.get_default_timezone()
        rows = publication.visible(now).filter(ended__isnull=False).order_by("public_until", "pk")
        told = rows.annotate(captioned=Min("captions__made")).values_list(
            "slug", "session__title", "ended", "public_until", "offer__offered", "captioned"
        )
        return [
            Kept(
                slug,
                title,
                ended,
                until,
                captions_due=captions.due(ended, town),
                offer_due=until - offers.AHEAD,
                offered=offered,
                captioned=captioned,
            )
            for slug, title, ended, until, offered, captioned in told
        ]


def _open_sessions() -> QuerySet[LiveSession]:
    return LiveSession.objects.filter(ended=None).select_related("act").order_by("started")


def _told(session: LiveSession, title: str, now: datetime) -> OnAir:
    return OnAir(
        stage=session.stage,
        since=session.started,
        title=title,
        act_name=session.act.name if session.act else None,
        rehearsal=session.rehearsal,
        stalled=session.heard < now - AUDIBLE,
        performance_id=session.performance_id,
        url=reverse("watch", args=[session.stage]),
    )


def _titles(sessions: Iterable[LiveSession]) -> dict[int, str]:
    """By session, in the page's language where the house itself has named them."""
    outside = [session for session in sessions if session.performance_id is None]
    translated = outside and not titles.in_first_language()
    names = {stage.slug: stage.name for stage in programme.stages()} if translated else {}
    told = {session.pk: titles.shown(session.title, session.started, names.get(session.stage)) for session in outside}
    return {session.pk: told.get(session.pk, session.title) for session in sessions}


def tell_pages(sender: Any, performance_id: int, stages: set[str], version: int, **_: Any) -> None:
    """A change of the programme reaches every open page."""
    message = messages.ProgrammeChanged(performance_id, sorted(stages), version)
    async_to_sync(fanout.tell)([fanout.EVERYWHERE, *(fanout.stage_room(stage) for stage in stages)], message)
