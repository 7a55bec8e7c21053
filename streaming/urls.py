"""The live side's pages, in every language."""

from django.urls import path, re_path

from streaming import pages
from streaming.chat import office as chat
from streaming.mediathek import feed, office, office_captions, office_excerpt, office_offers, podcast
from streaming.mediathek import pages as mediathek

urlpatterns = [
    path("buehne/<slug:stage>", pages.watch, name="watch"),
    path("hinterbuehne/", pages.backstage, name="backstage"),
    path("buero/aufzeichnungen", office.recordings, name="office_recordings"),
    re_path(
        rf"^buero/aufzeichnungen/(?P<pk>[0-9]{{1,18}})/(?P<action>{'|'.join(office.ACTIONS)})$",
        office.act,
        name="office_recording_act",
    ),
    re_path(r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/stellen$", office.cut, name="office_recording_cut"),
    re_path(
        r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/stellen/(?P<passage>[0-9]{1,18})/freigabe$",
        office.clear,
        name="office_recording_clear",
    ),
    re_path(
        r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/untertitel$",
        office_captions.captions_of,
        name="office_recording_captions",
    ),
    re_path(
        r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/untertitel/(?P<language>[a-z]{2})/geprueft$",
        office_captions.checked,
        name="office_recording_captions_checked",
    ),
    re_path(
        r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/untertitel/(?P<language>[a-z]{2})/loeschen$",
        office_captions.take_away,
        name="office_recording_captions_take_away",
    ),
    re_path(
        r"^buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/ausschnitt$",
        office_excerpt.choose,
        name="office_recording_excerpt",
    ),
    path("buero/chat", chat.queue, name="office_chat"),
    path("buero/chat/protokoll", chat.log, name="office_chat_log"),
    re_path(rf"^buero/chat/(?P<pk>[0-9]{{1,18}})/(?P<verb>{'|'.join(chat.VERBS)})$", chat.act, name="office_chat_act"),
    re_path(r"^buero/chat/ausschluss/(?P<pk>[0-9]{1,18})/aufhebung$", chat.lift, name="office_chat_lift"),
    path("buero/stadtarchiv", office_offers.offers_page, name="office_offers"),
    re_path(
        rf"^buero/stadtarchiv/(?P<pk>[0-9]{{1,18}})/(?P<word>{'|'.join(office_offers.WORDS)})$",
        office_offers.answer,
        name="office_offer_answer",
    ),
    re_path(r"^buero/stadtarchiv/(?P<pk>[0-9]{1,18})/paket\.tar$", office_offers.package, name="office_offer_package"),
    path("mediathek", mediathek.archive, name="archive"),
    path("mediathek.atom", feed.mediathek, name="archive_atom"),
    path("mediathek/podcast.xml", podcast.feed, name="podcast"),
    path("mediathek/<slug:slug>", mediathek.recording, name="recording"),
    path("mediathek/<slug:slug>/ton", mediathek.sound, name="recording_sound"),
    path("mediathek/<slug:slug>/ausschnitt", mediathek.excerpt, name="recording_excerpt"),
]
