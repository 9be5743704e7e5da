"""What people send lies at Zalo's own addresses for a while: fetched from there and from nowhere else."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.channel import Rejected, TooBigToFetch, Unreachable
from bot.channels.zalo_bot_wire import failure

HOSTS = ("zdn.vn", "zadn.vn")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class PublicOnly(AbstractResolver):
    """Names that lead into our own network lead nowhere."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [each for each in found if ip_address(each["host"]).is_global]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class Media:
    """`root` is the platform's: on loopback, in the sandbox, media lie there too. `limit` in bytes."""

    def __init__(self, root: str, limit: int) -> None:
        self._limit, self._own = limit, _origin(root) if urlsplit(root).hostname in LOOPBACK else ""
        self._http: aiohttp.ClientSession | None = None

    def permits(self, url: str) -> bool:
        """HTTPS to a name of Zalo's on the usual port, without a user in it: so no literal address either."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if self._own and _origin(url) == self._own:
            return True
        named = any(host == own or host.endswith(f".{own}") for own in HOSTS)
        return parts.scheme == "https" and named and port in {None, 443} and "@" not in parts.netloc

    async def fetch(self, url: str) -> AsyncIterator[bytes]:
        """The bytes, in chunks. Raises a SendError."""
        if not self.permits(url):
            raise Rejected("not an address of Zalo's media")
        timeout = aiohttp.ClientTimeout(total=300, connect=10, sock_read=20)
        total = 0
        try:
            async with self._session().get(url, timeout=timeout, allow_redirects=False) as answer:
                _check(answer.status)
                async for chunk in answer.content.iter_chunked(1 << 16):
                    total += len(chunk)
                    if total > self._limit:
                        raise TooBigToFetch("bigger than we take")
                    yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise failure(error) from None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            resolver = None if self._own else PublicOnly()
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver))
        return self._http


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _check(status: int) -> None:
    """Addresses expire: 403 and 404 then."""
    if status >= 500 or status == 429:
        raise Unreachable(f"HTTP {status}")
    if status != 200:
        raise Rejected(f"HTTP {status}")
