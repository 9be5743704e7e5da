"""The page by which files go out: a link gives the one file it was made for, to whoever opens it, and tells no more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import quote

import structlog
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from bot.clocks import Clock
from bot.files import Store
from bot.vi import download as vi
from bot.web.limits import Limits, Places
from bot.web.upload import HEADERS, html
from bot.web.upload_html import page_of_words
from db import Database
from db.downloads import DownloadLink, find_download

log = structlog.get_logger()
_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a phone opens by itself; the rest it saves."""


class DownloadPage:
    """`/tep/<token>`: GET and HEAD give the file or a range of it, as often as asked; a dead link says what to do."""

    def __init__(self, db: Database, clock: Clock, store: Store) -> None:
        self.db, self.clock, self.store = db, clock, store
        self.limits = Limits(at_once=64, each=4)
        self.places = Places()

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/tep/{token:[A-Za-z0-9_-]{20,64}}", self._give)]

    async def _give(self, request: web.Request) -> web.StreamResponse:
        async with self.db.reading() as session:
            link = await find_download(session, request.match_info["token"], self.clock.now())
        size = await asyncio.to_thread(_size, self.store.path(link.sha256)) if link else None
        if link is None or size is None:
            return _said(410, vi.DEAD)
        if self.places.full(link.person_id, self.limits):
            return _said(429, vi.BUSY)
        log.info("a file is fetched by its link", link=link.id)
        return _Given(self, link, size)


class _Given(web.FileResponse):
    """In a place of its own, for no longer than a slow line needs for `size` bytes."""

    def __init__(self, page: DownloadPage, link: DownloadLink, size: int) -> None:
        super().__init__(page.store.path(link.sha256), headers=_headers(link.name))
        self._page, self._link = page, link
        self._longest = page.limits.idle + size / page.limits.pace

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        try:
            with self._page.places.taken(self._link.person_id):
                async with asyncio.timeout(self._longest):
                    return await super().prepare(request)
        except TimeoutError:
            raise ConnectionResetError("too slow") from None  # which closes the line without a word in the log


def _headers(name: str) -> dict[str, str]:
    """To be saved under its name, shown as nothing else, kept by nobody on the way."""
    ending = found[0] if (found := re.search(r"\.\w{1,16}$", name, re.ASCII)) else ""
    return HEADERS | {
        "Content-Type": _TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
        "Content-Disposition": f"attachment; filename=\"tep{ending}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }


def _said(status: int, words: str) -> web.Response:
    return html(page_of_words(vi.HEADING, [words], title=vi.TITLE), status)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
