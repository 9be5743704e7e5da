"""Files people send on Zalo are fetched from Zalo's hosts alone, whole, and no more of them than we take."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.channel import Rejected, TooBigToFetch, Unreachable
from bot.channels.zalo_oa_media import Media, PublicOnly, is_public, trust
from bot.channels.zalo_oa_read import MD5
from bot.sandbox.ports import free_port
from bot.sandbox.zalo_oa import Fault, ZaloOAServer
from bot.sandbox.zalo_oa_model import File

DATA = b"%PDF-1.7 bao cao" * 9000
HOSTS = (".zdn.vn", "down-static.zalo.me")


class Clock:
    at = datetime(2026, 9, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def server() -> AsyncIterator[ZaloOAServer]:
    server = ZaloOAServer(Clock().now)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def media(server: ZaloOAServer) -> AsyncIterator[Media]:
    media = Media(f".zdn.vn, 127.0.0.1:{server.port}", limit=len(DATA))
    yield media
    await media.close()


async def fetched(media: Media, ref: str) -> bytes:
    return b"".join([chunk async for chunk in media.fetch(ref)])


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


async def test_a_file_comes_whole_and_is_what_zalo_said(server: ZaloOAServer, media: Media) -> None:
    url = server.world.link(File("file", "cv.pdf", DATA))
    assert await fetched(media, f"{url}{MD5}{md5(DATA)}") == DATA
    assert await fetched(media, url) == DATA
    with pytest.raises(Unreachable, match="not the file"):
        await fetched(media, f"{url}{MD5}{md5(b'another')}")


async def test_more_than_we_take_is_not_read_to_the_end(server: ZaloOAServer, media: Media) -> None:
    with pytest.raises(TooBigToFetch):
        await fetched(media, server.world.link(File("file", "cv.pdf", DATA + b"x")))


async def test_an_address_expires(server: ZaloOAServer, media: Media) -> None:
    url = server.world.link(File("image", "anh.jpg", DATA))
    Clock.at += timedelta(hours=1)
    with pytest.raises(Rejected, match="404"):
        await fetched(media, url)


@pytest.mark.parametrize("fault", [Fault.cut(), Fault.truncated(), Fault.html(503), Fault.html(429)], ids=str)
async def test_trouble_while_fetching_may_pass(server: ZaloOAServer, media: Media, fault: Fault) -> None:
    url = server.world.link(File("file", "cv.pdf", DATA))
    server.faults.add("media", fault, times=None)
    with pytest.raises(Unreachable):
        await fetched(media, f"{url}{MD5}{md5(DATA)}")
    server.faults.clear()
    assert await fetched(media, url) == DATA


async def test_nobody_sends_us_on() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/secret"})

    app, port = web.Application(), free_port()
    app.router.add_get("/{any:.*}", elsewhere)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    media = Media(f"127.0.0.1:{port}", 100)
    with pytest.raises(Rejected, match="302"):
        await fetched(media, f"http://127.0.0.1:{port}/anh.jpg")
    assert asked == ["/anh.jpg"]
    await media.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "link_to_download_file",
        "ftp://f1.zdn.vn/a",
        "file:///etc/passwd",
        "https://example.vn/a",
        "https://zdn.vn/a",
        "https://evilzdn.vn/a",
        "https://f1.zdn.vn.example.com/a",
        "https://f1.zdn.vn@127.0.0.1/a",
        "https://user:pass@f1.zdn.vn/a",
        "https://f1.zdn.vn:8443/a",
        "https://down-static.zalo.me.example.com/a",
        "https://x.down-static.zalo.me/a",
        "http://127.0.0.1/a",
        "http://127.0.0.1:8080/a",
        "http://[::1]/a",
        "http://2130706433/a",
        "http://0x7f.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/a",
        "https://[x",
        "https://f1.zdn.vn:99999/a",
    ],
)
def test_an_address_that_is_not_zalos_is_refused(url: str) -> None:
    with pytest.raises(Rejected):
        trust(url, HOSTS)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "0"])
def test_a_literal_address_is_refused_even_where_it_is_listed_as_a_name(host: str) -> None:
    with pytest.raises(Rejected):
        trust(f"http://{host}/a", (host,))


def test_zalos_hosts_are_trusted_as_names_only() -> None:
    for url in ("https://f1.zdn.vn/a", "http://F6.photo.talk.ZDN.vn:80/a?b=c#d", "https://down-static.zalo.me/a"):
        assert trust(url, HOSTS) is False
    assert trust("http://127.0.0.1:18000/a", ("127.0.0.1:18000",)) is True


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "not an address",
    ],
)
def test_an_address_inside_is_not_on_the_open_internet(address: str) -> None:
    assert not is_public(address)


async def test_a_name_that_leads_inside_is_not_followed() -> None:
    assert is_public("1.1.1.1")
    assert is_public("2606:4700::1111")
    resolver = PublicOnly()
    with pytest.raises(OSError, match="open internet"):
        await resolver.resolve("localhost", 80)
    await resolver.close()
    media = Media("localhost", 100)
    with pytest.raises(Unreachable):
        await fetched(media, "http://localhost/a")
    await media.close()
