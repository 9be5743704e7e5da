"""Calls of the OpenAPI with the token in force."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp

from bot.channel import Rejected, Upload
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_wire import MaybeSent, Refused, Trouble, Wire
from bot.channels.zalo_oa_write import STALE_TOKEN, is_image

Json = dict[str, Any]
What = Callable[[], Json]
"""The rest of a call, made anew each time it is said."""
MESSAGE = "/v3.0/oa/message/cs"
UPLOADING = 120.0
"""Seconds a file may take."""


class Api:
    """Each call raises a ZaloError, or a SendError where there is no token."""

    def __init__(self, wire: Wire, root: str, app_secret: str, tokens: Tokens) -> None:
        self.wire, self._root, self._secret, self._tokens = wire, root.rstrip("/"), app_secret.encode(), tokens

    async def say(self, body: Json) -> Json:
        """One message. Only this can have been heard without our knowing."""
        return await self._call(MESSAGE, lambda: {"json": body})

    async def ask(self, path: str, body: Json) -> Json:
        with _saying_nothing():
            return await self._call(path, lambda: {"json": body})

    async def look_up(self, path: str, asked: Json) -> Json:
        """By any process, also one that may not renew the token."""
        access = await self._tokens.newest()
        with _saying_nothing():
            return await self._once("GET", path, access, {"params": {"data": json.dumps(asked)}})

    async def upload(self, upload: Upload) -> str:
        """Zalo's handle of the file, good for a week."""
        kind, handle = ("image", "attachment_id") if is_image(upload.name) else ("file", "token")
        try:
            content = await asyncio.to_thread(upload.path.read_bytes)
        except OSError as error:
            raise Rejected(f"our file cannot be read: {type(error).__name__}") from error

        def form() -> Json:
            # Percent-encoded, a name would be shown as it stands.
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("file", content, filename=upload.name)
            return {"data": data, "speak": UPLOADING}

        with _saying_nothing():
            return str((await self._call(f"/v2.0/oa/upload/{kind}", form)).get(handle) or "")

    async def _call(self, path: str, what: What) -> Json:
        """Once more with a new token where Zalo no longer takes this one; only by the process that speaks."""
        access = await self._tokens.access()
        try:
            return await self._once("POST", path, access, what())
        except Refused as refusal:
            if refusal.code not in STALE_TOKEN:
                raise
        return await self._once("POST", path, await self._tokens.after(access), what())

    async def _once(self, method: str, path: str, access: str, what: Json) -> Json:
        proof = hmac.new(self._secret, access.encode(), hashlib.sha256).hexdigest()
        headers = {"access_token": access, "appsecret_proof": proof}
        data = (await self.wire.call(method, f"{self._root}{path}", headers=headers, **what)).get("data")
        return data if isinstance(data, dict) else {}


@contextmanager
def _saying_nothing() -> Iterator[None]:
    """Whatever became of such a call, nobody has heard a message."""
    try:
        yield
    except MaybeSent as error:
        raise Trouble(str(error)) from None
