"""A certificate for `run --lan`: browsers give a camera only to secure pages, also on the home network."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kultour.data_directory import write_private

LIFE = timedelta(days=397)
"""The longest that Apple's devices accept."""


def ensure_certificate(data: Path, addresses: list[str], now: datetime) -> tuple[Path, Path]:
    """Paths of certificate and key for these addresses; made anew when they changed or a week before the end."""
    certificate, key = data / "lan_certificate.pem", data / "lan_key.pem"
    if not (certificate.exists() and key.exists() and is_good(certificate.read_bytes(), addresses, now)):
        make(certificate, key, addresses, now)
    return certificate, key


def is_good(pem: bytes, addresses: list[str], now: datetime) -> bool:
    known = x509.load_pem_x509_certificate(pem)
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    covered = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return set(addresses) <= covered and known.not_valid_after_utc > now + timedelta(days=7)


def make(certificate: Path, key: Path, addresses: list[str], now: datetime) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kultour")])
    names = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + LIFE)
        .add_extension(
            x509.SubjectAlternativeName([*names, *(x509.IPAddress(ipaddress.ip_address(a)) for a in addresses)]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    unlocked = serialization.NoEncryption()
    private = secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    write_private(key, private.decode())
    write_private(certificate, built.public_bytes(serialization.Encoding.PEM).decode())
