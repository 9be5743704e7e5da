"""The page of phones: everything the people of a Stage see and can do, in a browser on this machine.

    await serve(stage, 8080, [Cast("Hà", "Phòng Nội vụ (người tổng hợp)"), ...], tour, on_ready=print)

Loopback only: other hosts in the address bar are refused, and what changes something must come from the page itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.sandbox.page_behind import Behind
from bot.sandbox.page_files import ReadyFile, filled_in, ready_files
from bot.sandbox.page_phone import Phone
from bot.sandbox.page_tour import Tour, TourStep
from bot.sandbox.page_view import Cast, clock_words, shown_phone
from bot.sandbox.stage import Stage

__all__ = ["Cast", "Page", "ReadyFile", "TourStep", "serve"]

log = structlog.get_logger()
STATIC = Path(__file__).with_name("static")
UPLOAD_LIMIT = 20 << 20
ANSWER_WAIT = 5.0
HEARTBEAT = 15.0
SAFE = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def serve(
    stage: Stage,
    port: int,
    cast: Sequence[Cast],
    tour: Sequence[TourStep] = (),
    on_ready: Callable[[str], None] = lambda url: None,
    files: Sequence[ReadyFile] | None = None,
) -> None:
    """Until cancelled, or until somebody asks for a new beginning. Raises OSError when the port is taken."""
    page = Page(stage, cast, tour, files)
    try:
        on_ready(await page.start(port))
        await page.again.wait()
    finally:
        await page.stop()


class Page:
    def __init__(
        self,
        stage: Stage,
        cast: Sequence[Cast],
        tour: Sequence[TourStep] = (),
        files: Sequence[ReadyFile] | None = None,
    ) -> None:
        self.stage, self.cast, self.tour = stage, tuple(cast), Tour(tour)
        self.files = tuple(files) if files is not None else ready_files()
        self.again = asyncio.Event()
        self._phones = [Phone(stage, who.name) for who in cast]
        self._behind = Behind(stage)
        self._run = token_hex(8)

    async def start(self, port: int) -> str:
        """Returns the address of the page."""
        self._origins = {f"http://127.0.0.1:{port}", f"http://localhost:{port}"}
        self._runner = web.AppRunner(self._routes(), access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._behind.start()
        return f"http://127.0.0.1:{port}/"

    async def stop(self) -> None:
        await self._behind.stop()
        await self._runner.cleanup()

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=UPLOAD_LIMIT + (1 << 20), middlewares=[self._guard])
        app.router.add_get("/", _static("index.html"))
        for name in ("page.js", "page.css", "icon.svg"):
            app.router.add_get(f"/{name}", _static(name))
        app.router.add_get("/state", self._state)
        app.router.add_get("/events", self._events)
        app.router.add_get(r"/file/{phone:\d+}/{message:\d+}", self._file)
        for path, act in (
            (r"/phone/{phone:\d+}/say", self._say),
            (r"/phone/{phone:\d+}/press", self._press),
            (r"/phone/{phone:\d+}/ready", self._send_ready),
            (r"/phone/{phone:\d+}/upload", self._upload),
            ("/clock", self._clock),
            ("/skip", self._skip),
            ("/again", self._begin_again),
        ):
            app.router.add_post(path, act)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        known = f"http://{request.host}" in self._origins
        own = request.method in ("GET", "HEAD") or request.headers.get("Origin", "") == f"http://{request.host}"
        if not known or not own:
            return web.json_response({"error": "Chỉ nhận yêu cầu từ chính trang này."}, status=403, headers=SAFE)
        try:
            response = await handler(request)
        except web.HTTPRequestEntityTooLarge:
            response = _refusal("Tệp lớn quá 20 MB, trợ lý không nhận được.", 413)
        except PermissionError as error:
            response = _refusal(str(error), 409)
        except (LookupError, ValueError, RuntimeError) as error:
            log.info("the page asked for what is not there", reason=str(error))
            response = _refusal("Nút hoặc nội dung này không còn nữa. Trang đã được làm mới.", 409)
        if not response.prepared:
            response.headers.update(SAFE)
        return response

    # What it shows

    async def _state(self, _request: web.Request) -> web.Response:
        stage = self.stage
        everyone = zip(self.cast, self._phones, strict=True)
        phones = [
            shown_phone(number, who, phone, typing=phone.user.id in self._behind.typing)
            for number, (who, phone) in enumerate(everyone)
        ]
        return web.json_response(
            {
                "run": self._run,
                "clock": clock_words(stage.clock.now()),
                "next_due": self._behind.next_due,
                "busy": self._behind.walking,
                "notice": self._behind.notice,
                "files": [file.name for file in self.files],
                "phones": phones,
                "tour": self.tour.to_json(),
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Says only «something changed»; the page then asks for the state."""
        response = web.StreamResponse(headers={**SAFE, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        bell = asyncio.Event()
        self._behind.bells.add(bell)
        try:
            await response.write(b"retry: 1000\ndata: here\n\n")
            while True:
                line = b": still here\n\n"
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), HEARTBEAT)
                    line = b"data: changed\n\n"
                bell.clear()
                await response.write(line)
                await asyncio.sleep(0.05)
        except ConnectionError:
            return response
        finally:
            self._behind.bells.discard(bell)

    async def _file(self, request: web.Request) -> web.Response:
        phone = self._phone(request)
        try:
            message = phone.message(int(request.match_info["message"]))
            file, data = phone.carried(message), phone.bytes_of(message)
        except (LookupError, AttributeError):
            raise web.HTTPNotFound from None
        if file is None:
            raise web.HTTPNotFound
        disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": disposition, "Content-Type": file.mime or "application/octet-stream"}
        return web.Response(body=data, headers=headers)

    # What people do

    async def _say(self, request: web.Request) -> web.Response:
        text = _text(await request.json(), "text").strip()
        if not text:
            raise ValueError("empty")
        phone = self._phone(request)
        worth = phone.worth(text)
        await phone.user.say(text)
        self.tour.saw(phone.name, "press", worth)
        return self._did(phone, "say", text)

    async def _press(self, request: web.Request) -> web.Response:
        """Answers when the bot has answered the press, with the words of its little window, if any."""
        asked = await request.json()
        phone, label = self._phone(request), _text(asked, "label")
        before = len(phone.user.messages)
        press = await phone.choose(phone.message(asked.get("message")), label)
        self._behind.answer_soon()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_WAIT):
                await self._behind.until(lambda: phone.answered(press, before))
        done = self._did(phone, "press", label)
        return web.json_response({"answer": press.answer}) if getattr(press, "answer", "") else done

    async def _send_ready(self, request: web.Request) -> web.Response:
        name = _text(await request.json(), "name")
        file = next((each for each in self.files if each.name == name), None)
        if file is None:
            raise LookupError("no such file")
        phone = self._phone(request)
        await phone.send(name, filled_in(file, phone.name))
        return self._did(phone, "send_file", name)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        field = form.get("file")
        if not isinstance(field, web.FileField):
            raise ValueError("no file")
        data, phone = field.file.read(), self._phone(request)
        if len(data) > UPLOAD_LIMIT:
            raise web.HTTPRequestEntityTooLarge(UPLOAD_LIMIT, len(data))
        await phone.send(field.filename, data, field.content_type, photo=form.get("as") == "photo")
        return self._did(phone, "send_file", field.filename)

    def _did(self, phone: Phone, kind: Any, label: str) -> web.Response:
        self.tour.saw(phone.name, kind, label)
        self._behind.answer_soon()
        return web.json_response({})

    async def _begin_again(self, _request: web.Request) -> web.Response:
        """The page stops once this is answered; whoever serves it brings another."""
        self.again.set()
        return web.json_response({})

    async def _skip(self, _request: web.Request) -> web.Response:
        self.tour.skip()
        self._behind.ring()
        return web.json_response({})

    async def _clock(self, request: web.Request) -> web.Response:
        """Sets out for another moment and answers at once; the page sees `busy` meanwhile."""
        to = _text(await request.json(), "to")
        if self._behind.walking:
            return _refusal("Đồng hồ đang chạy, xin chờ giây lát.", 409)
        moment = await self._behind.moment(to)
        if moment is None:
            return _refusal("Không còn lượt nhắc nào sắp đến.", 409)
        self.tour.saw("", "clock", to)
        self._behind.set_out(moment)
        return web.json_response({})

    def _phone(self, request: web.Request) -> Phone:
        return self._phones[int(request.match_info["phone"])]


def _static(name: str) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    async def answer(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / name)

    return answer


def _text(body: Any, key: str) -> str:
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise ValueError(f"no {key}")
    return value


def _refusal(words: str, status: int) -> web.Response:
    return web.json_response({"error": words}, status=status)
