"""Calls of the Zalo Bot Platform over aiohttp, and what its refusals mean.

An error is told by its type alone: its text may hold the URL, and so the token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channel import Blocked, OutsideWindow, Rejected, Revoked, SendError, Throttled, Unreachable
from bot.text import one_line

_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
REST = 60.0
"""Seconds after a 429: Zalo says neither how much is allowed nor when to come back."""


class ZaloRefusal(Exception):
    """`{"ok": false}`: a code and a description."""

    def __init__(self, code: int, description: str = "") -> None:
        super().__init__(f"{code} {one_line(description, 200)}".strip())
        self.code, self.description = code, description


class Strange(Exception):
    """An answer that is not the platform's: a proxy's page, or one cut short, after which it may have been done."""

    def __init__(self, status: int, *, cut: bool = False) -> None:
        super().__init__(f"HTTP {status}, {'cut short' if cut else 'not from Zalo'}")
        self.maybe_done = cut or status in {408, 504}


class TimedOut(Unreachable):
    """A 408: nothing came while Zalo held a poll; of anything else, it may have been done."""


class Api:
    """`call` gives the result of a method. The session belongs to the caller; timeouts in seconds."""

    def __init__(self, http: aiohttp.ClientSession, root: str, token: str, *, read: float = 20) -> None:
        self._http, self._base, self._read = http, f"{root.rstrip('/')}/bot{token}", read

    async def call(self, method: str, params: Mapping[str, Any] | None = None, *, read: float | None = None) -> Any:
        """Raises a SendError."""
        try:
            return await self._call(method, params or {}, read or self._read)
        except (ZaloRefusal, Strange, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise failure(error) from None

    async def _call(self, method: str, params: Mapping[str, Any], read: float) -> Any:
        timeout = aiohttp.ClientTimeout(total=read + 20, connect=10, sock_read=read)
        url = f"{self._base}/{method}"
        async with self._http.post(url, json=params, timeout=timeout, allow_redirects=False) as answer:
            return result(answer.status, await answer.read())


def result(status: int, body: bytes) -> Any:
    """What an answer holds. Raises ZaloRefusal or Strange. `ok` decides, whatever the status says."""
    try:
        said = json.loads(body)
    except ValueError:
        raise Strange(status, cut=body.lstrip().startswith(b"{") or not body.strip()) from None
    if not isinstance(said, dict) or "ok" not in said:
        raise Strange(status)
    if said["ok"] is True:
        return said.get("result")
    code = said.get("error_code", said.get("errorCode"))
    raise ZaloRefusal(code if isinstance(code, int) else status, str(said.get("description", "")))


# The codes are documented but for what happens to one person's chat: there the words decide.
_CODES: dict[int, type[SendError]] = {
    400: Rejected,
    401: Revoked,
    403: Unreachable,  # «Internal server error», the docs say
    404: Blocked,
    425: Rejected,
}
_WORDS: tuple[tuple[str, type[SendError]], ...] = (
    ("block", Blocked),
    ("chat not found", Blocked),
    ("user not found", Blocked),
    ("not follow", Blocked),
    ("has not interacted", OutsideWindow),
    ("outside", OutsideWindow),
)
_PERSONAL = {400, 403, 404}


def failure(error: Exception) -> SendError:
    """Pure: an error of the wire by its remedy."""
    if isinstance(error, ZaloRefusal):
        return _refusal(error)
    if isinstance(error, Strange):
        return Unreachable(str(error), maybe_sent=error.maybe_done)
    return Unreachable(type(error).__name__, maybe_sent=not isinstance(error, _NEVER_LEFT))


def _refusal(error: ZaloRefusal) -> SendError:
    if error.code == 429:
        return Throttled(REST)
    reason, words = str(error), error.description.casefold()
    if error.code in _PERSONAL and (kind := next((kind for word, kind in _WORDS if word in words), None)):
        return kind(reason)
    if kind := _CODES.get(error.code):
        return kind(reason)
    if error.code == 408:
        return TimedOut(reason, maybe_sent=True)
    return Unreachable(reason, maybe_sent=error.code == 504) if error.code >= 500 else Rejected(reason)
