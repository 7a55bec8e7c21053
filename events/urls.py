"""The programme's addresses, below the language."""

from django.urls import path

from events import pages
from events.backstage import consent_pages
from events.backstage.stage_door import stage_door
from events.desk import desk, door_notice, hands, performance, plan

urlpatterns = [
    path("", pages.home, name="home"),
    path("heute", pages.today, name="today"),
    path("programm", pages.whole_programme, name="programme"),
    path("auftritt/<slug:slug>", pages.performance, name="performance"),
    path("mitwirkende/<slug:slug>", pages.act, name="act"),
    path("rundgang/<slug:slug>", pages.route, name="route"),
    path("hinterbuehne/einwilligung", consent_pages.overview, name="consents"),
    path("hinterbuehne/einwilligung/<slug:slug>", consent_pages.consent, name="consent"),
    path("hinterbuehne/einwilligung/<slug:slug>/ruecknahme", consent_pages.take_back, name="consent_take_back"),
    path("hinterbuehne/<str:token>", stage_door, name="invitation"),
    path("buero/", desk.desk, name="office"),
    path("buero/plan", plan.plan, name="office_plan"),
    path("buero/plan/haende", hands.hands, name="office_hands"),
    path("buero/plan/auftritt/<int:pk>", plan.move, name="office_plan_move"),
    path("buero/plan/aenderung/<int:change>/ruecknahme", plan.undo, name="office_plan_undo"),
    path("buero/auftritt/<int:pk>", performance.edit, name="office_performance"),
    path("buero/auftritt/<int:pk>/aushang", door_notice.door_notice, name="office_door_notice"),
    path("buero/auftritt/<int:pk>/absage", performance.cancel, name="office_cancel"),
    path("buero/auftritt/<int:pk>/veroeffentlichung", performance.publish, name="office_publish"),
    path("buero/aenderung/<int:change>/ruecknahme", performance.undo, name="office_undo"),
]
