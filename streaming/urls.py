"""The live side's pages, in every language."""

from django.urls import path

from streaming import pages

urlpatterns = [
    path("buehne/<slug:stage>", pages.watch, name="watch"),
    path("hinterbuehne/", pages.backstage, name="backstage"),
    path("mediathek", pages.archive, name="archive"),
    path("mediathek/<slug:slug>", pages.recording, name="recording"),
]
