"""Accounts are forgotten in time, and with them what belongs to them."""

from datetime import UTC, datetime, timedelta

from kultour import retention
from kultour.accounts import links, people
from kultour.accounts.models import Deed, PasswordLink, User

NOW = datetime(2026, 5, 24, 22, 0, tzinfo=UTC)


def test_who_was_locked_out_a_year_ago_is_forgotten_with_links_that_are_over(db):
    for name, days, active in (("gone", 366, False), ("just locked", 364, False), ("unlocked again", 366, True)):
        User.objects.create(username=name, is_active=active, locked_at=NOW - timedelta(days=days))
    people.end_sessions(User.objects.get(username="gone").pk, by=User.objects.first(), now=NOW)
    links.make(User.objects.get(username="just locked"), NOW - timedelta(days=8))
    links.make(User.objects.get(username="unlocked again"), NOW - timedelta(days=6))
    retention.forget(NOW)
    assert (
        list(User.objects.values_list("username", flat=True).order_by("pk")),
        list(PasswordLink.objects.values_list("user__username", flat=True)),
        list(Deed.objects.values_list("whom", "whom_name")),
    ) == (["just locked", "unlocked again"], ["unlocked again"], [(None, "gone")])


def test_deeds_are_forgotten_after_two_years(db):
    for days in (729, 731):
        Deed.objects.create(kind=Deed.Kind.LOCKED, at=NOW - timedelta(days=days))
    assert retention.forget(NOW)["Deed"] == 1
