"""The packaged Streamlit component whose buttons fetch offered files. Its browser side lies in adcore/assets/files."""

import streamlit as st

from app.files.offer import Offers
from app.files.route import address


def show_file_buttons(offers: Offers, key: str = "files") -> None:
    """A button for each file. A press says how the file fares; neither it nor the file waits for the page, or moves it.

    Args:
        key: one for each row of buttons of a page.
    """
    component = st.components.v2.component(
        "adcore.files",
        html='<div class="files"></div>',
        js="files.js",
        css="files.css",
        isolate_styles=True,
    )
    files = [{"label": file.label, "name": file.name, "href": address(offers.token, file.name)} for file in offers.files.values()]
    component(key=key, data={"files": files})
