"""Choosing a name: only our own pages may."""

import pytest


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 200),
        ("https://testserver", 200),
        ("http://evil.example", 403),
        ("http://testserver.evil.example", 403),
        ("http://testserver@evil.example", 403),
        ("http://[", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_our_own_pages_choose_a_name(client, origin, status):
    answer = client.post("/chat/name", {"name": "Vera"}, headers={"origin": origin})
    assert answer.status_code == status
    assert bool(answer.cookies) is (status == 200)
