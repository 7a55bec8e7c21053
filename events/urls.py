"""The programme's addresses, below the language."""

from django.urls import include, path, re_path

from events import my_programme, pages
from events.backstage import answers, consent_pages, fee_pages, setlist_pages
from events.backstage.stage_door import stage_door
from events.desk import board, desk, door_notice, engagement, hands, next_edition, performance, plan, planning_list

urlpatterns = [
    path("", pages.home, name="home"),
    path("heute", pages.today, name="today"),
    path("programm", pages.whole_programme, name="programme"),
    path("auftritt/<slug:slug>", pages.performance, name="performance"),
    path("mitwirkende/<slug:slug>", pages.act, name="act"),
    path("rundgang/<slug:slug>", pages.route, name="route"),
    path("mein-programm", my_programme.page, name="my_programme"),
    path("", include("events.feeds.urls")),
    path("hinterbuehne/einwilligung", consent_pages.overview, name="consents"),
    path("hinterbuehne/einwilligung/<slug:slug>", consent_pages.consent, name="consent"),
    path("hinterbuehne/einwilligung/<slug:slug>/ruecknahme", consent_pages.take_back, name="consent_take_back"),
    path("hinterbuehne/angaben", answers.overview, name="answers"),
    path("hinterbuehne/angaben/zusage", answers.answer, name="answer"),
    path("hinterbuehne/angaben/kontakt", answers.contact, name="contact"),
    path("hinterbuehne/angaben/technik", answers.technique, name="technique"),
    path("hinterbuehne/angaben/setliste/<slug:slug>", setlist_pages.setlist, name="setlist"),
    path("hinterbuehne/gage", fee_pages.act_fee, name="act_fee"),
    path("hinterbuehne/<str:token>", stage_door, name="invitation"),
    path("buero/", desk.desk, name="office"),
    path("buero/mitwirkende", board.board, name="office_board"),
    path("buero/mitwirkende/ausgabe/<slug:edition>", board.invite, name="office_invite"),
    path("buero/mitwirkende/erinnerungen", board.reminding, name="office_reminders"),
    path("buero/mitwirkende/telefonliste", board.telephones, name="office_telephones"),
    path("buero/mitwirkende/ausgabe/<slug:edition>/<slug:slug>", engagement.engagement, name="office_engagement"),
    path(
        "buero/mitwirkende/ausgabe/<slug:edition>/<slug:slug>/setliste/<slug:production>",
        engagement.setlist,
        name="office_setlist",
    ),
    re_path(
        rf"^buero/mitwirkende/ausgabe/(?P<edition>[\w-]+)/(?P<slug>[\w-]+)/(?P<action>{'|'.join(engagement.ACTIONS)})$",
        engagement.do,
        name="office_engagement_do",
    ),
    path("buero/plan", plan.plan, name="office_plan"),
    path("buero/plan/haende", hands.hands, name="office_hands"),
    path("buero/plan/auftritt/<int:pk>", plan.move, name="office_plan_move"),
    path("buero/plan/aenderung/<int:change>/ruecknahme", plan.undo, name="office_plan_undo"),
    path("buero/auftritt/<int:pk>", performance.edit, name="office_performance"),
    path("buero/auftritt/<int:pk>/aushang", door_notice.door_notice, name="office_door_notice"),
    path("buero/auftritt/<int:pk>/absage", performance.cancel, name="office_cancel"),
    path("buero/auftritt/<int:pk>/veroeffentlichung", performance.publish, name="office_publish"),
    path("buero/aenderung/<int:change>/ruecknahme", performance.undo, name="office_undo"),
    path("buero/einlesen", planning_list.upload, name="office_list"),
    re_path(r"^buero/einlesen/vorlage\.(?P<ending>csv|xlsx)$", planning_list.template, name="office_list_template"),
    re_path(
        r"^buero/einlesen/(?P<slug>[-\w]+)/liste\.(?P<ending>csv|xlsx)$",
        planning_list.download,
        name="office_list_download",
    ),
    path("buero/einlesen/<int:pk>", planning_list.look, name="office_list_preview"),
    path("buero/einlesen/<int:pk>/uebernehmen", planning_list.take_over, name="office_list_take_over"),
    path("buero/einlesen/<int:pk>/verwerfen", planning_list.discard, name="office_list_discard"),
    path("buero/vorjahr", next_edition.editions, name="office_next_editions"),
    path("buero/vorjahr/<slug:slug>", next_edition.make, name="office_next_edition"),
    path("buero/", include("events.duties.urls")),
]
