"""The slice viewer: a payload made of a scan and what lies over it, and the component that shows it."""

from app.viewer.component import show_viewer
from app.viewer.overlays import Overlay
from app.viewer.payload import viewer_payload, volume_payload

__all__ = ["Overlay", "show_viewer", "viewer_payload", "volume_payload"]
