import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from app.guard import HOSTS_VARIABLE, OwnPagesOnly, SecurityHeaders, inline_scripts

HERE = "localhost:8501"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


async def _streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the app behind the guard: a page, or an accepted websocket."""
    if scope["type"] == "http":
        await PlainTextResponse("page")(scope, receive, send)
    else:
        await send({"type": "websocket.accept"})


def ask(*headers: tuple[str, str], kind: str = "http", path: str = "/", scheme: str = "http") -> list[Message]:
    """What the guarded app sends back to one request, or to one opening of a websocket."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = {"type": kind, "method": "GET", "path": path, "scheme": scheme, "headers": raw}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": f"{kind}.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    guarded = SecurityHeaders(OwnPagesOnly(_streamlit))
    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        thread.submit(lambda: asyncio.run(guarded(scope, receive, send))).result()
    return sent


def get(*headers: tuple[str, str], path: str = "/", scheme: str = "http") -> Answer:
    start, body = ask(*headers, path=path, scheme=scheme)
    return Answer(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"].decode())


@pytest.mark.parametrize("host", [HERE, "127.0.0.1:8501", "[::1]:8501", "LOCALHOST"])
def test_its_own_machine_is_answered(host: str) -> None:
    assert get(("Host", host)).text == "page"


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["evil.example:8501"],
        ["localhost.evil.example"],
        ["[::1"],
        [""],
        [],
        [HERE, "evil.example"],
        [f"{HERE},evil.example"],
    ],
)
def test_another_host_name_is_refused(hosts: list[str]) -> None:
    answer = get(*(("Host", host) for host in hosts))
    assert answer.status == 421
    assert HOSTS_VARIABLE in answer.text


def test_a_host_that_was_named_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "other.example, Clinic.example")
    assert get(("Host", "clinic.example")).text == "page"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:8502", "http://localhost", "null", "http://localhost:8501.evil.example"]
)
def test_a_page_from_elsewhere_is_refused_on_both_channels(origin: str) -> None:
    assert get(("Host", HERE), ("Origin", origin)).status == 403
    assert ask(("Host", HERE), ("Origin", origin), kind="websocket") == [{"type": "websocket.close", "code": 1008}]


def test_its_own_page_may_talk() -> None:
    own = ("Host", HERE), ("Origin", f"http://{HERE}")
    assert get(*own).text == "page"
    assert ask(*own, kind="websocket") == [{"type": "websocket.accept"}]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/prefix/_stcore/metrics"])
def test_counts_of_sessions_are_closed(path: str) -> None:
    assert get(("Host", HERE), path=path).status == 404


def test_a_page_connects_back_to_its_own_host_alone() -> None:
    headers = get(("Host", HERE)).headers
    assert f"connect-src 'self' ws://{HERE} wss://{HERE} data: blob:;" in headers["content-security-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_refusals_carry_the_security_headers_too() -> None:
    for refusal in (get(("Host", "evil.example")), get(("Host", HERE), ("Origin", "null")), get(("Host", "a b; script-src *"))):
        assert refusal.status in (403, 421)
        assert refusal.headers["x-content-type-options"] == "nosniff"
        assert f"script-src 'self' {' '.join(inline_scripts())};" in refusal.headers["content-security-policy"]
        assert "script-src *" not in refusal.headers["content-security-policy"]


def test_behind_tls_browsers_are_told_to_keep_to_it() -> None:
    assert "max-age" in get(("Host", HERE), scheme="https").headers["strict-transport-security"]
