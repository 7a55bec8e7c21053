"""What the office writes down about duties is forgotten in its time, and not before."""

from datetime import date, timedelta
from decimal import Decimal

from events.models import Act, Engagement, Fee, FeeData, Incident, Settled
from kultour import retention
from kultour.retention import YEAR
from tests.events.conftest import at

PAYEE = {"name": "Jorinde", "address": "Uferweg 2", "work": "music", "standing": "self_employed"}


def left() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Fee, FeeData, Settled, Incident)}


def test_fees_stay_ten_years_from_the_payment_and_incidents_two_from_the_evening(evening, ida):
    act = Act.objects.get(slug="jorinde-beispiel")
    engagement = Engagement.objects.create(edition=evening.edition, act=act)
    FeeData.objects.create(engagement=engagement, filled_at=at("12:00"), **PAYEE)
    for paid in (date(2027, 6, 1), date(2028, 6, 1), None):
        Fee.objects.create(engagement=engagement, amount=Decimal(100), paid_on=paid, **PAYEE)
    Settled.objects.create(duty="levy", subject="2027", on=date(2028, 3, 31), by=ida)
    Incident.objects.create(at=at("20:00"), what="Das Licht fiel aus.", by=ida)
    retention.forget(at("20:00") + 2 * YEAR - timedelta(days=1))
    assert left() == {"Fee": 3, "FeeData": 1, "Settled": 1, "Incident": 1}
    retention.forget(at("23:59") + 2 * YEAR)
    assert left() == {"Fee": 3, "FeeData": 0, "Settled": 1, "Incident": 0}
    retention.forget(at("12:00") + 10 * YEAR + timedelta(days=30))
    assert list(Fee.objects.values_list("paid_on", flat=True)) == [date(2028, 6, 1)]
    retention.forget(at("12:00") + 12 * YEAR)
    assert left() == {"Fee": 0, "FeeData": 0, "Settled": 0, "Incident": 0}
