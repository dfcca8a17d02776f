"""OIDC against a signer of our own: what is not signed, meant and dated for us is nobody's."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.contract.identity.conftest import ADMIN

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Issuer, OidcVerifier, Role, UnauthenticatedError, Users
from ringfinder.identity.jwks import AGAIN_AFTER_SECONDS, KEPT_SECONDS
from ringfinder.store import Workspace

ISSUER, AUDIENCE, SUBJECT = "https://idp.example/realm", "ringfinder", "wang@example.com"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
FOR: dict[str, Any] = {
    "RS256": jwt.algorithms.RSAAlgorithm,
    "ES256": jwt.algorithms.ECAlgorithm,
    "EdDSA": jwt.algorithms.OKPAlgorithm,
}


def public(key: Any, algorithm: str, kid: str) -> dict[str, Any]:
    said = json.loads(cast("str", FOR[algorithm].to_jwk(key.public_key())))
    return {**said, "kid": kid, "alg": algorithm, "use": "sig"}


class Idp:
    """An issuer whose answer tests change; counts who asks."""

    def __init__(self) -> None:
        self.keys = [public(RSA, "RS256", "one"), public(EC, "ES256", "two"), public(ED, "EdDSA", "three")]
        self.body: bytes | None = None
        self.status = 200
        self.asked = 0
        idp = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                idp.asked += 1
                body = json.dumps({"keys": idp.keys}).encode() if idp.body is None else idp.body
                self.send_response(idp.status)
                if idp.status == 302:
                    self.send_header("Location", "/elsewhere")
                    idp.status = 200
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_port}/jwks"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def idp() -> Iterator[Idp]:
    idp = Idp()
    yield idp
    idp.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(site: Workspace, users: Users, idp: Idp, clock: Clock) -> OidcVerifier:
    users.create("王五", by=ADMIN, roles=[Role.INVESTIGATOR], branches=["B1"])
    users.link("王五", by=ADMIN, issuer=ISSUER, subject=SUBJECT)
    return OidcVerifier(site, [Issuer(ISSUER, AUDIENCE, idp.uri)], clock)


def token(
    key: PrivateKeyTypes | str | bytes | None = RSA,
    algorithm: str = "RS256",
    kid: str | None = "one",
    without: str = "",
    **claims: Any,
) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "iat": now, "nbf": now, "exp": now + 300, **claims}
    said.pop(without, None)
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(said, cast("Any", key), algorithm=algorithm, headers=headers)


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA, "RS256", "one"), (EC, "ES256", "two"), (ED, "EdDSA", "three")]
)
def test_a_good_token_is_its_user(
    verifier: OidcVerifier, users: Users, idp: Idp, key: PrivateKeyTypes, algorithm: str, kid: str
) -> None:
    for _ in range(3):
        found = verifier.authenticate(token(key, algorithm, kid, aud=["another", AUDIENCE]))
    assert (found.user_id, found.name) == (users.find("王五").user_id, "王五")
    assert (found.roles, found.branches) == (frozenset({Role.INVESTIGATOR}), frozenset({"B1"}))
    assert found.key_id.startswith("oidc-")
    assert SUBJECT not in found.key_id
    assert idp.asked == 1


def test_a_subject_that_was_unlinked_opens_nothing(verifier: OidcVerifier, users: Users) -> None:
    users.link("王五", by=ADMIN, issuer=ISSUER, subject="another")
    assert verifier.authenticate(token()).name == "王五"
    users.unlink("王五", by=ADMIN, issuer=ISSUER, subject=SUBJECT)
    with pytest.raises(InputError):
        verifier.authenticate(token())
    assert verifier.authenticate(token(sub="another")).name == "王五"


def _unsigned() -> str:
    head, body, _ = token().split(".")
    padded = json.loads(base64.urlsafe_b64decode(head + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(padded | {"alg": "none"}).encode()).decode().rstrip("=")
    return f"{forged}.{body}."


def _with_the_public_key() -> str:
    """HS256 with the issuer's public key as the secret, made by hand: no library would sign that."""
    secret = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = token().split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one","typ":"JWT"}').decode().rstrip("=")
    mac = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _changed() -> str:
    head, body, signature = token().split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(said | {"sub": "boss"}).encode()).decode().rstrip("=")
    return f"{head}.{forged}.{signature}"


