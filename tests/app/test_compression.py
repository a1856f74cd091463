"""What is compressed on its way, and what is not."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.compression import CompressedScripts

TEXT = "let it = 'be small';\n" * 500


@pytest.fixture
def client() -> TestClient:
    async def answer(request: object) -> PlainTextResponse:
        return PlainTextResponse(TEXT)

    return TestClient(CompressedScripts(Starlette(routes=[Route("/{path:path}", answer)])))


@pytest.mark.parametrize("path", ["/static/js/index.a1.js", "/clinic/static/css/index.a1.css"])
def test_scripts_and_styles_come_compressed_to_whom_takes_it(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(TEXT) / 10
    assert answer.text == TEXT
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == TEXT


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/media/a1.js", "/static/media/font.woff2", "/files/static/js/a.pdf", "/api/analyse"]
)
def test_nothing_else_is(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
