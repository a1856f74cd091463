"""The HTTP endpoint over real HTTP, with a stand-in for the model."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware

import app.runtime
import app.server
from adcore.audit import user_id, user_pseudonym
from adcore.store import CaseStore
from adcore.tokens import VARIABLE as TOKENS_VARIABLE
from adcore.tokens import make_token, program_id, revoke_token
from app.api import api_routes
from app.api.openapi import ANALYSE, DOCUMENT, openapi_text
from app.audit import AUDIT_VARIABLE
from app.jobs import MAX_JOBS_OF_ONE
from app.sign_in import SignedInOnly
from app.sign_in.peer import PeerKept
from app.sign_in.programs import NOT_KNOWN
from app.store import STORE_VARIABLE
from app.user import SIGN_IN_VARIABLE
from tests.app.test_sign_in import KEY, PROXIED
from tests.browser.conftest import free_port
from tests.support import fakes
from tests.support.builders import file_bytes, head
from tests.support.dicom_builder import series, upload, zipped
from tests.support.identity_provider import served

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
MEIER = {"X-Forwarded-User": "meier"}

Post = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def scan() -> bytes:
    made = head((4.0, 4.0, 4.0))
    return file_bytes(made.voxels, made.affine)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of the endpoint behind its gate. Where nobody signs in, as at first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.runtime, "load_predictor", lambda name: fakes.fake_predictor())
        patch.setattr(app.runtime, "Worker", fakes.FakeWorker)
        patch.setattr(fakes, "SECONDS_PER_STEP", 0.0)
        app.runtime.runtime.clear()
        gated = Starlette(routes=api_routes(), middleware=[Middleware(PerRequestGate)])
        with served(PeerKept(gated), free_port()) as served_at:
            yield served_at
        app.runtime.runtime.clear()


class PerRequestGate:
    """The gate as the environment says at each request."""

    def __init__(self, app: object) -> None:
        self.app = app

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        await SignedInOnly(self.app)(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
def post(address: str, scan: bytes) -> Post:
    def posted(
        headers: dict[str, str] | dict[str, bytes] | None = None, files: object = None, **fields: object
    ) -> httpx2.Response:
        return httpx2.post(address + ANALYSE, data=fields, files=files or {"scan": ("jane_doe.nii.gz", scan)}, headers=headers)

    return posted


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Signs users in by this machine as the proxy; gives the audit trail."""
    for name, value in {**PROXIED, "ADCORE_PROXY": "127.0.0.1", AUDIT_VARIABLE: str(tmp_path / "audit.jsonl")}.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "audit.jsonl"


def test_a_scan_and_fields_get_the_document_that_the_description_promises(post: Post, address: str) -> None:
    answer = post(mmse="20", age_years="78", sex="M", prevalence="0.2", measures='{"ptau": 0.5}')
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["category"] == "likely impaired"
    assert (document["record"]["mmse"], document["at_prevalence"][0]["prevalence"]) == (20, 0.2)
    assert document["record"]["measures"] == {"ptau": 0.5}
    assert "jane" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    described = httpx2.get(f"{address}/api/openapi.json").json()
    Draft202012Validator({**described["components"]["schemas"][DOCUMENT], "components": described["components"]}).validate(
        document
    )


