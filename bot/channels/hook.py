"""What every webhook needs: a path and a secret derived from the token, a body of bounded length."""

from __future__ import annotations

import hashlib
import hmac

from aiohttp import web

BODY_LIMIT = 1_000_000


def derived(channel: str, token: str, purpose: str) -> str:
    """64 hex digits from which nobody gets back to the token."""
    return hmac.new(token.encode(), f"nhacviec {channel} {purpose}".encode(), hashlib.sha256).hexdigest()


def bears(request: web.Request, header: str, secret: str) -> bool:
    """Whether the header holds the secret, found out in a time that tells nothing."""
    said = request.headers.get(header, "")
    return hmac.compare_digest(said.encode("utf-8", "surrogateescape"), secret.encode())


async def limited(request: web.Request) -> bytes | None:
    """The body, unless it is longer than anything a platform sends. Raises HTTPBadRequest for one packed wrongly."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > BODY_LIMIT:
                return None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest from None
    return bytes(body)
