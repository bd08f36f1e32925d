"""Our cookies: their names and attributes, by the settings and the request."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...settings import Settings

__all__ = ["Cookies"]


class Cookies:
    """Sets, reads and deletes the cookies of an app.

    Args:
        settings: Name, path, SameSite and Secure.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, request: Request, suffix: str = "") -> str:
        """Return the text of the user's cookie, or of another one that *suffix* names; empty if there is none."""
        return request.cookies.get(self._name(request) + suffix, "")

    def set(
        self, request: Request, response: Response, text: str, suffix: str = "", max_age: int | None = None
    ) -> None:
        """Set a cookie; without *max_age*, in seconds, it lasts as long as the browser runs."""
        settings = self._settings
        secure = settings.cookie_secure
        response.set_cookie(
            self._name(request) + suffix,
            text,
            max_age=max_age,
            path=self._path(request),
            # Browsers drop a cookie for other sites' frames that is not for https only.
            secure=settings.cookie_samesite == "None" or (request.is_secure if secure is None else secure),
            httponly=True,
            samesite=settings.cookie_samesite,
        )

    def delete(self, request: Request, response: Response, suffix: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(self._name(request) + suffix, path=self._path(request))

    def _name(self, request: Request) -> str:
        # Cookies do not tell ports apart; without the port, two apps on one host would share a user.
        return self._settings.cookie_name or f"pycommunicate_{request.environ.get('SERVER_PORT', '')}"

    def _path(self, request: Request) -> str:
        return self._settings.cookie_path or request.root_path or "/"
