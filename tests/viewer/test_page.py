import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

from adcore.viewer.page import STATIC, page_of, view
from adcore.words import DISCLAIMER
from tests.support.fakes import TYPICAL, fake_analysis, head_scan


def test_importing_it_loads_neither_streamlit_nor_torch() -> None:
    code = "import sys, adcore.viewer; print(sorted({'streamlit', 'torch', 'monai', 'starlette'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_page_holds_every_module_and_asks_nothing_of_a_network() -> None:
    page = page_of(b"payload", 'a "title"').html
    modules = json.loads(re.search(r'<script type="importmap">(.*?)</script>', page)[1])["imports"]
    assert set(modules) == {f"adcore/{path.name}" for path in STATIC.glob("*.js")}
    assert all(address.startswith("data:text/javascript") for address in modules.values())
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\(""", page)
    assert DISCLAIMER in page
    assert "a &quot;title&quot;" in page


def test_a_notebook_shows_the_page_in_a_frame_and_a_file_holds_the_same(tmp_path: Path) -> None:
    shown = view(head_scan(), fake_analysis(head_scan(), TYPICAL))
    frame = re.fullmatch(r'<iframe srcdoc="(.*?)" title=.*</iframe>', shown._repr_html_(), re.DOTALL)
    assert unescape(frame[1]) == shown.html
    shown.write(tmp_path / "case.html")
    assert (tmp_path / "case.html").read_text() == shown.html
