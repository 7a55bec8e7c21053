"""What several processes remember together: whoever guesses gets no second try by asking another one."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis import Redis

from kultour.accounts.models import User
from kultour.short_memory import AsJson
from kultour.testing import find_program, redis_server
from tests.kultour.test_accounts import PASSWORD, sign_in

needs_redis = pytest.mark.skipif(not find_program("redis-server"), reason="Redis is not installed")


def in_redis(address: str) -> dict:
    """As production has it."""
    name = "django.core.cache.backends.redis.RedisCache"
    options = {"serializer": "kultour.short_memory.AsJson", "socket_connect_timeout": 2, "socket_timeout": 2}
    return {"default": {"BACKEND": name, "LOCATION": address, "KEY_PREFIX": "kultour", "OPTIONS": options}}


def test_what_is_kept_can_be_read_and_runs_nothing():
    memory = AsJson()
    assert (memory.loads(memory.dumps([1.5, 2.5])), memory.dumps("y")) == ([1.5, 2.5], b'"y"')
    with pytest.raises(ValueError):
        memory.loads(b"cos\nsystem\n(S'true'\ntR.")


@needs_redis
def test_guesses_are_counted_in_redis_without_an_address_and_without_it_nobody_comes_in(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_user("ida", password=PASSWORD, role=User.Role.OFFICE)
    with redis_server() as address:
        settings.CACHES = in_redis(address)
        for _guess in range(5):
            sign_in("ida", "falsch", Client(REMOTE_ADDR="198.51.100.7"))
        server = Redis.from_url(address)
        kept = {key.decode(): server.get(key) for key in server.scan_iter()}
        counts = sorted(len(json.loads(value)) for key, value in kept.items() if "login_failed" in key)
        assert (counts, [key for key in kept if "198.51.100.7" in key]) == ([5, 5], [])
        cache.close()  # another process, which knows only what lies there
        assert "Too many failed attempts" in sign_in("ida", PASSWORD, Client()).content.decode()
    gone = Client(raise_request_exception=False)
    assert (sign_in("ida", PASSWORD, gone).status_code, "_auth_user_id" in gone.session) == (500, False)


def test_an_address_is_blinded_by_the_installations_key_and_for_a_day(rf, settings, monkeypatch):
    """Whichever process is asked; none of them has a secret of its own."""

    def number() -> str:
        return get_adapter().get_client_ip(rf.get("/", REMOTE_ADDR="198.51.100.7"))

    noon = datetime(2027, 5, 16, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    first, again = number(), number()
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(days=1))
    tomorrow = number()
    settings.SECRET_KEY = "another" * 8
    assert (again == first, len({first, tomorrow, number()})) == (True, 3)
