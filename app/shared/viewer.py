"""The component that shows a payload."""

from app.component import packaged_component


def show_viewer(payload: bytes, key: str = "viewer") -> None:
    """Show a payload of volume_payload; one that is unchanged since the last run is not sent again.

    Args:
        key: one for each viewer of a page.
    """
    packaged_component("viewer")(key=key, data=payload)
