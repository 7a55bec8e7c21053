"""The recordings of the Mediathek for search engines, as long as it lists them."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from streaming.mediathek import publication
from streaming.models import Recording


class Recordings(Sitemap):
    i18n = True
    alternates = True

    def items(self) -> QuerySet[Recording]:
        return publication.listed(timezone.now()).order_by("pk")

    def location(self, item: Recording) -> str:
        return reverse("recording", args=[item.slug])

    def lastmod(self, item: Recording) -> datetime | None:
        return item.ended
