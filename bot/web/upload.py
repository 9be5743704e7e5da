"""The page by which files come: one form that works by itself, and what its script asks for on the way."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.checks import Problem
from bot.clocks import Clock
from bot.files import NoSpace, TooBig, safe_name
from bot.vi import upload as vi
from bot.web.limits import Gone, Meter, Refusal
from bot.web.upload_html import FIELD, page_of_form, page_of_words
from bot.web.uploads import Uploads, Whole
from bot.wire import object_in
from db.uploads import UploadLink

STATIC = Path(__file__).with_name("static")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_TOKEN = "/nop/{token:[A-Za-z0-9_-]{20,64}}"  # noqa: S105 - a pattern
_FILE = _TOKEN + "/tep/{print:[0-9a-f]{32}}"
_ACT = re.compile(r"[0-9a-f]{32}")
_PIECE = 2**16
_FIELDS = 64
"""Parts of a form that are looked at."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class UploadPage:
    """`/nop/<token>`: GET shows the form and uses nothing up, POST takes it; the rest is for the script."""

    def __init__(self, uploads: Uploads, clock: Clock) -> None:
        self._uploads, self._clock = uploads, clock

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            *(web.get(f"/nop/{path.name}", _static(path)) for path in STATIC.iterdir()),
            web.get(_TOKEN, self._said_on_page(self._show)),
            web.post(_TOKEN, self._said_on_page(self._form)),
            web.post(_TOKEN + "/tep", _said_as_json(self._begin)),
            web.patch(_FILE, _said_as_json(self._append)),
            web.delete(_FILE, _said_as_json(self._forget)),
            web.post(_TOKEN + "/xong", _said_as_json(self._hand_in)),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return self._form_of(await self._link(request))

    async def _form(self, request: web.Request) -> web.Response:
        link = await self._link(request)
        with self._uploads.place(link):
            await self._uploads.check_room("")
            files, refused = await self._taken(link, request)
            try:
                if not files:
                    return self._form_of(link, refused or [vi.NOTHING_CHOSEN], status=422)
                said = await self._uploads.hand_in(request.match_info["token"], files, "")
            finally:
                self._drop(files)
        return html(page_of_words(vi.DONE, said, vi.GO_ON, [*refused, vi.MORE] if refused else ()))

    async def _taken(self, link: UploadLink, request: web.Request) -> tuple[list[Whole], list[str]]:
        """The files of a form, and why the others are not taken."""
        limits = self._uploads.limits
        if not request.content_type.startswith("multipart/form-data"):
            raise Refusal(400, vi.MALFORMED)
        meter = Meter(limits, min(request.content_length or limits.total, limits.total), self._uploads.too_much())
        files: list[Whole] = []
        refused: list[str] = []
        try:
            reader = await request.multipart()
            for _ in range(_FIELDS):
                part = await meter.next(reader.next())
                if part is None:
                    break
                if not isinstance(part, BodyPartReader) or part.name != FIELD or not part.filename:
                    continue  # a camera or a field that was left empty
                if len(files) + len(refused) >= limits.files:
                    raise self._uploads.too_much()
                try:
                    files.append(await self._part(link, part, meter))
                except Refusal as refusal:
                    if refusal.status != 422:
                        raise
                    refused.append(refusal.say)
        except BaseException as error:
            self._drop(files)
            if isinstance(
                error, ValueError | AssertionError | HttpProcessingError
            ):  # how the parser takes a form that is none
                raise Refusal(400, vi.MALFORMED) from None
            raise
        return files, refused

    async def _part(self, link: UploadLink, part: BodyPartReader, meter: Meter) -> Whole:
        uploads, name = self._uploads, safe_name(part.filename or "")
        partial = f"{link.id}-{secrets.token_hex(16)}"
        chunks = meter.chunks(lambda: part.read_chunk(_PIECE))
        try:
            size = await uploads.partials.append(partial, 0, chunks, limit=uploads.limits.file)
            at = self._clock.now()
            await uploads.check(partial, name)
        except TooBig:
            uploads.partials.drop(partial)
            async for _ in chunks:
                pass  # the files behind it may be good
            raise uploads.refused(Problem.TOO_BIG, name) from None
        except NoSpace:
            uploads.partials.drop(partial)
            raise await uploads.full(name) from None
        except BaseException:
            uploads.partials.drop(partial)
            raise
        return Whole(partial, name, size, at)

    def _drop(self, files: Sequence[Whole]) -> None:
        for file in files:
            self._uploads.partials.drop(file.partial)

    async def _begin(self, request: web.Request) -> dict[str, Any]:
        link, asked = await self._link(request), await _json(request)
        known_by, name, size = (asked.get(key) for key in ("print", "name", "size"))
        if not isinstance(known_by, str) or not _ACT.fullmatch(known_by):
            raise Refusal(400, vi.MALFORMED)
        if not isinstance(name, str) or type(size) is not int:
            raise Refusal(400, vi.MALFORMED)
        return _progress(*await self._uploads.begin(link, known_by, name, size))

    async def _append(self, request: web.Request) -> dict[str, Any]:
        link, limits = await self._link(request), self._uploads.limits
        at = request.headers.get("Upload-Offset", "")
        if not at.isdecimal() or len(at) > 12:
            raise Refusal(400, vi.MALFORMED)
        with self._uploads.place(link):
            most = min(request.content_length or limits.file, limits.file)
            meter = Meter(limits, most, self._uploads.too_much())
            chunks = meter.chunks(request.content.readany)
            return _progress(*await self._uploads.append(link, request.match_info["print"], int(at), chunks))

    async def _forget(self, request: web.Request) -> dict[str, Any]:
        await self._uploads.forget(await self._link(request), request.match_info["print"])
        return {}

    async def _hand_in(self, request: web.Request) -> dict[str, Any]:
        token, asked = request.match_info["token"], await _json(request)
        act, prints = asked.get("act"), asked.get("files")
        if not isinstance(act, str) or not _ACT.fullmatch(act) or not isinstance(prints, list):
            raise Refusal(400, vi.MALFORMED)
        if (said := await self._uploads.again(token, act)) is not None:
            return {"said": said}
        link = await self._link(request)
        files = await self._uploads.whole(link, [str(each) for each in prints][: self._uploads.limits.files])
        return {"said": await self._uploads.hand_in(token, files, act)}

    async def _link(self, request: web.Request) -> UploadLink:
        return await self._uploads.link(request.match_info["token"])

    def _form_of(self, link: UploadLink, problems: Sequence[str] = (), status: int = 200) -> web.Response:
        return html(page_of_form(link, self._uploads.limits, problems), status)

    def _said_on_page(self, handle: Handler) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(request)
            except Refusal as refusal:
                return html(page_of_words(vi.TITLE, [refusal.say]), refusal.status)
            except (Gone, web.RequestPayloadError):
                return web.Response(status=400)

        return answered


def _said_as_json(handle: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> Handler:
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await handle(request), headers=HEADERS)
        except Refusal as refusal:
            said = {"say": refusal.say, "offset": refusal.offset}
            return web.json_response(said, status=refusal.status, headers=HEADERS)
        except (Gone, web.RequestPayloadError):
            return web.Response(status=400)

    return answered


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        found = object_in(await request.read())
    except ValueError:  # packed, and badly
        found = None
    if found is None:
        raise Refusal(400, vi.MALFORMED)
    return found


def _progress(offset: int, whole: bool) -> dict[str, Any]:
    return {"offset": offset, "whole": whole}


def html(text: str, status: int = 200) -> web.Response:
    """A page of ours, which nobody keeps, lists or frames."""
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def _static(path: Path) -> Handler:
    async def served(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"})

    return served
