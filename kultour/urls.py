"""All addresses: the machines' without language, the people's in German at the root and English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.cache import cache_control

from events.feeds.sitemaps import SITEMAPS
from events.picture_pages import picture
from kultour import health, legal
from kultour.robots import robots
from kultour.security_txt import security_txt
from streaming.mediathek.sitemaps import Recordings

in_the_sitemap = {**SITEMAPS, "recordings": Recordings}

urlpatterns = [
    path("health", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("bild/<slug:digest>-<slug:size>.webp", picture, name="picture"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path(
        "sitemap.xml",
        cache_control(public=True, max_age=0, s_maxage=60)(sitemap),
        {"sitemaps": in_the_sitemap},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("", include("streaming.machine_urls")),
    *i18n_patterns(
        path("impressum", legal.imprint, name="imprint"),
        path("datenschutz", legal.privacy, name="privacy"),
        path("barrierefreiheit", legal.accessibility, name="accessibility"),
        path("hausregeln", legal.house_rules, name="house_rules"),
        path("", include("kultour.accounts.urls")),
        path("", include("streaming.urls")),
        path("", include("events.urls")),
        prefix_default_language=False,
    ),
]
handler403 = "kultour.legal.forbidden"
handler404 = "kultour.legal.not_found"
handler429 = "kultour.legal.too_many"
handler500 = "kultour.legal.broken"
