"""Addresses for encoders, players and scripts: the same in every language."""

from django.urls import path, re_path

from streaming import counting, media, pages
from streaming.chat.views import chat_name
from streaming.mediathek import handing_out
from streaming.signalling.whep import whep, whep_session
from streaming.signalling.whip import whip, whip_session

urlpatterns = [
    path("whip/<slug:stage>", whip, name="whip"),
    path("whip/<slug:stage>/<str:session>", whip_session, name="whip_session"),
    path("whep/<slug:stage>", whep, name="whep"),
    path("whep/<slug:stage>/<str:session>", whep_session, name="whep_session"),
    path("watch/leave", pages.watch_leave, name="watch_leave"),
    path("chat/name", chat_name, name="chat_name"),
    re_path(
        rf"^zaehlung/buehne/(?P<stage>[-a-zA-Z0-9_]+)/(?P<what>{counting.BEGINS}|{counting.GOES_ON})$",
        counting.watching_live,
        name="count_live",
    ),
    path("zaehlung/aufzeichnung/<slug:slug>", counting.watching_a_recording, name="count_recording"),
    path("media/live/<slug:stage>/<str:path>", media.media_live, name="media_live"),
    path("media/<slug:slug>/film.mp4", handing_out.film, name="film"),
    path("media/<slug:slug>/film-<int:part>.mp4", handing_out.film, name="film_part"),
    path("media/<slug:slug>/sound.m4a", handing_out.sound, name="sound"),
    path("media/<slug:slug>/sound-<int:part>.m4a", handing_out.sound, name="sound_part"),
    path("media/<slug:slug>/excerpt.mp4", handing_out.excerpt, name="excerpt"),
    path("media/<slug:slug>/<str:path>", media.media_recording, name="media_recording"),
]
