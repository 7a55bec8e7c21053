"""Who plays, in public words: name, what they do, pictures. What is agreed with them stands on the acts' board."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.desk import lists, sheet
from events.desk.lists import Catalogue, Line
from events.desk.plan_forms import ActForm, NewPictureForm, PictureForm
from events.models import Act, Picture
from events.planning import Subject
from events.refusals import Refused
from kultour.accounts.doors import office_required

MOST_PICTURES = 6


@office_required
@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    about = Catalogue(
        title=_("All acts"),
        lead=_("Everybody who plays or has played, with name, description and pictures."),
        columns=(_("Kind"), _("Description")),
        new=(reverse("office_act_new"), _("New act")),
        nothing=_("Nobody is entered yet."),
    )
    words = lists.searched(request)
    rows = Act.objects.filter(Q(name__icontains=words) | Q(blurb__icontains=words)) if words else Act.objects.all()
    return lists.show(request, about, rows.order_by("name", "pk"), _line, search=words, searches=True)


def _line(row: Act) -> Line:
    blurb = row.blurb if len(row.blurb) <= 80 else row.blurb[:79].rstrip() + "…"
    return Line(reverse("office_act", args=[row.pk]), row.name, (row.get_kind_display(), blurb or "–"))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    context = {"title": _("New act"), "trail": _trail()}
    return sheet.make(request, Subject.ACT, ActForm, "planning/sheet.html", context)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Act, pk=pk)
    pictures = row.pictures.defer("large", "small")
    context = {
        "title": row.name,
        "trail": _trail(),
        "kicker": _("Act"),
        "pictures": pictures,
        "room": len(pictures) < MOST_PICTURES,
        "productions": row.productions.select_related("edition").order_by("-edition__opens", "title")[:20],
    }
    return sheet.change(request, row, ActForm, "planning/act.html", context)


# --- pictures ---------------------------------------------------------------------------------------------------------


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_picture(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Act, pk=pk)
    context = {"title": _("New picture"), "kicker": row.name, "trail": [*_trail(), _way_to(row)], "sends_file": True}
    if row.pictures.count() >= MOST_PICTURES:
        enough = _("An act has at most {number} pictures. Please remove one first.").format(number=MOST_PICTURES)
        return sheet.refused(request, Refused(enough), _way_to(row)[0])
    return sheet.make(request, Subject.PICTURE, NewPictureForm, "planning/sheet.html", context, given={"act": row})


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Picture.objects.select_related("act").defer("large", "small"), pk=pk)
    context = {"title": row.alt, "kicker": _("Picture"), "trail": [*_trail(), _way_to(row.act)]}
    return sheet.change(request, row, PictureForm, "planning/picture.html", context)


def _trail() -> list[tuple[str, str]]:
    return [(reverse("office_acts"), _("All acts"))]


def _way_to(act: Act) -> tuple[str, str]:
    return reverse("office_act", args=[act.pk]), act.name
