"""Sign-in by the headers of a trusted proxy, and what holds where nobody signs in."""

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from adcore.audit import user_id
from app.admission import TITLES
from app.sign_in import SignedInOnly, SignIn, require_sign_in, who_is_let_in
from app.sign_in.gate import NO_ROLE, NOT_NAMED, OWN_MACHINE_ONLY, PROXY_ONLY
from app.sign_in.peer import PEER, PeerKept
from app.user import OPENED_BY, SIGN_IN_VARIABLE, Role, user_of
from tests.support.asgi import Answer, connect, get

KEY = "a key of more than thirty-two characters"
PROXIED = {
    SIGN_IN_VARIABLE: "proxy",
    "ADCORE_SIGN_IN_KEY": KEY,
    "ADCORE_PROXY": "10.0.0.5, 192.168.7.0/30",
    "ADCORE_READERS": "*",
    "ADCORE_RESEARCHERS": "science",
    "ADCORE_ADMINISTRATORS": "it, heads",
}
MEIER, SPOOFED = ("X-Forwarded-User", "meier"), ("X-Adcore-Role", "ADMINISTRATOR")


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PROXIED.items():
        monkeypatch.setenv(name, value)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells whom the gate let in, and what Streamlit would believe."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    user, headers = user_of(scope), HTTPConnection(scope).headers
    told = [user.id, user.role.word] if user else []
    believed = [value for name in ("x-adcore-user", "x-adcore-role") for value in headers.getlist(name)]
    await JSONResponse([told, believed])(scope, receive, send)


def ask(*headers: tuple[str, str], sender: str | None = "10.0.0.5", **scope: object) -> Answer:
    return get(SignedInOnly(echo), *headers, **{**({} if sender is None else {PEER: sender}), **scope})


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ([], "READER"),
        (["science"], "RESEARCHER"),
        (["ward 3,science", "it"], "ADMINISTRATOR"),
        (["Science"], "READER"),
    ],
)
@pytest.mark.usefixtures("proxied")
def test_a_user_whom_the_proxy_names_is_let_in_by_a_pseudonym_in_the_highest_role(groups: list[str], role: str) -> None:
    answer = ask(MEIER, SPOOFED, *(("X-Forwarded-Groups", line) for line in groups))
    told = f'["{user_id("meier", KEY)}","{role}"]'
    assert answer.text == f"[{told.replace(role, role.lower())},{told}]"
    assert "meier" not in answer.text


@pytest.mark.parametrize("sender", ["10.0.0.6", "192.168.7.4", "127.0.0.1", "::1", "", "a name", None])
@pytest.mark.usefixtures("proxied")
def test_the_same_headers_from_elsewhere_are_refused_on_both_channels(sender: str | None) -> None:
    assert ask(MEIER, sender=sender) == Answer(403, ask(MEIER, sender=sender).headers, PROXY_ONLY)
    closed = connect(SignedInOnly(echo), MEIER, kind="websocket", **({PEER: sender} if sender else {}))
    assert closed == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("sender", ["10.0.0.5", "::ffff:10.0.0.5", "192.168.7.2"])
@pytest.mark.usefixtures("proxied")
def test_every_address_of_the_proxy_is_believed(sender: str) -> None:
    assert ask(MEIER, sender=sender).status == 200


@pytest.mark.parametrize("names", [[], [""], ["  "], ["meier", "schulz"]])
@pytest.mark.usefixtures("proxied")
def test_a_user_who_is_not_named_or_named_twice_is_nobody(names: list[str]) -> None:
    answer = ask(*(("X-Forwarded-User", name) for name in names))
    assert (answer.status, answer.text) == (401, NOT_NAMED)


