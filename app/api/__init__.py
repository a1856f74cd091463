"""The dashboard's HTTP endpoint for programs: a scan and its fields go in, the same JSON document as everywhere comes out."""

from app.api.routes import api_routes

__all__ = ["api_routes"]
