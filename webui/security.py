"""Headers of every answer: nothing from elsewhere, nothing kept, nothing framed."""

from flask import Flask, Response, request

from planner.report.labels import Tiles

KEPT = ("static", "maps.asset", "tiles.tile", "tiles.archive")
"""Files of the program and tiles of the map, which a browser may keep if it asks whether they changed."""


def register(app: Flask, tiles: Tiles | None) -> None:
    """Adds the headers to every answer of `app`, error pages included; pictures also from the host of `tiles`."""
    pictures = "'self' data:" + (f" {tiles.origin}" if tiles and tiles.origin != "'self'" else "")
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {pictures}; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        headers["Cache-Control"] = "no-cache" if request.endpoint in KEPT else "no-store"
        headers.add("Vary", "Accept-Language")
        return response
