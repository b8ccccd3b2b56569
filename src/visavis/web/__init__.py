"""The HTTP door. The only room with the web framework."""

from visavis.web.app import create_app
from visavis.web.server import serve

__all__ = ["create_app", "serve"]