def test_whoever_has_no_role_gets_nothing(proxied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADCORE_READERS")
    answer = ask(MEIER, ("X-Forwarded-Groups", "ward 3"), SPOOFED)
    assert (answer.status, answer.text) == (403, NO_ROLE)


def test_other_headers_can_be_named(proxied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADCORE_SIGN_IN_USER", "Remote-User")
    monkeypatch.setenv("ADCORE_SIGN_IN_GROUPS", "Remote-Groups")
    assert ask(MEIER).status == 401
    assert "administrator" in ask(("remote-user", "meier"), ("remote-groups", "heads")).text


@pytest.mark.usefixtures("proxied")
def test_health_is_told_to_everyone_and_to_nobody_in_particular() -> None:
    assert ask(MEIER, sender="10.9.9.9", path="/_stcore/health").text == "[[],[]]"
    assert ask(MEIER, sender="10.9.9.9", path="/files/_stcore/health").status == 403


def test_a_connection_ends_when_its_sign_in_is_over(proxied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADCORE_SIGN_IN_HOURS", str(0.05 / 3600))
    sent = connect(SignedInOnly(echo), MEIER, kind="websocket", **{PEER: "10.0.0.5"})
    assert sent == [{"type": "websocket.accept"}, {"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("sender", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.5", 403), ("", 403), (None, 403)])
def test_without_sign_in_its_own_machine_alone_is_answered(sender: str | None, status: int) -> None:
    answer = ask(MEIER, SPOOFED, sender=sender)
    assert answer.status == status
    assert answer.text == ("[[],[]]" if status == 200 else OWN_MACHINE_ONLY)


def test_whoever_keeps_strangers_out_by_other_means_may_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGN_IN_VARIABLE, "none")
    assert ask(SPOOFED, sender="10.0.0.5").text == "[[],[]]"


@pytest.mark.usefixtures("proxied")
def test_the_senders_address_is_the_one_at_the_other_end_whatever_headers_say() -> None:
    gate = PeerKept(SignedInOnly(echo), "127.0.0.1")
    told = MEIER, ("X-Forwarded-For", "10.0.0.5")
    assert get(gate, *told, client=("127.0.0.1", 5000)).status == 403
    assert get(gate, *told, client=("203.0.113.9", 5000)).status == 403
    assert get(gate, MEIER, ("X-Forwarded-For", "203.0.113.9"), client=("10.0.0.5", 5000)).status == 200


@pytest.mark.usefixtures("proxied")
def test_the_named_proxy_is_believed_about_tls_too() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["scheme"])
        await JSONResponse([])(scope, receive, send)

    for client in ("10.0.0.5", "10.0.0.6"):
        get(PeerKept(app, "127.0.0.1"), ("X-Forwarded-Proto", "https"), client=(client, 5000))
    assert seen == ["https", "http"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({SIGN_IN_VARIABLE: "ldap"}, 'to be "proxy", "oidc" or "none"'),
        ({"ADCORE_SIGN_IN_KEY": "short"}, "at least 32 characters"),
        ({"ADCORE_PROXY": ""}, "address of the proxy"),
        ({"ADCORE_PROXY": "0.0.0.0/0"}, "whoever else could send"),
        ({"ADCORE_PROXY": "proxy.example"}, "addresses or networks"),
        ({name: "" for name in PROXIED if name.endswith("S")}, "nobody may open anything"),
        ({"ADCORE_SIGN_IN_HOURS": "0"}, "hours above 0"),
    ],
)
def test_a_sign_in_that_would_let_in_nobody_or_everybody_is_refused_at_the_start(
    changed: dict[str, str], sentence: str, proxied: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SignIn.read() is not None
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match=sentence):
        SignIn.read()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.7.9", None])
def test_another_address_needs_a_sign_in_or_a_word_that_none_is_needed(
    address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sign_in.st.get_option", lambda _: address)
    with pytest.raises(RuntimeError, match="for whoever reaches it, and nobody signs in"):
        require_sign_in()
    monkeypatch.setenv(SIGN_IN_VARIABLE, "none")
    require_sign_in()
    for name, value in PROXIED.items():
        monkeypatch.setenv(name, value)
    require_sign_in()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
def test_its_own_machine_needs_no_account(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sign_in.st.get_option", lambda _: address)
    require_sign_in()
    assert "No account is needed" in who_is_let_in()


def test_each_role_opens_what_the_ones_before_it_open_and_the_table_names_every_page() -> None:
    assert set(OPENED_BY) == set(TITLES)
    assert {page for page, least in OPENED_BY.items() if least > Role.READER} == {"errors", "all_cases"}
    assert OPENED_BY["all_cases"] is Role.ADMINISTRATOR
