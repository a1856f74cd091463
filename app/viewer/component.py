"""The packaged Streamlit component that shows a payload. Its browser side lies in adcore/assets/viewer.

Streamlit looks for a packaged component's files only inside the package folder that bears the distribution's name.
"""

import streamlit as st


def show_viewer(payload: bytes, key: str = "viewer") -> None:
    """Show a payload of volume_payload; one that is unchanged since the last run is not sent again.

    Args:
        key: one for each viewer of a page.
    """
    component = st.components.v2.component(
        "adcore.viewer",
        html='<div class="viewer"></div>',
        js="viewer.js",
        css="viewer.css",
        isolate_styles=True,
    )
    component(key=key, data=payload)
