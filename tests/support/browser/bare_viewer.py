"""The viewer on an empty page, without the app: for payloads that no page of the app shows yet."""

from pathlib import Path
from typing import Self

from playwright.sync_api import Page, Route

from tests.support.browser.viewer_page import settle

ASSETS = Path(__file__).resolve().parents[3] / "adcore/viewer/static"
ADDRESS = "http://viewer.test"
BODY = '<link rel="stylesheet" href="/viewer.css"><div id="parent"><div class="viewer" style="width: 800px"></div></div>'
SHOW = """async () => {
    const { default: show } = await import("/viewer.js");
    const answer = await fetch("/payload");
    show({ parentElement: document.getElementById("parent"), data: new Uint8Array(await answer.arrayBuffer()) });
}"""


class BareViewer:
    """Shows payloads one after the other in the same element, as Streamlit does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.payload = b""

    @classmethod
    def on(cls, page: Page) -> Self:
        """An empty viewer on a new page; requests are answered here, and nothing is served."""
        viewer = cls(page)
        page.route(f"{ADDRESS}/**", viewer._answer)
        page.goto(f"{ADDRESS}/")
        return viewer

    def show(self, payload: bytes) -> None:
        """Show a payload and wait for its picture."""
        self.payload = payload
        element = self.page.locator(".viewer")
        before = element.get_attribute("data-ready")
        self.page.evaluate(SHOW)
        self.page.wait_for_function("was => (document.querySelector('.viewer').dataset.ready ?? null) !== was", arg=before)
        settle(self.page)

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(f"{ADDRESS}/")
        if name == "payload":
            route.fulfill(body=self.payload, content_type="application/octet-stream")
        elif name:
            route.fulfill(path=ASSETS / name)
        else:
            route.fulfill(body=BODY, content_type="text/html")
