"""What every answer carries: the content security policy, and no caching of pages with personal data."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)


def send_headers(app: Flask, *, secure: bool) -> None:
    @app.before_request
    def number_the_request() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=(self)"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
