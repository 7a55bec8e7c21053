"""The page of one set list: rows that one fills in, moves and takes away; every button saves."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.backstage import setlists
from events.backstage.answers import SAVED
from events.backstage.setlist_forms import PieceForm, Wish, rows_posted, rows_shown, wish_of
from events.backstage.setlists import MOST, TooMany
from events.backstage.stage_door import by_link
from events.models import Act, Edition, Invitation, Production, Setlist

STAY = {"mehr", "weg", "hoch", "runter", "uebernehmen", "offen"}
"""Buttons after which one goes on writing; after the others the list of questions says that it is saved."""


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def setlist(request: HttpRequest, invitation: Invitation, slug: str) -> HttpResponse:
    """What this production plays."""
    production = production_of(invitation.act, invitation.edition, slug)
    return edit(request, production, "answers/setlist.html", f"{reverse('answers')}?{SAVED}")


def production_of(act: Act, edition: Edition, slug: str) -> Production:
    """Somebody else's production, or another edition's, does not exist here."""
    rows = Production.objects.filter(act=act, edition=edition, slug=slug)
    production = rows.select_related("act", "edition").first()
    if production is None:
        raise Http404
    return production


def edit(request: HttpRequest, production: Production, template: str, back: str) -> HttpResponse:
    """The page, and what its buttons do; the office has the same one. `back`: where one goes who has finished."""
    if request.method != "POST":
        return _page(request, production, template, rows_shown(setlists.pieces_of(production)))
    wish = wish_of(request.POST)
    rows = rows_posted(request.POST, wish)
    trouble = _trouble(production, rows, wish, request.POST.get("von", ""))
    if trouble is not None:
        return _page(request, production, template, rows, trouble=trouble, status=422)
    if wish.verb not in STAY:
        return redirect(back)
    return redirect(f"{request.path}?{SAVED}={wish.verb}" + ("#neu" if wish.verb == "mehr" else ""))


def _trouble(production: Production, rows: Sequence[PieceForm], wish: Wish, source: str) -> str | None:
    """Save what is right and do what the button says; else a sentence that says why not (empty: see the fields)."""
    written = [row for row in rows if not row.is_empty]
    wrong = [row for row in written if not row.is_valid()]
    if wrong:
        return ""
    pieces = [row.piece for row in written]
    if wish.verb == "uebernehmen":
        other = next((one for one in setlists.others_of(production.act, production) if str(one.pk) == source), None)
        if other is None:
            return _("Please choose the set list you want to copy.")
        pieces += setlists.copied(setlists.pieces_of(other))
    if wish.verb == "fertig" and not pieces:
        return _("Please write down one piece at least, then the set list can be complete.")
    try:
        setlists.save(production, pieces)
    except TooMany:
        return _("A set list holds {most} pieces at most. Please take some away.").format(most=MOST)
    if wish.verb in {"fertig", "offen"}:
        setlists.call_complete(production, timezone.now() if wish.verb == "fertig" else None)
    return None


def _page(
    request: HttpRequest,
    production: Production,
    template: str,
    rows: Sequence[PieceForm],
    *,
    trouble: str | None = None,
    status: int = 200,
) -> HttpResponse:
    known = Setlist.objects.filter(production=production).first()
    context = {
        "production": production,
        "rows": rows,
        "first_empty": next((number for number, row in enumerate(rows) if row.is_empty), None),
        "filled_at": known.filled_at if known else None,
        "others": setlists.others_of(production.act, production),
        "trouble": trouble,
        "refused": status == 422,
        "saved": request.GET.get(SAVED) if status == 200 else None,
        "most": MOST,
    }
    with timezone.override(production.edition.zone):
        return render(request, template, context, status=status)
