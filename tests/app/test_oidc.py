"""Sign-in by OpenID Connect against a real provider on this machine: Streamlit's login routes behind the gate, over real HTTP."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

from adcore.audit import user_id
from app.sign_in import SignedInOnly, require_sign_in
from app.sign_in.oidc import NO_ROLE, NOT_SIGNED_IN
from app.sign_in.peer import PeerKept
from app.user import SIGN_IN_VARIABLE
from tests.app.test_sign_in import KEY, PROXIED, echo
from tests.browser.conftest import free_port
from tests.support.asgi import connect
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, served

COOKIE_SECRET = "a secret that signs this server's cookies"
MEIER = {"sub": "meier", "groups": ["ward 3", "science"], "email": "meier@clinic.example"}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    made = IdentityProvider()
    with served(made.app, free_port()) as made.address:
        yield made


@pytest.fixture
def auth(provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What `[auth]` of the server's secrets holds."""
    section = {
        "redirect_uri": f"http://127.0.0.1:{free_port()}/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "server_metadata_url": f"{provider.address}/.well-known/openid-configuration",
    }
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": section})
    for name, value in {**PROXIED, SIGN_IN_VARIABLE: "oidc"}.items():
        monkeypatch.setenv(name, value)
    return section


@pytest.fixture
def server(auth: dict[str, str]) -> Iterator[str]:
    """Address of Streamlit's login routes and an echo, as the dashboard has them."""
    session = Middleware(SessionMiddleware, secret_key=COOKIE_SECRET, session_cookie="_streamlit_session")
    app = Starlette(routes=[*create_auth_routes(""), Mount("/", echo)], middleware=[Middleware(SignedInOnly), session])
    with served(PeerKept(app), int(auth["redirect_uri"].split(":")[2].split("/")[0])) as address:
        yield address


@pytest.fixture
def browser(server: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server, follow_redirects=True, headers=PAGE) as opened:
        yield opened


def sign_in(browser: httpx2.Client, provider: IdentityProvider, claims: dict[str, Any] | None) -> httpx2.Response:
    """Press the button of the sign-in page, as a user whom the provider knows by these claims; where that leads."""
    provider.claims = claims
    page = browser.get("/review")
    assert page.status_code == 401
    (link,) = re.findall(r'<a href="([^"]+)">Sign in</a>', page.text)
    return browser.get(link)


def test_nothing_is_served_before_a_sign_in_but_the_way_there(browser: httpx2.Client) -> None:
    page = browser.get("/review")
    assert (page.status_code, NOT_SIGNED_IN in page.text, page.headers["cache-control"]) == (401, True, "no-store")
    told = browser.put("/_stcore/upload_file/a/b", headers={"Accept": "*/*"})
    assert (told.status_code, told.text) == (401, NOT_SIGNED_IN)
    assert connect(SignedInOnly(echo), kind="websocket") == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("claims", "role"), [(MEIER, "RESEARCHER"), ({"sub": "meier", "groups": "it"}, "ADMINISTRATOR")])
def test_a_user_of_the_provider_is_let_in_by_a_pseudonym_in_the_role_of_a_claim(
    browser: httpx2.Client, provider: IdentityProvider, claims: dict[str, Any], role: str
) -> None:
    told = sign_in(browser, provider, claims)
    known = [user_id("meier", KEY), role.lower()], [user_id("meier", KEY), role]
    assert (told.status_code, told.json()) == (200, list(known))
    assert browser.get("/review").json() == list(known)
    browser.get("/auth/logout")
    assert browser.get("/review").status_code == 401


def test_whoever_has_no_role_is_told_so_with_a_way_out(
    browser: httpx2.Client, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    told = sign_in(browser, provider, {"sub": "meier", "groups": []})
    assert told.status_code == 200
    monkeypatch.setenv("ADCORE_READERS", "others")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    start, body = connect(SignedInOnly(echo), ("Cookie", cookies), ("Accept", "text/html"))
    assert start["status"] == 403
    assert NO_ROLE in body["body"].decode()
    assert "/auth/logout" in body["body"].decode()


@pytest.mark.parametrize("declined", [None, {"groups": ["it"]}, {**MEIER, "aud": "another client"}])
def test_whom_the_provider_does_not_vouch_for_stays_outside(
    browser: httpx2.Client, provider: IdentityProvider, declined: dict[str, Any] | None
) -> None:
    assert sign_in(browser, provider, declined).status_code == 401
    assert browser.get("/review").status_code == 401


def test_a_token_that_another_key_signed_is_no_word_of_the_provider(browser: httpx2.Client, provider: IdentityProvider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
    try:
        assert sign_in(browser, provider, MEIER).status_code == 401
    finally:
        provider.published = None


def made_cookie(secret: str, **changed: object) -> tuple[str, str]:
    claims = {**MEIER, "is_logged_in": True, "iat": time.time(), **changed}
    return "Cookie", f"_streamlit_user={create_signed_value(secret, '_streamlit_user', json.dumps(claims)).decode()}"


@pytest.mark.parametrize(
    ("secret", "changed", "status"),
    [
        (COOKIE_SECRET, {}, 200),
        ("another secret that signs cookies", {}, 401),
        (COOKIE_SECRET, {"origin": "http://another.example"}, 401),
        (COOKIE_SECRET, {"iat": time.time() - 12.1 * 3600}, 401),
        (COOKIE_SECRET, {"iat": None}, 401),
        (COOKIE_SECRET, {"is_logged_in": "yes"}, 401),
    ],
)
def test_a_cookie_counts_that_this_server_signed_for_itself_not_long_ago(
    secret: str, changed: dict[str, object], status: int, auth: dict[str, str]
) -> None:
    origin = {"origin": auth["redirect_uri"].removesuffix("/oauth2callback")}
    assert connect(SignedInOnly(echo), made_cookie(secret, **{**origin, **changed}))[0]["status"] == status


def test_behind_tls_streamlits_cookies_are_kept_to_it(auth: dict[str, str]) -> None:
    async def signed_in(scope: object, receive: object, send: Any) -> None:
        headers = [(b"set-cookie", value) for value in (b"_streamlit_user=x; HttpOnly", b"_streamlit_session=y; Secure")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    for scheme, kept in (("https", b"; Secure"), ("http", b"")):
        (start,) = connect(SignedInOnly(signed_in), path="/oauth2callback", scheme=scheme)
        assert [value for _, value in start["headers"]] == [
            b"_streamlit_user=x; HttpOnly" + kept,
            b"_streamlit_session=y; Secure",
        ]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("client_secret", r"\[auth\] of"), ("cookie_secret", r"\[auth\] of"), (None, "cookie_secret of at least 32 characters")],
)
def test_a_provider_that_is_not_whole_is_refused_at_the_start(missing: str | None, sentence: str, auth: dict[str, str]) -> None:
    require_sign_in()
    if missing:
        del auth[missing]
    else:
        auth["cookie_secret"] = "short"
    with pytest.raises(RuntimeError, match=sentence):
        require_sign_in()
