"""A small OpenID provider on localhost: discovery, authorization with PKCE, token, keys. It asks nobody for a password:
whoever is `present` is signed in. It is as strict as a real one, and may be told to misbehave.

OpenID Connect Core 1.0; RFC 7636 (PKCE).
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kultour", "only-the-city-and-we-know"


class Key:
    """One pair of keys that signs with RS256."""

    def __init__(self) -> None:
        self.pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.number = secrets.token_hex(4)

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.pair, "RS256", {"kid": self.number})

    def public(self) -> dict[str, Any]:
        return {
            **jwt.algorithms.RSAAlgorithm.to_jwk(self.pair.public_key(), as_dict=True),
            "kid": self.number,
            "use": "sig",
        }


@dataclass
class Provider:
    """`spoil` changes the claims before they are signed, `forge` replaces the signed token; `moved` changes the
    discovery document."""

    redirect_uri: str
    present: dict[str, Any] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, Any] = field(default_factory=dict)
    forge: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Key = field(default_factory=Key)

    def __enter__(self) -> "Provider":
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                """In silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/realms/stadt"

    def answer(self, door: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path, query = urlsplit(door.path).path, {k: v[0] for k, v in parse_qs(urlsplit(door.path).query).items()}
        name = path.removeprefix("/realms/stadt/")
        self.asked.append(name)
        if name == "authorize":
            door.send_response(302)
            door.send_header("Location", self.authorize(query))
            door.end_headers()
            return
        status, document = {
            ".well-known/openid-configuration": lambda: (200, self.discovery()),
            "token": lambda: self.token(form),
            "keys": lambda: (200, {"keys": [self.key.public()]}),
        }.get(name, lambda: (404, {}))()
        door.send_response(status)
        door.send_header("Content-Type", "application/json")
        door.end_headers()
        door.wfile.write(json.dumps(document).encode())

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.moved,
        }

    def authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == CLIENT and query["response_type"] == "code" and query["scope"]
        assert query["redirect_uri"] == self.redirect_uri
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            return f"{self.redirect_uri}?{urlencode({'error': 'invalid_request', 'state': query['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            query is None
            or form["redirect_uri"] != query["redirect_uri"]
            or query["code_challenge"] != base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        ):
            return 400, {"error": "invalid_grant"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        claims = {name: value for name, value in {**own, **self.present, **self.spoil}.items() if value is not None}
        token = self.forge or self.key.sign(claims)
        return 200, {"access_token": "of-no-use-to-us", "token_type": "Bearer", "expires_in": 300, "id_token": token}
