"""What machines that watch over the house may see, and which."""

import pytest

from kultour.health import metrics
from streaming import relays


@pytest.fixture
async def house():
    yield await relays.open_house()
    await relays.close_house()


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("127.0.0.1", 200),
        ("10.2.0.7", 200),
        ("::ffff:10.2.0.7", 200),
        ("fe80::1%eth0", 200),
        ("9.9.9.9", 404),
        ("::ffff:9.9.9.9", 404),
        ("", 404),
    ],
)
async def test_figures_are_for_callers_nearby(house, async_rf, caller, status):
    request = async_rf.get("/metrics")
    request.META["REMOTE_ADDR"] = caller
    assert (await metrics(request)).status_code == status


async def test_figures_never_pass_a_proxy(house, async_rf):
    assert (await metrics(async_rf.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}))).status_code == 404
