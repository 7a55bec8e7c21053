"""The programme's pages for search engines, in every language. Nothing in it leads to drafts."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from events.models import Act, Performance, Route, Stage, Venue

DRAFT = Performance.Status.DRAFT


class InEveryLanguage(Sitemap):
    """Each address with its translations beside it."""

    i18n = True
    alternates = True


class Pages(InEveryLanguage):
    def items(self) -> list[str]:
        return ["today", "programme", "archive", "accessibility", "house_rules", "imprint", "privacy"]

    def location(self, item: str) -> str:
        return reverse(item)


class Stages(InEveryLanguage):
    def items(self) -> QuerySet[Stage]:
        return Stage.objects.order_by("order")

    def location(self, item: Stage) -> str:
        return reverse("watch", args=[item.slug])


class Venues(InEveryLanguage):
    def items(self) -> QuerySet[Venue]:
        return Venue.objects.order_by("pk")

    def location(self, item: Venue) -> str:
        return reverse("venue", args=[item.slug])


class Routes(InEveryLanguage):
    def items(self) -> QuerySet[Route]:
        public = Performance.objects.exclude(status=DRAFT).values("production__edition")
        return Route.objects.filter(edition__in=public).order_by("pk")

    def location(self, item: Route) -> str:
        return reverse("route", args=[item.slug])


class Acts(InEveryLanguage):
    def items(self) -> QuerySet[Act]:
        public = Performance.objects.exclude(status=DRAFT).values("production__act")
        return Act.objects.filter(pk__in=public).order_by("pk")

    def location(self, item: Act) -> str:
        return reverse("act", args=[item.slug])


class Performances(InEveryLanguage):
    def items(self) -> QuerySet[Performance]:
        return Performance.objects.exclude(status=DRAFT).annotate(changed=Max("changes__at")).order_by("pk")

    def location(self, item: Performance) -> str:
        return reverse("performance", args=[item.slug])

    def lastmod(self, item: Performance) -> datetime | None:
        return getattr(item, "changed", None)


SITEMAPS = {
    "pages": Pages,
    "stages": Stages,
    "venues": Venues,
    "routes": Routes,
    "acts": Acts,
    "performances": Performances,
}
