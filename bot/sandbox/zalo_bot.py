"""A Zalo Bot Platform on this machine: its API over real HTTP, and the people and groups on its other side.

    server = ZaloBotServer(now=clock.now)
    await server.start()                    # server.url is the root before /bot<token>
    lan = server.user("6ede9afa66b88fe6d6a9", "Trần Thị Lan")
    await lan.say("xin chào")               # the bot hears it by webhook or polling; lan.messages holds both sides

It imports nothing of ours: what the bot and this server share is only the wire. Where nobody has told how the real one
behaves it does what a careful client must survive.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.telegram import CLOCK, listening
from bot.sandbox.telegram_errors import ApiError
from bot.sandbox.telegram_faults import Fault, Faults
from bot.sandbox.telegram_params import Params, read
from bot.sandbox.zalo_bot_methods import NOTHING, Methods
from bot.sandbox.zalo_bot_people import Group, User
from bot.sandbox.zalo_bot_updates import Updates
from bot.sandbox.zalo_bot_world import BOT_ID, Chat, Event, Json, Message, Now, Plan, World

__all__ = ["BOT_ID", "Call", "Event", "Fault", "Group", "Message", "Plan", "User", "ZaloBotServer"]

MEDIA_LIFE = timedelta(days=7)


@dataclass(slots=True)
class Call:
    """`status` is 0 while (or for ever) unanswered."""

    method: str
    params: Json
    at: datetime
    status: int = 0


class ZaloBotServer:
    """`loopback`: webhooks and pictures may lie on this machine. For the others see Updates and World."""

    def __init__(
        self,
        token: str = "12345689:abc-xyz",  # noqa: S107 (opens nothing but this server)
        now: Now = CLOCK.now,
        *,
        name: str = "Bot Nhắc việc",
        plan: Plan | None = None,
        redeliver: int = 1,
        wrapped: bool = False,
        retries: int = 5,
        retry_base: float = 0.05,
        webhook_timeout: float = 60.0,
        media_life: timedelta = MEDIA_LIFE,
        loopback: bool = True,
    ) -> None:
        self.token, self._now = token, now
        self.world = World(now, name, plan or Plan(), media_life=media_life)
        self.updates = Updates(
            redeliver=redeliver, wrapped=wrapped, retries=retries, retry_base=retry_base, timeout=webhook_timeout
        )
        self.world.hear = self.updates.push
        self._methods = Methods(self.world, self.updates, loopback=loopback).all()
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._people: dict[str, User] = {}
        self.port = 0
        self.calls: list[Call] = []
        self.faults = Faults()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """After a stop it starts on the same port, remembering everything: an outage, seen from the bot."""
        listener = listening(port or self.port)
        self._stopping = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve_method)
        app.router.add_get("/media/{path}", self._serve_media)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.port = listener.getsockname()[1]
        self.world.url = self.url
        await self.updates.open()

    async def stop(self) -> None:
        self._stopping.set()
        await self.updates.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def user(self, user_id: str, name: str) -> User:
        """The person of this id; asked for again, the same person."""
        if user_id not in self._people:
            chat = self.world.chats.setdefault(user_id, Chat(user_id, name))
            self._people[user_id] = User(self.world, name, chat)
        return self._people[user_id]

    def group(self, name: str) -> Group:
        """A group whose owner has let the bot in; there can be only so many. Raises RuntimeError."""
        if sum(chat.group for chat in self.world.chats.values()) >= self.world.plan.groups:
            raise RuntimeError("the plan allows no further group")
        chat = Chat(f"zgr-{self.world.new_id()}", name, group=True, met=True)
        self.world.chats[chat.id] = chat
        return Group(chat)

    @property
    def pending(self) -> int:
        return self.updates.pending

    async def idle(self) -> None:
        while self.updates.pending:
            await self.updates.changed.wait()

    def listen(self) -> asyncio.Queue[Event]:
        """Everything that happens from now on, until `unlisten`."""
        events: asyncio.Queue[Event] = asyncio.Queue()
        self.world.listeners.append(events)
        return events

    def unlisten(self, events: asyncio.Queue[Event]) -> None:
        self.world.listeners.remove(events)

    def reset_token(self, token: str) -> None:
        """As the owner does it: the old one dies at once."""
        self.token = token

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _json(ApiError(401, "Unauthorized").to_json())
        try:
            params = await read(request)
        except ApiError as error:
            return _json(error.to_json())
        call = Call(method, params.shown(), self._now())
        self.calls.append(call)
        fault = self.faults.take(method, str(params.values.get("chat_id", "")))
        answer = web.Response() if fault and not fault.after else _json(await self._effect(method, params))
        response = await fault.play(request, answer, self._stopping) if fault else answer
        if not fault or fault.kind not in ("cut", "hang"):
            call.status = response.status
        return response

    async def _effect(self, method: str, params: Params) -> Json:
        try:
            if method not in self._methods:
                raise ApiError(400, "Bad Request")
            found: Any = await self._methods[method](params)
        except ApiError as error:
            return error.to_json()
        return {"ok": True} if found is NOTHING else {"ok": True, "result": found}

    async def _serve_media(self, request: web.Request) -> web.StreamResponse:
        data = self.world.media(request.match_info["path"])
        whole = web.Response(status=404) if data is None else web.Response(body=data, content_type="image/jpeg")
        fault = self.faults.take("media", None)
        return await fault.play(request, whole, self._stopping) if fault else whole


def _json(answer: Json) -> web.Response:
    return web.json_response(answer, status=200 if answer["ok"] else answer["error_code"])