LATER = 600
WRONG: dict[str, Callable[[], str]] = {
    "wrong audience": lambda: token(aud="another"),
    "no audience": lambda: token(without="aud"),
    "expired": lambda: token(exp=int(time.time()) - LATER),
    "no expiry": lambda: token(without="exp"),
    "expiry that is no number": lambda: token(exp="soon"),
    "not yet valid": lambda: token(nbf=int(time.time()) + LATER),
    "issued in the future": lambda: token(iat=int(time.time()) + LATER),
    "unknown issuer": lambda: token(iss="https://evil.example"),
    "no issuer": lambda: token(without="iss"),
    "issuer but for a slash": lambda: token(iss=f"{ISSUER}/"),
    "alg none": _unsigned,
    "HS256 with the public key": _with_the_public_key,
    "HS256": lambda: token("k" * 64, "HS256"),
    "RS512": lambda: token(RSA, "RS512"),
    "somebody else's key": lambda: token(OTHER_RSA),
    "a key of another kind": lambda: token(EC, "ES256", "one"),
    "changed": _changed,
    "unknown kid": lambda: token(kid="never"),
    "no kid": lambda: token(kid=None),
    "unknown subject": lambda: token(sub="li@example.com"),
    "no subject": lambda: token(without="sub"),
    "a subject that is no text": lambda: token(sub="\x00"),
    "nothing": lambda: "",
    "no token": lambda: "a.b.c",
    "an api key": lambda: "rf_0123456789ab_" + "A" * 43,
    "no ascii": lambda: "ü.\udcff.ü",
    "endless": lambda: token() + "A" * 100_000,
    "deep": lambda: base64.urlsafe_b64encode(b"[" * 9000).decode().rstrip("=") + ".e30.e30",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_token_is_nobodys(verifier: OidcVerifier, name: str) -> None:
    with pytest.raises(UnauthenticatedError) as told:
        verifier.authenticate(WRONG[name]())
    assert told.value.message == "the key or token is not valid"


def test_an_issuer_may_use_fewer_algorithms(site: Workspace, verifier: OidcVerifier, idp: Idp) -> None:
    strict = OidcVerifier(site, [Issuer(ISSUER, AUDIENCE, idp.uri, ("ES256",))])
    assert strict.authenticate(token(EC, "ES256", "two")).name == "王五"
    with pytest.raises(UnauthenticatedError):
        strict.authenticate(token())


def test_subject_and_issuer_count_together(site: Workspace, verifier: OidcVerifier, idp: Idp) -> None:
    other = "https://other.example"
    both = OidcVerifier(site, [Issuer(ISSUER, AUDIENCE, idp.uri), Issuer(other, AUDIENCE, idp.uri)])
    assert both.authenticate(token()).name == "王五"
    with pytest.raises(UnauthenticatedError):
        both.authenticate(token(iss=other))


def test_a_revoked_user_is_nobody(verifier: OidcVerifier, users: Users) -> None:
    assert verifier.authenticate(token()).name == "王五"
    users.revoke("王五", by=ADMIN)
    with pytest.raises(UnauthenticatedError):
        verifier.authenticate(token())


def test_a_new_key_of_the_issuer_is_fetched_but_not_at_every_token(
    verifier: OidcVerifier, idp: Idp, clock: Clock
) -> None:
    verifier.authenticate(token())
    idp.keys = [public(OTHER_RSA, "RS256", "new")]
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            verifier.authenticate(token(OTHER_RSA, kid="new"))
    assert idp.asked == 1
    clock.now += AGAIN_AFTER_SECONDS
    assert verifier.authenticate(token(OTHER_RSA, kid="new")).name == "王五"
    assert idp.asked == 2
    with pytest.raises(UnauthenticatedError):
        verifier.authenticate(token())
    assert idp.asked == 2
    clock.now += KEPT_SECONDS
    assert verifier.authenticate(token(OTHER_RSA, kid="new")).name == "王五"
    assert idp.asked == 3


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, b"", "answers 500"),
        (302, b"", "answers 302"),
        (200, b"nothing", "no set of keys"),
        (200, b"[]", "no set of keys"),
        (200, b"{}", "no set of keys"),
        (200, b"[" * 100_000, "no set of keys"),
        (200, b" " * 300_000, "too long"),
    ],
)
def test_an_issuer_without_keys_is_told_and_left_alone_for_a_while(
    verifier: OidcVerifier, idp: Idp, clock: Clock, status: int, body: bytes, why: str
) -> None:
    idp.status, idp.body = status, body
    with pytest.raises(SurroundingsError, match=why):
        verifier.authenticate(token())
    with pytest.raises(SurroundingsError, match="not long ago"):
        verifier.authenticate(token())
    assert idp.asked == 1
    idp.status, idp.body = 200, None
    clock.now += AGAIN_AFTER_SECONDS
    assert verifier.authenticate(token()).name == "王五"


def test_keys_that_are_kept_outlast_an_issuer_that_is_away_for_a_while(
    verifier: OidcVerifier, idp: Idp, clock: Clock
) -> None:
    verifier.authenticate(token())
    idp.status = 500
    clock.now += KEPT_SECONDS - 1
    assert verifier.authenticate(token()).name == "王五"
    with pytest.raises(UnauthenticatedError):
        verifier.authenticate(token(kid="unknown"))
    clock.now += AGAIN_AFTER_SECONDS
    with pytest.raises(SurroundingsError, match="answers 500"):
        verifier.authenticate(token())


def test_keys_that_are_not_for_signatures_are_left_out(verifier: OidcVerifier, idp: Idp) -> None:
    odd: list[Any] = ["text", 7, {"kid": "x"}, {"kty": "RSA", "kid": "x"}, {"kty": "oct", "kid": "o", "k": "AAAA"}]
    idp.keys = [*odd, public(OTHER_RSA, "RS256", "enc") | {"use": "enc"}, public(RSA, "RS256", "one")]
    assert verifier.authenticate(token()).name == "王五"
    for kid in ("x", "o", "enc"):
        with pytest.raises(UnauthenticatedError):
            verifier.authenticate(token(OTHER_RSA, kid=kid))


@pytest.mark.parametrize("uri", ["http://idp.example/jwks", "ftp://127.0.0.1/jwks", "file:///etc/passwd", "", "//x"])
def test_keys_come_over_https_or_from_this_very_host(uri: str) -> None:
    with pytest.raises(InputError, match="https"):
        Issuer(ISSUER, AUDIENCE, uri)


@pytest.mark.parametrize("algorithms", [(), ("none",), ("HS256",), ("RS256", "HS512")])
def test_secrets_that_are_shared_are_no_signatures(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="no algorithm"):
        Issuer(ISSUER, AUDIENCE, "https://idp.example/jwks", algorithms)
