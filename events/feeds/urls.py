"""Addresses for other programs, below the language: the words in them are the language's."""

from django.urls import path

from events.feeds import pages

urlpatterns = [
    path("programm.ics", pages.calendar, name="programme_ics"),
    path("auftritt/<slug:slug>.ics", pages.calendar_of_performance, name="performance_ics"),
    path("rundgang/<slug:slug>.ics", pages.calendar_of_route, name="route_ics"),
    path("mein-programm.ics", pages.calendar_of_mine, name="my_programme_ics"),
    path("ausgaben.ics", pages.calendar_of_editions, name="editions_ics"),
    path("programm.jsonld", pages.programme_as_linked_data, name="programme_jsonld"),
    path("schedule.xml", pages.schedule_xml, name="schedule_xml"),
    path("schedule.json", pages.schedule_json, name="schedule_json"),
    path("programm.atom", pages.news, name="programme_atom"),
    path("programm.csv", pages.programme_as_table, name="programme_csv"),
    path("katalog.jsonld", pages.catalogue, name="catalogue"),
]
