"""Where a web server and the `flask` command find the product."""

from app import create_app

__all__ = ["create_app"]
