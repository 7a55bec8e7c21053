"""The office's addresses about what is owed, below /buero/."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from events.duties import (
    council_pages,
    deadline_pages,
    fee_pages,
    gema_pages,
    head_pages,
    incident_pages,
    usage_pages,
)


class Table(StringConverter):
    """A kind of file in which a table is taken along."""

    regex = "csv|xlsx"


class Year(IntConverter):
    regex = "20[0-9]{2}"


register_converter(Table, "table")
register_converter(Year, "year")

urlpatterns = [
    path("fristen", deadline_pages.overview, name="deadlines"),
    path("fristen/erledigt", deadline_pages.settle, name="deadline_settle"),
    path("fristen/kalender", deadline_pages.renew_calendar, name="deadlines_calendar_renew"),
    path("fristen/<str:token>.ics", deadline_pages.calendar, name="deadlines_calendar"),
    path("gema", gema_pages.overview, name="gema"),
    path("gema/druck", gema_pages.paper, name="gema_paper"),
    path("gema/spalten", gema_pages.columns, name="gema_columns"),
    path("gema/setlisten.<table:kind>", gema_pages.edition_file, name="gema_file"),
    path("gema/nutzung", usage_pages.report, name="usage_report"),
    path("gema/nutzung.<table:kind>", usage_pages.report_file, name="usage_file"),
    path("gema/<int:pk>", gema_pages.event, name="gema_event"),
    path("gema/<int:pk>/offen", gema_pages.reopen, name="gema_reopen"),
    path("gema/<int:pk>.<table:kind>", gema_pages.event_file, name="gema_event_file"),
    path("gagen", fee_pages.register, name="fees"),
    path("gagen/neu", fee_pages.new, name="fee_new"),
    path("gagen/saetze", fee_pages.rates, name="levy_rates"),
    path("gagen/<int:pk>", fee_pages.edit, name="fee"),
    path("gagen/<int:pk>/loeschung", fee_pages.delete, name="fee_delete"),
    path("gagen/angaben/<int:engagement>", fee_pages.ask, name="fees_ask"),
    path("gagen/jahr/<year:year>.<table:kind>", fee_pages.register_file, name="fees_file"),
    path("gagen/jahr/<year:year>/druck", fee_pages.register_paper, name="fees_paper"),
    path("gagen/jahr/<year:year>/meldung", fee_pages.reported, name="fees_reported"),
    path("stoerungen", incident_pages.incidents, name="incidents"),
    path("stoerungen/<int:pk>/loeschung", incident_pages.delete, name="incident_delete"),
    path("kopfzahlen", head_pages.head_counts, name="head_counts"),
    path("ratsbericht", council_pages.report, name="council_report"),
    path("ratsbericht.csv", council_pages.report_file, name="council_file"),
]
