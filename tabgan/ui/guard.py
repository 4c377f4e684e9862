"""Who may ask: this machine's browser, with the token, from the page itself."""

from __future__ import annotations

import hmac

from werkzeug.exceptions import Forbidden, MisdirectedRequest
from werkzeug.wrappers import Request, Response

ADDRESS = "127.0.0.1"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
"""Beside the report's own, which allows what it brings and nothing else: it sees neither cookies nor the page."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets a request in if it comes to our own address, with our token, and changes things only from our own page.

    The first stops names of others that lead to this machine (DNS rebinding), the second other people and programs, the
    last other pages in the same browser.
    """

    def __init__(self, token: str, port: int) -> None:
        self.token, self.host = token, f"{ADDRESS}:{port}"
        self.cookie = f"tabgan-{port}"  # cookies are shared by all ports of an address

    @property
    def url(self) -> str:
        """The address that lets a browser in."""
        return f"http://{self.host}/?token={self.token}"

    def admit(self, request: Request) -> bool:
        """Return whether the address brings the token; raise what the client is answered if nothing lets it in."""
        if request.headers.get("Host") != self.host:
            raise MisdirectedRequest(f"this page is at {self.host} only")
        if self._is_token(request.args.get("token", "")):
            return True
        if not self._is_token(request.cookies.get(self.cookie, "")):
            raise Forbidden("open the address that tabgan ui has printed: it has the token that lets you in")
        if request.method == "POST" and request.headers.get("Origin") != f"http://{self.host}":
            raise Forbidden("forms are sent by the page itself only")
        return False

    def remember(self, response: Response) -> None:
        """Let the browser bring the token by itself."""
        response.set_cookie(self.cookie, self.token, httponly=True, samesite="Strict")

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())
