"""python-telegram-bot's way to the wire, over aiohttp: its own httpx pool is quadratic in the calls in flight.

Beside PTB's errors it raises two of ours, because the sender must know whether repeating is safe.
Source: telegram.request.BaseRequest of PTB 22.8.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
from telegram import TelegramObject
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# Without it PTB warns at every RetryAfter it builds.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# At DEBUG PTB logs the token in its URLs and the text of every message.
logging.getLogger("telegram").setLevel(logging.WARNING)

_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
_GATEWAY_TIMEOUT = 504
_SPEAK, _UPLOAD = 10.0, 600.0
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class _Json:
    """A body that is said as it is, in the place of PTB's."""

    body: bytes
    contains_files: bool = False


class NotSent(NetworkError):
    """No connection was made, so repeating is safe."""


class MaybeSent(NetworkError):
    """The line was cut after we began to speak: Telegram may have done it."""


class TelegramRequest(BaseRequest):
    """POST and GET for `telegram.Bot`. Timeouts in seconds; the session belongs to the caller.

    `said_at` is when the last answer came, by the other side's clock.
    """

    def __init__(
        self, http: aiohttp.ClientSession, proxy: str | None = None, *, connect: float = 10, read: float = 20
    ) -> None:
        self._http, self.proxy = http, proxy
        self._connect, self._read = connect, read
        self.said_at: datetime | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def call(self, url: str, params: Mapping[str, Any]) -> Any:
        """The result of a method as plain JSON, both ways: PTB's objects would cost as much as the call."""
        said = {name: _plain(value) for name, value in params.items() if value is not None}
        body = _Json(json.dumps(said, ensure_ascii=False).encode())
        return await self.post(url, request_data=cast("RequestData", body))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | _Json | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        timeout = self.timeout(read_timeout, _UPLOAD if request_data and request_data.contains_files else _SPEAK)
        try:
            async with self._http.request(
                method,
                url,
                data=_body(request_data),
                headers=_JSON if isinstance(request_data, _Json) else None,
                proxy=self.proxy,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                code, payload = answer.status, await answer.read()
                self.said_at = _date(answer.headers.get("Date", ""))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise named(error) from None
        _refuse_strangers(code, payload)
        return code, payload

    def timeout(self, read: object, speak: float) -> aiohttp.ClientTimeout:
        """`speak` is the time to say it all; PTB passes its own DefaultValue for a `read` as configured."""
        seconds = float(read) if isinstance(read, int | float) else self._read
        total = self._connect + speak + seconds
        return aiohttp.ClientTimeout(total=total, connect=self._connect, sock_read=seconds)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """PTB's would log the whole answer, and trip over one that was cut short."""
        try:
            data = json.loads(payload)
        except ValueError as error:
            raise MaybeSent("answer cut short") from error
        if not isinstance(data, dict) or not data.keys() & {"result", "description"}:
            raise MaybeSent("answer of an unknown shape")
        return data


def named(error: Exception) -> TelegramError:
    """Pure: what an error of aiohttp means. Only its type is told, as its text may hold the URL and so the token."""
    what = type(error).__name__
    if isinstance(error, _NEVER_LEFT):
        return NotSent(what)
    return TimedOut(what) if isinstance(error, TimeoutError) else MaybeSent(what)


def _date(header: str) -> datetime | None:
    with suppress(ValueError):
        return parsedate_to_datetime(header).astimezone(UTC)
    return None


def _plain(value: Any) -> Any:
    return value.to_dict() if isinstance(value, TelegramObject) else value


def _body(data: RequestData | _Json | None) -> aiohttp.FormData | bytes | None:
    if data is None:
        return None
    if isinstance(data, _Json):
        return data.body
    # Telegram shows a percent-encoded file name as it stands, so names go out as raw UTF-8.
    form = aiohttp.FormData(data.json_parameters, quote_fields=False, default_to_multipart=data.contains_files)
    for field, (name, content, mime) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=mime)
    return form


def _refuse_strangers(code: int, payload: bytes) -> None:
    """A 401 in HTML comes from a proxy or a blocking page and says nothing about our token."""
    if code == _GATEWAY_TIMEOUT or not payload.strip():
        raise MaybeSent(f"HTTP {code}, no answer")
    if not payload.lstrip().startswith(b"{"):
        raise NetworkError(f"HTTP {code}, not from the Bot API")
