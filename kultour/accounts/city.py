"""What the city's login says about somebody, and what the house makes of it. Values in, values out.

OpenID Connect Core 1.0, section 3.1.3.7: what an ID token must hold before it is believed.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jwt

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair only: behind `none` anybody may stand (RFC 8725, section 3.1)."""
CLOCKS_APART = 60
"""Seconds by which two servers' clocks may differ."""
OWN = ("exp", "iat", "iss", "aud", "sub", "nonce")


class NotBelieved(Exception):
    """The ID token is not what the city's login would have given us just now."""


def nonce_of(verifier: str) -> str:
    """The nonce of one sign-in. It is made from the PKCE verifier, which lies in the visitor's session and which the
    provider learns only when the code is exchanged: so there is one secret to keep, not two."""
    return hashlib.sha256(b"nonce:" + verifier.encode()).hexdigest()


def believed(token: str, keys: Mapping[str, Any], *, issuer: str, client: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token, once signature, issuer, audience, time and nonce are right; else NotBelieved."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client,
            leeway=CLOCKS_APART,
            options={"require": list(OWN)},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise NotBelieved(str(error)) from error
    if claims["nonce"] != nonce:
        raise NotBelieved("the nonce is another sign-in's")
    if claims.get("azp", client) != client:
        raise NotBelieved("it was made out to another application")
    return claims


def _key_of(token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The provider's key with the number that the token names; without a number there must be one key only."""
    known = jwt.PyJWKSet.from_dict(dict(keys)).keys
    number = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in known if number is None or key.key_id == number]
    if len(fitting) != 1:
        raise NotBelieved("it was signed by a key that the provider does not have")
    return fitting[0]


def is_strong_enough(claims: Mapping[str, Any], levels: Collection[str]) -> bool:
    """Whether the person signed in there in one of these ways (`acr`, section 2); without levels any will do."""
    return not levels or claims.get("acr") in levels


def role_in(claims: Mapping[str, Any], claim: str, roles: Mapping[str, str]) -> str | None:
    """The role of the first group in `roles` that this person belongs to; None: none of ours. A claim inside another is
    named with dots, as `realm_access.roles`."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    groups: Sequence[Any] = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    # Keycloak writes groups as paths.
    names = {group.removeprefix("/") for group in groups if isinstance(group, str)}
    return next((role for group, role in roles.items() if group.removeprefix("/") in names), None)


def name_in(claims: Mapping[str, Any]) -> tuple[str, str]:
    """First and last name, as far as they are told."""

    def word(claim: str) -> str:
        return str(claims.get(claim) or "").strip()[:150]

    if word("given_name") or word("family_name"):
        return word("given_name"), word("family_name")
    return word("name") or word("preferred_username"), ""


def number_of(issuer: str, subject: str) -> str:
    """By what a person is known again: a subject is unique at its issuer only (section 2). Hashed: both are long."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
