"""Zalo's hosts over aiohttp: where we are authorised, and where we speak. Refusals come with HTTP 200 and a number.

Only the type of an error of aiohttp is told, never its text: what it quotes may be a secret.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.text import one_line
from db.tokens import Pair

Json = dict[str, Any]
TOO_FAST = -32
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class ZaloError(Exception):
    """The base of what may become of a call."""


class Refused(ZaloError):
    """Zalo's own answer: `code` from its tables, `reason` in its words."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class NotSent(ZaloError):
    """No connection was made, so repeating is safe."""


class Trouble(ZaloError):
    """Somebody else answered, such as a gateway: most likely nothing was done."""


class MaybeSent(ZaloError):
    """The line was cut after we began to speak: Zalo may have done it."""


class Wire:
    """Calls over a session which belongs to the caller. Timeouts in seconds. `said_at` dates the last answer."""

    def __init__(self, http: aiohttp.ClientSession, *, connect: float = 5, read: float = 15) -> None:
        self._http = http
        self._connect, self._read = connect, read
        self.said_at: datetime | None = None

    async def call(self, method: str, url: str, *, speak: float = 5, **what: Any) -> Json:
        """The whole answer of one that is no refusal; `speak` is the time to say it all. Raises a ZaloError."""
        timeout = aiohttp.ClientTimeout(
            total=self._connect + speak + self._read, connect=self._connect, sock_read=self._read
        )
        try:
            async with self._http.request(method, url, timeout=timeout, allow_redirects=False, **what) as answer:
                status, body = answer.status, await answer.read()
                self.said_at = _date(answer.headers.get("Date", ""))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _named(error) from None
        return _understood(status, body)


class OAuth:
    """Authorisation v4 with PKCE: https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen."""

    def __init__(self, wire: Wire, root: str, app_id: str, secret: str) -> None:
        self._wire, self._root, self._app_id, self._secret = wire, root.rstrip("/"), app_id, secret

    async def exchange(self, code: str, verifier: str) -> Pair:
        """For the code of the callback. Raises a ZaloError."""
        return await self._pair({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def refresh(self, token: str) -> Pair:
        """For a refresh token, which this uses up, and with it the access token of before. Raises a ZaloError."""
        return await self._pair({"grant_type": "refresh_token", "refresh_token": token})

    async def _pair(self, form: dict[str, str]) -> Pair:
        url, headers = f"{self._root}/v4/oa/access_token", {"secret_key": self._secret}
        answer = await self._wire.call("POST", url, data={**form, "app_id": self._app_id}, headers=headers)
        try:
            return Pair(
                str(answer["access_token"]),
                str(answer["refresh_token"]),
                timedelta(seconds=int(answer["expires_in"])),
            )
        except (KeyError, TypeError, ValueError):
            raise MaybeSent("an answer without tokens") from None


def permission_link(root: str, app_id: str, callback: str, challenge: str, state: str) -> str:
    """Where an administrator of the OA lets the app in."""
    asked = {"app_id": app_id, "redirect_uri": callback, "code_challenge": challenge, "state": state}
    return f"{root.rstrip('/')}/v4/oa/permission?{urlencode(asked)}"


def _understood(status: int, body: bytes) -> Json:
    """Pure."""
    if status == 504 or not body.strip():
        raise MaybeSent(f"HTTP {status}, no answer")
    if not body.lstrip().startswith(b"{"):
        raise Trouble(f"HTTP {status}, not from Zalo")
    try:
        answer: Json = json.loads(body)
        code = int(answer.get("error") or 0)
    except (ValueError, TypeError):
        raise MaybeSent("answer cut short") from None
    if status == 429:
        raise Refused(TOO_FAST, "HTTP 429")
    if code:
        raise Refused(code, one_line(str(answer.get("message") or answer.get("error_description") or ""), 200))
    if status >= 400:
        raise Trouble(f"HTTP {status}")
    return answer


def _named(error: Exception) -> ZaloError:
    what = type(error).__name__
    return NotSent(what) if isinstance(error, _NEVER_LEFT) else MaybeSent(what)


def _date(header: str) -> datetime | None:
    with suppress(ValueError):
        return parsedate_to_datetime(header).astimezone(UTC)
    return None
