import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from streaming.artists.door import Door, Refused, Reply, is_here

from .house import House


def test_a_refusal_is_final_where_asking_again_would_not_help():
    final = [
        status
        for status in (400, 401, 403, 404, 406, 409, 413, 425, 429, 500, 502, 503)
        if Refused(status, "").is_final
    ]
    assert final == [400, 401, 403, 404, 406, 413]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"title": "Stage taken", "detail": "Somebody plays."}', "Somebody plays."),
        ('{"title": "Stage taken"}', "Stage taken"),
        ("[]", "[]"),
        ("  no ", "no"),
        ("", "Conflict"),
    ],
)
def test_the_complaint_of_a_refusal_is_found(text, complaint):
    assert Reply(409, "Conflict", text, "", None).complaint == complaint


async def test_a_session_in_another_house_is_not_given_our_token():
    async with House(moved_to="http://elsewhere.example/whip/dom") as house:
        with pytest.raises(Refused, match="another house: elsewhere"):
            await Door(f"{house.address}/whip/dom", house.token).post("v=0")


async def test_a_door_that_moved_within_the_house_is_found():
    async with House(moved_to="/whip/cloister", refusal=409) as house:
        with pytest.raises(Refused, match="409 not now"):
            await Door(f"{house.address}/whip/dom", house.token).post("v=0")
        assert house.asked == [("POST", "/whip/dom"), ("POST", "/whip/cloister")]


async def test_nobody_at_home_is_no_refusal():
    async with House() as house:
        address = house.address
    with pytest.raises(OSError):
        await Door(f"{address}/whip/dom", "key").post("v=0")


def test_only_this_machine_is_here():
    hosts = ("localhost", "127.0.0.1", "::1", "192.0.2.1", "kultour.example")
    assert [host for host in hosts if is_here(host)] == ["localhost", "127.0.0.1", "::1"]


@pytest.fixture
def own_certificate(tmp_path):
    """A house's own certificate with its key, for an address in the network."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "192.0.2.5")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = certificate.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    path = tmp_path / "house.pem"
    path.write_bytes(
        certificate.sign(key, SHA256()).public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


async def test_the_houses_own_certificate_is_trusted_when_given_and_no_other(own_certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate)
    async with House(refusal=409, tls=context) as house:
        with pytest.raises(Refused, match="409"):
            await Door(f"{house.address}/whip/dom", house.token, own_certificate).post("v=0")
        with pytest.raises(ssl.SSLCertVerificationError):
            await Door(f"{house.address}/whip/dom", house.token).post("v=0")
