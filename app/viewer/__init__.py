"""The slice viewer: a payload made of a scan and its analysis, and the component that shows it."""

from app.viewer.component import show_viewer
from app.viewer.payload import viewer_payload

__all__ = ["show_viewer", "viewer_payload"]