def test_the_published_description_is_the_codes() -> None:
    assert PUBLISHED.read_text() == openapi_text(), "run: make schema"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"mmse": "31"}, "MMSE takes a whole number from 0 to 30"),
        ({"mmse": "many"}, "MMSE takes"),
        ({"cdr": "1"}, "CDR is what the model predicts"),
        ({"name": "Doe"}, "got another one or one twice"),
        ({"mmse": ["20", "21"]}, "got another one or one twice"),
        ({"series": "one"}, "series to be a whole number"),
        ({"prevalence": "20"}, "above 0 and below 1"),
        ({"measures": "ptau=1"}, "measures to be JSON"),
        ({"measures": '{"ptau": "high"}'}, "own measures are numbers by their names"),
        ({"header_confirmed": "perhaps"}, '"true" or "false"'),
        ({"files": {"picture": ("x.nii", b"1")}}, 'under the name "scan"'),
        ({"files": {"scan": ("x.nii", b"no scan")}}, "does not start like one"),
        ({"age_years": "99"}, "Expected a head, got something else"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(fields: dict[str, object], sentence: str, post: Post) -> None:
    answer = post(**fields)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize("kind", ["application/gzip", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_what_is_no_form_is_a_sentence_too(kind: str, address: str) -> None:
    answer = httpx2.post(address + ANALYSE, content=b"--x\r\n", headers={"Content-Type": kind})
    assert (answer.status_code, list(answer.json())) == (422, ["error"])


def test_a_defect_tells_nothing_of_the_input(post: Post) -> None:
    answer = post(age_years="97")
    assert (answer.status_code, answer.json()["error"]) == (503, app.runtime.UNFORESEEN)


def test_more_than_the_limit_is_refused_whatever_its_length_is_said_to_be(
    address: str, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.fields.most_megabytes", lambda: 1)
    answer = post(files={"scan": ("x.nii", bytes(3 << 20))})
    assert answer.status_code == 413
    assert "1 MB at most" in answer.json()["error"]


def test_several_series_are_listed_and_one_is_chosen_by_its_number(post: Post) -> None:
    archive = {"scan": ("scans.zip", zipped(upload([*series(number=4), *series(number=6)])))}
    listed = post(files=archive)
    assert listed.status_code == 422
    assert [one["number"] for one in listed.json()["series"]] == [1, 2]
    assert post(files=archive, series="2").status_code == 200


@pytest.mark.parametrize("size", [1 << 10, 3 << 20])
def test_no_upload_is_written_to_the_disk(size: int) -> None:
    assert app.server  # which sets it for the pages' uploads as well

    async def body() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="scan"; filename="x"\r\n\r\n' + bytes(size) + b"\r\n--x--\r\n"

    async def parsed() -> bool:
        form = await MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), body()).parse()  # type: ignore[arg-type]
        try:
            return isinstance(form["scan"].file._file, BytesIO)  # type: ignore[union-attr]
        finally:
            await form.close()

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        assert thread.submit(lambda: asyncio.run(parsed())).result()


def test_one_user_holds_three_places_and_gives_them_back_by_leaving(
    address: str, scan: bytes, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "SECONDS_PER_STEP", 1000.0)
    queue = app.runtime.runtime()._queue

    def until(jobs: int) -> None:
        deadline = time.monotonic() + 20
        while len(queue._jobs) != jobs and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(queue._jobs) == jobs

    def leave_soon() -> None:
        with pytest.raises(httpx2.TimeoutException):
            httpx2.post(address + ANALYSE, files={"scan": ("x.nii.gz", scan)}, timeout=2)

    with ThreadPoolExecutor(MAX_JOBS_OF_ONE) as threads:
        leaving = [threads.submit(leave_soon) for _ in range(MAX_JOBS_OF_ONE)]
        until(MAX_JOBS_OF_ONE)
        refused = post()
        assert (refused.status_code, "Try again in a minute" in refused.json()["error"]) == (429, True)
        for each in leaving:
            each.result()
    until(0)


def test_users_sign_in_as_on_the_pages_and_their_answers_are_recorded_and_kept(
    post: Post, proxied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/cases.db"
    monkeypatch.setenv(STORE_VARIABLE, url)
    assert post().status_code == 401
    assert post(MEIER, mmse="20").status_code == 200
    (case,) = CaseStore.open(url).cases(user_id("meier", KEY))
    assert case.answers[0].category == "likely impaired"
    records = [json.loads(line) for line in proxied.read_text().splitlines()]
    assert [record["event_id"]["meaning"] for record in records] == ["Import", "Patient Record"]
    assert {record["user"] for record in records} == {user_pseudonym(user_id("meier", KEY))}


def test_without_its_record_there_is_no_answer(post: Post, proxied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AUDIT_VARIABLE, "/dev/full")
    answer = post(MEIER)
    assert answer.status_code == 503
    assert "no answer without its record" in answer.json()["error"]


@pytest.mark.parametrize("way", ["oidc", "proxy"])
def test_a_program_is_known_by_its_token_at_this_endpoint_alone_until_that_is_revoked(
    way: str, post: Post, address: str, proxied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, url = tmp_path / "tokens.json", f"sqlite:///{tmp_path}/cases.db"
    made = make_token(tokens, "night-batch")
    for name, value in {SIGN_IN_VARIABLE: way, TOKENS_VARIABLE: str(tokens), STORE_VARIABLE: url}.items():
        monkeypatch.setenv(name, value)
    bearing = {"Authorization": f"Bearer {made}"}
    assert post(bearing, mmse="20").json()["category"] == "likely impaired"
    assert [len(CaseStore.open(url).cases(program_id(name, KEY))) for name in ("night-batch", "another")] == [1, 0]
    trail = proxied.read_text()
    assert {json.loads(line)["user"] for line in trail.splitlines()} == {user_pseudonym(program_id("night-batch", KEY))}
    assert made not in trail
    assert httpx2.get(f"{address}/api/openapi.json", headers=bearing).status_code == 200
    assert [httpx2.get(address + path, headers=bearing).status_code for path in ("/", "/review", "/api")] == [401] * 3
    for wrong in (made[:-1], f"{made}A", made.swapcase(), "adcore_", f"{made}ü"):
        refused = post({"Authorization": f"Bearer {wrong}".encode()})
        assert (refused.status_code, "WWW-Authenticate" in refused.headers) == (401, wrong.startswith("adcore_"))
    tokens.rename(tmp_path / "aside")
    assert post(bearing).status_code == 503
    (tmp_path / "aside").rename(tokens)
    revoke_token(tokens, "night-batch")
    assert (post(bearing).status_code, post(bearing).text) == (401, NOT_KNOWN)
