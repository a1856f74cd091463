"""A browser as far as the server can tell: its cookies, its open session, and requests in its name."""

import re
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60.0

OFFERED = re.compile(rb'"href": ?"(/files/[^"]+)"')


@dataclass(eq=False)
class Browser:
    """One browser with one tab.

    Attributes:
        address: of the server, such as "http://127.0.0.1:8501".
        cookies: by name.
        headers: that a proxy adds to every request of it.
        session_id: of the session that the tab shows.
        patience_s: longest wait for any message.
        buttons: ids of the buttons it has shown, by label.
        files: addresses of the files that it was last offered.
    """

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    session_id: str = ""
    patience_s: float = PATIENCE_S
    buttons: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    _uploader: str = ""
    _rerun: BackMsg = field(default_factory=BackMsg)
    _tab: ClientConnection | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def open(self, session_id: str = "", page: str = "", query: str = "", **headers: str) -> Self:
        """Open the tab on a page, or take up a session by its id; `session_id` is then the one that the server gave."""
        self.request("/_stcore/health")
        stream = connect(
            f"ws{self.address.removeprefix('http')}/_stcore/stream",
            subprotocols=["streamlit", "unused", *([session_id] if session_id else [])],  # type: ignore[list-item]
            additional_headers={"Cookie": self._cookie(), **self.headers, **headers},
            max_size=None,
            max_queue=None,  # else a tab that does not look for a while would seem to be gone
            open_timeout=self.patience_s,
            close_timeout=1,
            ping_interval=None,
        )
        tab = self._tab = self._open.enter_context(stream)
        assert tab.response
        self._keep(tab.response.headers.get_all("Set-Cookie"))
        self._rerun.rerun_script.query_string, self._rerun.rerun_script.page_name = query, page
        tab.send(self._rerun.SerializeToString())
        self.session_id = self.await_message("new_session").new_session.initialize.session_id
        return self

    def click(self, label: str) -> None:
        """Press a button, once the tab shows it."""
        assert self._tab
        while label not in self.buttons:
            self._receive(self.patience_s)
        pressed = BackMsg()
        pressed.CopyFrom(self._rerun)
        pressed.rerun_script.widget_states.widgets.add(id=self.buttons[label], trigger_value=True)
        self._tab.send(pressed.SerializeToString())

    def await_text(self, *texts: str) -> str:
        """Whichever of these texts the server sends first."""
        deadline = time.monotonic() + self.patience_s
        while True:
            message = self._receive(deadline - time.monotonic()).SerializeToString()
            for text in texts:
                if text.encode() in message:
                    return text

    def await_file(self, ending: str) -> str:
        """Address of the file of this ending that the tab is offered."""
        assert self._tab
        while not (found := [address for address in self.files if address.endswith(ending)]):
            self._receive(self.patience_s)
        return found[0]

    def upload(self, name: str, content: bytes) -> None:
        """Upload a file to the last uploader that the tab shows."""
        assert self._tab
        while not self._uploader:
            self._receive(self.patience_s)
        path = self.upload_path()
        assert self.put(path, content) == 204
        chosen = BackMsg()
        chosen.CopyFrom(self._rerun)
        state = chosen.rerun_script.widget_states.widgets.add(id=self._uploader).file_uploader_state_value
        file_id = path.rsplit("/", 1)[1]
        file = state.uploaded_file_info.add(file_id=file_id, name=name, size=len(content))
        file.file_urls.file_id, file.file_urls.upload_url, file.file_urls.delete_url = file_id, path, path
        self._rerun = chosen
        self._tab.send(chosen.SerializeToString())

    def upload_path(self) -> str:
        """Where the tab may upload a file, as the server tells it."""
        assert self._tab
        asked = BackMsg()
        asked.file_urls_request.request_id = "1"
        asked.file_urls_request.file_names.append("scan.nii")
        asked.file_urls_request.session_id = self.session_id
        self._tab.send(asked.SerializeToString())
        return self.await_message("file_urls_response").file_urls_response.file_urls[0].upload_url

    def await_message(self, kind: str) -> ForwardMsg:
        """The next message of this kind to the tab."""
        while True:
            message = self._receive(self.patience_s)
            if message.WhichOneof("type") == kind:
                return message

    def _receive(self, patience_s: float) -> ForwardMsg:
        assert self._tab
        message = ForwardMsg.FromString(self._tab.recv(timeout=patience_s, decode=False))
        element = message.delta.new_element
        if element.WhichOneof("type") == "button":
            self.buttons[element.button.label] = element.button.id
        if element.WhichOneof("type") == "file_uploader":
            self._uploader = element.file_uploader.id
        if offered := OFFERED.findall(message.SerializeToString()):
            self.files = [address.decode() for address in offered]
        if message.WhichOneof("type") == "navigation":
            self._rerun.rerun_script.page_script_hash = message.navigation.page_script_hash
        return message

    def request(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> int:
        """Status of the answer to a request in this browser's name."""
        named = {"Cookie": self._cookie(), "X-Xsrftoken": self.cookies.get("_streamlit_xsrf", ""), **self.headers, **headers}
        asked = urllib.request.Request(self.address + path, body, named, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=self.patience_s) as answer:
                self._keep(answer.headers.get_all("Set-Cookie") or [])
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def put(self, path: str, content: bytes = b"scan") -> int:
        """Status of the answer to an upload."""
        head = b'--boundary7f3\r\nContent-Disposition: form-data; name="f"; filename="scan"\r\n\r\n'
        body = head + content + b"\r\n--boundary7f3--\r\n"
        return self.request(path, "PUT", body, **{"Content-Type": "multipart/form-data; boundary=boundary7f3"})

    def close(self) -> None:
        """Close its tabs; the browser keeps its cookies."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, set_cookies: list[str]) -> None:
        for line in set_cookies:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
