"""A small OpenID provider on loopback, for tests: code flow, PKCE, RS256, userinfo."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass
class Provider:
    """Says of the next visitor what `claims` holds."""

    client_id: str = "vitrine"
    secret: str = "of the client"
    claims: dict[str, Any] = field(default_factory=dict)
    #: what the id_token says instead of the truth
    lies: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": self.url + "/authorize",
            "token_endpoint": self.url + "/token",
            "userinfo_endpoint": self.url + "/userinfo",
            "jwks_uri": self.url + "/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        own = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**own, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on: back to the client, with a code."""
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, posted: dict[str, str], authorization: str) -> dict[str, Any]:
        pair = f"{self.client_id}:{self.secret}".encode()
        assert authorization == "Basic " + base64.b64encode(pair).decode()
        asked = self.codes.pop(posted["code"])
        digest = hashlib.sha256(posted["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert challenge == asked["code_challenge"]
        assert posted["redirect_uri"] == asked["redirect_uri"]
        access = secrets.token_urlsafe(16)
        self.tokens.add(access)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            **self.claims,
            **self.lies,
        }
        signed = jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: found[0] for name, found in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._answer(self.provider.configuration())
        elif parts.path == "/keys":
            self._answer(self.provider.keys())
        elif parts.path == "/userinfo":
            token = self.headers["Authorization"].removeprefix("Bearer ")
            known = token in self.provider.tokens
            self._answer(self.provider.claims if known else {}, 200 if known else 401)
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(asked))
            self.end_headers()
        else:
            self._answer({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        posted = {name: found[0] for name, found in parse_qs(body).items()}
        try:
            said = self.provider.token(posted, self.headers["Authorization"] or "")
        except (AssertionError, KeyError):
            self._answer({"error": "invalid_grant"}, 400)
        else:
            self._answer(said)

    def _answer(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Stay silent."""
