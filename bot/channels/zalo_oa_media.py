"""Files people sent: fetched at once, as their addresses expire, and only from where Zalo keeps them."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channel import Rejected, TooBigToFetch, Unreachable
from bot.channels.zalo_oa_read import MD5

_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=10, sock_read=20)


class PublicOnly(AbstractResolver):
    """Knows only addresses of the open internet, whatever a name is said to mean."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [each for each in found if is_public(each["host"])]
        if not public:
            raise OSError(f"{host} is not on the open internet")
        return public

    async def close(self) -> None:
        await self._resolver.close()


class Media:
    """`hosts`: names, those with a leading dot for all below, and `host:port` for one that is trusted as it stands,
    which is for the sandbox. `limit` in bytes."""

    def __init__(self, hosts: str, limit: int) -> None:
        self.hosts = tuple(filter(None, (host.strip().casefold() for host in hosts.split(","))))
        self.limit = limit
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes behind an address, its checksum behind `#md5=` if it has one. Raises a SendError."""
        url, _, checksum = ref.partition(MD5)
        trusted = trust(url, self.hosts)
        total, digest = 0, hashlib.md5(usedforsecurity=False)
        try:
            async with self._session(trusted).get(url, timeout=_TIMEOUT, allow_redirects=False) as answer:
                _check(answer.status)
                async for chunk in answer.content.iter_chunked(1 << 16):
                    total += len(chunk)
                    digest.update(chunk)
                    if total > self.limit:
                        raise TooBigToFetch("bigger than we take")
                    yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        if checksum and digest.hexdigest() != checksum:
            raise Unreachable("not the file Zalo speaks of")

    def _session(self, trusted: bool) -> aiohttp.ClientSession:
        if trusted not in self._sessions:
            resolver = None if trusted else PublicOnly()
            connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
            headers = {"Accept-Encoding": "identity"}
            self._sessions[trusted] = aiohttp.ClientSession(connector=connector, headers=headers)
        return self._sessions[trusted]


def trust(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether the address is one of the exact `host:port`; False for one of Zalo's names. Else raises Rejected."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        raise Rejected("not an address") from None
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
        raise Rejected("not an address of a file")
    if port is not None and f"{host}:{port}" in hosts:
        return True
    known = any(host.endswith(each) if each.startswith(".") else host == each for each in hosts)
    if not known or port not in (None, 80, 443) or _is_literal(host):
        raise Rejected("not a host of Zalo's files")
    return False


def is_public(literal: str) -> bool:
    try:
        found = ipaddress.ip_address(literal.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def _is_literal(host: str) -> bool:
    """Also `127.1` and `2130706433`, which the system takes for addresses."""
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def _check(status: int) -> None:
    if status >= 500 or status == 429:
        raise Unreachable(f"HTTP {status}")
    if status != 200:
        raise Rejected(f"HTTP {status}")
