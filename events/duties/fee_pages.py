"""The office's fee register: enter a fee, see the levy of a year, take it along as a file."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.desk.forms import DateInput
from events.duties import fees, settling
from events.duties.levy import Levy, NoRate, report_day
from events.duties.money import MoneyField
from events.duties.paper import asked_edition, table_file
from events.duties.payees import PAYEE, PayeeForm, Questions, payee_of
from events.models import Engagement, Fee, FeeData, LevyRate, Settled
from kultour.accounts.doors import office_required

SAVED = "gespeichert"
PER_PAGE = 50
FIRST_YEAR, LAST_YEAR = 2000, 2100


class EngagementChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.act.name} – {obj.edition.title} ({obj.edition.opens.year})"


class FeeForm(PayeeForm):
    """One payment."""

    engagement = EngagementChoice(
        Engagement.objects.select_related("act", "edition").order_by("-edition__opens", "act__name"),
        label=gettext_lazy("Act and edition"),
        empty_label=gettext_lazy("please choose"),
        error_messages={"required": gettext_lazy("Please choose whose engagement this is.")},
    )
    amount = MoneyField(
        label=gettext_lazy("Amount in euros"),
        help_text=gettext_lazy("Without VAT, with all extras but travel expenses; for example 1.234,56."),
        error_messages={"required": gettext_lazy("Please give the amount.")},
    )
    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Empty: not paid yet. The levy counts the year of the payment."),
        error_messages={"invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026.")},
    )

    class Meta(Questions):
        model = Fee
        fields = ("engagement", *PAYEE, "contract", "amount", "paid_on")

    def clean_paid_on(self) -> date | None:
        paid = self.cleaned_data["paid_on"]
        if paid and not FIRST_YEAR <= paid.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please check the year."))
        return paid


class RateForm(forms.ModelForm):
    """The rate of one year."""

    percent = forms.CharField(
        label=gettext_lazy("Per cent"),
        max_length=8,
        help_text=gettext_lazy("As the yearly ordinance says, for example 4,9."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": gettext_lazy("Please give the rate.")},
    )

    class Meta:
        model = LevyRate
        fields = ("year", "percent")
        error_messages = {"year": {"required": gettext_lazy("Please give the year.")}}

    def clean_percent(self) -> Decimal:
        """With a comma or a point: no rate has thousands."""
        typed = self.cleaned_data["percent"].replace(",", ".").replace("%", "").strip()
        try:
            return forms.DecimalField(min_value=0, max_value=20, max_digits=4, decimal_places=2).clean(typed)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Please give the rate as a number from 0 to 20, for example 4,9.")) from error

    def validate_unique(self) -> None:
        """A known year is changed."""


# --- the register -----------------------------------------------------------------------------------------------------


@office_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What was paid in a year (`?jahr=`), the levy on it, and what is not paid yet."""
    now = timezone.now()
    year = _year(request.GET.get("jahr", ""), timezone.localtime(now).year)
    edition = asked_edition(request, now)
    levy, refusal = _levy(year)
    context = {
        "year": year,
        "years": fees.years(timezone.localtime(now).year),
        "page": Paginator(fees.paid_in(year), PER_PAGE).get_page(request.GET.get("seite")),
        "unpaid": fees.unpaid(),
        "without_fee": fees.without_fee(edition.pk) if edition else [],
        "edition": edition,
        "levy": levy,
        "sums": fees.sums(levy) if levy else [],
        "refusal": refusal,
        "due": report_day(year),
        "reported": Settled.objects.filter(duty=settling.LEVY, subject=str(year)).first(),
        "saved": SAVED in request.GET,
    }
    return render(request, "duties/fees.html", context)


def _year(text: str, present: int) -> int:
    known = text.isascii() and text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if known else present


def _levy(year: int) -> tuple[Levy | None, NoRate | None]:
    try:
        return fees.levy_in(year), None
    except NoRate as refusal:
        return None, refusal


@office_required
@require_safe
def register_file(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The year as a table, with sum and levy; 409 and the page that says why, where there is no rate."""
    levy, refusal = _levy(year)
    if levy is None:
        return render(request, "duties/no_rate.html", {"refusal": refusal, "year": year}, status=409)
    rows = fees.rows(fees.paid_in(year), levy)
    return table_file(kind, " ".join([_("fees"), str(year)]), fees.HEADS, rows, timezone.localdate())


@office_required
@require_safe
def register_paper(request: HttpRequest, year: int) -> HttpResponse:
    """The whole year on paper."""
    levy, refusal = _levy(year)
    context = {
        "year": year,
        "fees": fees.paid_in(year),
        "levy": levy,
        "sums": fees.sums(levy) if levy else [],
        "refusal": refusal,
        "due": report_day(year),
    }
    return render(request, "duties/fees_paper.html", context)


@office_required
@require_POST
def reported(request: HttpRequest, year: int) -> HttpResponse:
    """The year's fees are reported to the Künstlersozialkasse; or (`offen`) they are not after all."""
    assert request.user.is_authenticated
    if "offen" in request.POST:
        settling.reopen([settling.LEVY], str(year))
    else:
        settling.settle(settling.LEVY, [str(year)], timezone.localdate(), request.user)
    return redirect(f"{reverse('fees')}?jahr={year}&{SAVED}")


# --- one fee ----------------------------------------------------------------------------------------------------------


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A fee, beginning with what the act said of itself (`?engagement=`)."""
    return _edit(request, Fee(), _known(request.GET.get("engagement", "")))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Fee, pk=pk), {})


def _known(text: str) -> dict[str, Any]:
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return {}
    said = FeeData.objects.filter(engagement=int(text)).first()
    return {"engagement": int(text), **(payee_of(said) if said else {})}


def _edit(request: HttpRequest, fee: Fee, known: dict[str, Any]) -> HttpResponse:
    form = FeeForm(request.POST if request.method == "POST" else None, instance=fee, initial=known)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        year = f"jahr={saved.paid_on.year}&" if saved.paid_on else ""
        return redirect(f"{reverse('fees')}?{year}{SAVED}")
    return render(request, "duties/fee.html", {"form": form, "fee": fee}, status=422 if form.errors else 200)


@office_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Entered by mistake."""
    get_object_or_404(Fee, pk=pk).delete()
    return redirect(f"{reverse('fees')}?{SAVED}")


@office_required
@require_POST
def ask(request: HttpRequest, engagement: int) -> HttpResponse:
    """The act is asked for its data behind its personal link; or (`nicht`) is not any more."""
    Engagement.objects.filter(pk=engagement).update(fee_data_wanted="nicht" not in request.POST)
    return redirect(f"{reverse('fees')}?{SAVED}")


# --- rates ------------------------------------------------------------------------------------------------------------


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """The rate of each year; a year is entered once and can be corrected."""
    year = request.GET.get("jahr", "")
    form = RateForm(request.POST if request.method == "POST" else None, initial={"year": _year(year, 0) or None})
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        LevyRate.objects.update_or_create(year=known["year"], defaults={"percent": known["percent"]})
        return redirect(f"{request.path}?{SAVED}")
    context = {"form": form, "rates": LevyRate.objects.all(), "saved": SAVED in request.GET}
    return render(request, "duties/rates.html", context, status=422 if form.errors else 200)
