"""The project's packaged Streamlit components: their browser sides lie in adcore/assets, one folder each.

Streamlit looks for a packaged component's files only inside the package folder that bears the distribution's name.
"""

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def packaged_component(name: str) -> ComponentRenderer:
    """The component in adcore/assets/{name}: {name}.js, {name}.css, and an element of that class to fill."""
    return st.components.v2.component(
        f"adcore.{name}",
        html=f'<div class="{name}"></div>',
        js=f"{name}.js",
        css=f"{name}.css",
        isolate_styles=True,
    )
