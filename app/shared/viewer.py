"""The project's packaged Streamlit components, among them the slice viewer; their JavaScript lies in folders of adcore.

Streamlit looks for a packaged component's files only inside the package folder that bears the distribution's name.
"""

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from adcore.viewer.apart import Messages


def packaged_component(name: str) -> ComponentRenderer:
    """A component of pyproject.toml by name: {name}.js, {name}.css, and an element of that class to fill."""
    return st.components.v2.component(
        f"adcore.{name}",
        html=f'<div class="{name}"></div>',
        js=f"{name}.js",
        css=f"{name}.css",
        isolate_styles=True,
    )


def show_viewer(messages: Messages, key: str = "viewer") -> bool:
    """Show a payload; a message that is unchanged since the last run, such as the scan's, is not sent again.

    Args:
        key: unique among the viewers of a page.
    Returns:
        whether the display is radiological, the patient's left on the right; a change of it reruns the page.
    """
    first = {"radiological": True}
    shown = packaged_component("viewer")(key=key, data=messages.contents, default=first, on_radiological_change=lambda: None)
    volume = st.components.v2.component("adcore.volume", html="<div></div>", js="volume.js")
    volume(key=f"volume_preview_{key}", data=messages.preview)
    volume(key=f"volume_scan_{key}", data=messages.scan)
    return bool(shown.radiological)
