"""The pages every public installation owes its visitors, and the pages for what went wrong."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kultour import retention
from kultour.accounts import witness

ACCESSIBILITY_JUDGED = date(2026, 11, 28)
"""When the makers last went through these pages for the statement on accessibility. An operator says their own day."""


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Legal notice, § 5 DDG and § 18 (2) MStV."""
    lines = [line.strip() for line in settings.IMPRESSUM.split("|") if line.strip()]
    return render(request, "legal/imprint.html", {"lines": lines})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Art. 13 GDPR; how long what is kept is read from the table by which it is forgotten."""
    context = {
        "rewind_minutes": settings.REWIND_MINUTES,
        "rules": [rule for rule in retention.rules() if rule.data],
        "chat_life": retention.rule_of("ChatMessage").lasts,
        "evidence_life": retention.rule_of("ChatDeed").lasts,
    }
    return render(request, "legal/privacy.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Statement on accessibility, Directive (EU) 2016/2102 with its model statement, Decision (EU) 2018/1523."""
    context = {"judged_on": ACCESSIBILITY_JUDGED, "reviewed_on": settings.ACCESSIBILITY_REVIEWED}
    return render(request, "legal/accessibility.html", context)


@require_safe
def house_rules(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/house_rules.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's own handler in this house: who signs in or proves themselves more often than people do."""
    witness.too_many_requests(request.user)
    return render(request, "429.html", status=429)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
