"""Where an act says whom the town pays: only where the office has asked, and without a bank account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events import invitations
from events.duties.payees import FeeDataForm
from events.models import Engagement, FeeData, Invitation
from kultour.accounts.doors import private

SAVED = "gespeichert"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def act_fee(request: HttpRequest) -> HttpResponse:
    """Name, address, kind of work; it can be changed as long as the link is valid."""
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return render(request, "studio/no_invitation.html", status=403)
    engagement = _asked(invitation)
    said = FeeData.objects.filter(engagement=engagement).first() or FeeData(engagement=engagement)
    form = FeeDataForm(request.POST if request.method == "POST" else None, instance=said)
    if request.method == "POST" and form.is_valid():
        form.instance.filled_at = now
        form.save()
        return redirect(f"{request.path}?{SAVED}")
    context = {"act_name": invitation.act.name, "form": form, "said": said, "saved": SAVED in request.GET}
    return render(request, "duties/act_fee.html", context, status=422 if form.errors else 200)


def _asked(invitation: Invitation) -> Engagement:
    """Raises Http404 where the office has not asked for it."""
    asked = Engagement.objects.filter(edition=invitation.edition_id, act=invitation.act_id, fee_data_wanted=True)
    engagement = asked.first()
    if engagement is None:
        raise Http404
    return engagement
