"""The office's list of people: who may come in, and what was done about it."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kultour.accounts import people as verbs
from kultour.accounts.doors import people_required
from kultour.accounts.models import Deed, User
from kultour.accounts.people import Refused
from kultour.accounts.roles import Role, roles_with_a_door

PER_PAGE = 25
DONE = "erledigt"
"""In the address after an action: which one the page tells about."""


class NewcomerForm(forms.Form):
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Please give the first name.")},
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Please give the last name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=150,
        help_text=gettext_lazy("It is also the user name. No mail is sent to it: you pass the link on yourself."),
        error_messages={
            "required": gettext_lazy("Please give the e-mail address."),
            "invalid": gettext_lazy("Please give a whole e-mail address, for example ida@example.org."),
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        error_messages={
            "required": gettext_lazy("Please choose a role."),
            "invalid_choice": gettext_lazy("There is no such role. Please choose one from the list."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # Nobody gets the widest rights because they stood first in the list.
        roles = [(role.value, role.label) for role in roles_with_a_door()]
        self.fields["role"].choices = [("", gettext_lazy("please choose")), *roles]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)

    def __init__(self, person: User, *args: object) -> None:
        super().__init__(*args, initial={"role": person.role})
        offered = {Role.NOBODY, *roles_with_a_door(), Role(person.role)}
        self.fields["role"].choices = [choice for choice in Role.choices if choice[0] in offered]


class FactorForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("How did you make sure who asks for this?"),
        max_length=300,
        help_text=gettext_lazy("For example: came to the office in person. It is kept in the list of changes."),
        error_messages={"required": gettext_lazy("Please say how you made sure who asks for this.")},
    )


@people_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the changes of late."""
    context = {
        "page": Paginator(_rows(), PER_PAGE).get_page(request.GET.get("seite")),
        "deeds": Paginator(Deed.objects.all(), PER_PAGE).get_page(request.GET.get("aenderungen")),
    }
    return render(request, "office/people.html", context)


@people_required
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest) -> HttpResponse:
    """An account for somebody new; the answer shows the link to their password, this once."""
    form = NewcomerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user, token = verbs.create(**form.cleaned_data, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            return _show_link(request, user, token)
    return render(request, "office/newcomer.html", {"form": form}, status=422 if form.errors else 200)


@people_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@people_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """`rolle`, `sperre`, `freigabe`, `abmeldung`, `faktor` or `link`; then back to the person."""
    get_object_or_404(User, pk=pk)
    if verb not in ACTIONS:
        raise Http404
    try:
        return ACTIONS[verb](request, pk)
    except Refused as refusal:
        return _page(request, pk, refusal=str(refusal), status=409)


def _give_role(request: HttpRequest, pk: int) -> HttpResponse:
    form = RoleForm(User.objects.get(pk=pk), request.POST)
    if not form.is_valid():
        return _page(request, pk, role_form=form, status=422)
    verbs.give_role(pk, form.cleaned_data["role"], by=request.user, now=timezone.now())
    return _back(pk, "rolle")


def _lock(request: HttpRequest, pk: int) -> HttpResponse:
    verbs.lock(pk, by=request.user, now=timezone.now())
    return _back(pk, "sperre")


def _unlock(request: HttpRequest, pk: int) -> HttpResponse:
    verbs.unlock(pk, by=request.user, now=timezone.now())
    return _back(pk, "freigabe")


def _end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    verbs.end_sessions(pk, by=request.user, now=timezone.now())
    return _back(pk, "abmeldung")


def _remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    form = FactorForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, factor_form=form, status=422)
    verbs.remove_second_factor(pk, form.cleaned_data["note"], by=request.user, now=timezone.now())
    return _back(pk, "faktor")


def _give_link(request: HttpRequest, pk: int) -> HttpResponse:
    token = verbs.give_link(pk, by=request.user, now=timezone.now())
    return _show_link(request, User.objects.get(pk=pk), token)


ACTIONS: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {
    "rolle": _give_role,
    "sperre": _lock,
    "freigabe": _unlock,
    "abmeldung": _end_sessions,
    "faktor": _remove_factor,
    "link": _give_link,
}
"""By the last word of the address."""


def _back(pk: int, verb: str) -> HttpResponse:
    return redirect(f"{reverse('office_person', args=[pk])}?{DONE}={verb}")


def _show_link(request: HttpRequest, user: User, token: str) -> HttpResponse:
    root = settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    return render(
        request, "office/password_link.html", {"person": user, "link": root + reverse("welcome", args=[token])}
    )


def _rows() -> QuerySet[User]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=["totp", "webauthn"])
    return User.objects.annotate(has_factor=Exists(factor)).order_by("-is_active", "last_name", "first_name", "pk")


def _page(
    request: HttpRequest,
    pk: int,
    *,
    role_form: RoleForm | None = None,
    factor_form: FactorForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = get_object_or_404(_rows(), pk=pk)
    done = request.GET.get(DONE, "") if status == 200 else ""
    context = {
        "person": user,
        "from_the_city": verbs.comes_from_the_city(user),
        "has_password": user.has_usable_password(),
        "role_form": role_form or RoleForm(user),
        "factor_form": factor_form or FactorForm(),
        "refusal": refusal,
        "done": done if done in ACTIONS else "",
        "deeds": user.deeds.all()[:PER_PAGE],
    }
    return render(request, "office/person.html", context, status=status)
