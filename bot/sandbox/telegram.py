"""A Telegram on this machine: the Bot API over real HTTP, and the people and groups on its other side.

    server = TelegramServer(now=clock.now)
    await server.start()                    # server.url is the root before /bot<token>
    lan = server.user(42, "Trần Thị Lan")
    await lan.say("xin chào")               # the bot hears it by webhook or polling; lan.messages holds both sides

It imports nothing of ours: what the bot and this server share is only the wire.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.clocks import SystemClock
from bot.sandbox.ports import free_port
from bot.sandbox.telegram_errors import ApiError
from bot.sandbox.telegram_faults import Fault, Faults, RateLimit
from bot.sandbox.telegram_methods import UPLOAD_LIMIT, Speech
from bot.sandbox.telegram_model import Button, Chat, Event, Json, Message, Now, Press, Profile
from bot.sandbox.telegram_params import Params, read
from bot.sandbox.telegram_people import Group, User
from bot.sandbox.telegram_setup import Setup
from bot.sandbox.telegram_updates import UpdateQueue
from bot.sandbox.telegram_webhook import Webhook
from bot.sandbox.telegram_world import World

CLOCK = SystemClock()
"""Of an emulator that is handed none."""
__all__ = ["Button", "Call", "Event", "Fault", "Group", "Message", "Press", "RateLimit", "TelegramServer", "User"]


@dataclass(slots=True)
class Call:
    """`at` by the server's clock, `machine` in the loop's seconds, `status` 0 while (or for ever) unanswered."""

    method: str
    params: Json
    at: datetime
    machine: float
    status: int = 0


class TelegramServer:
    """`privacy` is BotFather's default: in groups the bot hears commands and replies to it, or all as administrator.
    `limit` refuses bursts; `redeliver` hands every update out that often; `retry_base` see Webhook."""

    def __init__(
        self,
        token: str = "123456:TEST",  # noqa: S107 (opens nothing but this server)
        bot_username: str = "nhacviec_bot",
        now: Now = CLOCK.now,
        *,
        redeliver: int = 1,
        retry_base: float = 1.0,
        webhook_timeout: float = 60.0,
        first_update_id: int = 1,
        privacy: bool = True,
        limit: RateLimit | None = None,
    ) -> None:
        bot = Profile(int(token.partition(":")[0]), "Nhắc việc", username=bot_username, is_bot=True)
        self._token, self._now, self.limit = token, now, limit
        self._queue = UpdateQueue(now, first_id=first_update_id, redeliver=redeliver)
        self._webhook = Webhook(self._queue, now, retry_base=retry_base, timeout=webhook_timeout)
        self._world = World(bot, now, self._queue, privacy=privacy)
        self._setup = Setup(self._world, self._webhook)
        self._methods = _by_lower_name({**self._setup.methods(), **Speech(self._world).methods()})
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._people: dict[int, User] = {}
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
        app = web.Application(client_max_size=UPLOAD_LIMIT + (1 << 20))
        app.router.add_route("*", "/bot{token}/{method}", self._serve_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.port = listener.getsockname()[1]
        await self._webhook.open()

    async def stop(self) -> None:
        self._stopping.set()
        self._queue.end_poll("terminated by stop")
        await self._webhook.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def user(self, user_id: int, name: str, username: str | None = None, *, last_name: str | None = None) -> User:
        """The person of this id; asked for again, the same person."""
        if user_id not in self._people:
            profile = Profile(user_id, name, last_name, username)
            chat = self._world.chats.setdefault(user_id, Chat(user_id, "private", profile))
            self._people[user_id] = User(self._world, profile, chat)
        return self._people[user_id]

    def group(self, chat_id: int, title: str) -> Group:
        """A group without the bot; `add_bot` brings it in. Ids are negative, those of supergroups below -10^12."""
        kind = "supergroup" if chat_id < -(10**12) else "group"
        chat = self._world.chats.setdefault(chat_id, Chat(chat_id, kind, title=title, bot_status="left"))
        return Group(self._world, chat)

    @property
    def pending(self) -> int:
        """Updates not yet confirmed by an offset or taken by the webhook."""
        return self._queue.pending()

    async def idle(self) -> None:
        while self._queue.pending():
            await self._queue.changed.wait()

    def listen(self) -> asyncio.Queue[Event]:
        """Everything that happens from now on, until `unlisten`."""
        events: asyncio.Queue[Event] = asyncio.Queue()
        self._world.listeners.append(events)
        return events

    def unlisten(self, events: asyncio.Queue[Event]) -> None:
        self._world.listeners.remove(events)

    def file_bytes(self, file_id: str) -> bytes:
        return self._world.file_bytes(file_id)

    def menu(self, chat_id: int) -> list[Json]:
        """The commands the bot's menu shows in this chat."""
        return self._setup.commands_for(chat_id)

    def restart_update_ids(self, at: int | None = None) -> None:
        self._queue.restart_ids(at)

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self._token:
            return _json(ApiError(401, "Unauthorized").to_json())
        try:
            params = await read(request)
        except ApiError as error:
            return _json(error.to_json())
        except web.HTTPRequestEntityTooLarge:
            return _json(ApiError(413, "Request Entity Too Large").to_json())
        call = Call(method, params.shown(), self._now(), asyncio.get_running_loop().time())
        self.calls.append(call)
        return await self._answered(request, call, params)

    async def _answered(self, request: web.Request, call: Call, params: Params) -> web.StreamResponse:
        chat = str(params.values.get("chat_id", ""))
        fault = self.faults.take(call.method, int(chat) if chat.lstrip("-").isdigit() else None)
        answer = web.Response() if fault and not fault.after else _json(await self._effect(call, params))
        response = await fault.play(request, answer, self._stopping) if fault else answer
        if not fault or fault.kind not in ("cut", "hang"):
            call.status = response.status
        return response

    async def _effect(self, call: Call, params: Params) -> Json:
        try:
            return {"ok": True, "result": await self._result(call, params)}
        except ApiError as error:
            return error.to_json()

    async def _result(self, call: Call, params: Params) -> Any:
        name = call.method.lower()
        if self.limit and name.startswith(("send", "edit")):
            self.limit.check(call.machine)
        if name == "getupdates":
            return await self._setup.get_updates(params)
        if name not in self._methods:
            raise ApiError(404, "Not Found")
        return self._methods[name](params)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return _json(ApiError(401, "Unauthorized").to_json())
        data = self._world.bytes_at(request.match_info["path"])
        if data is None:
            return _json(ApiError(404, "Not Found").to_json())
        whole = web.Response(body=data, content_type="application/octet-stream")
        fault = self.faults.take("file", None)
        return await fault.play(request, whole, self._stopping) if fault else whole


def _json(answer: Json) -> web.Response:
    return web.json_response(answer, status=200 if answer["ok"] else answer["error_code"])


def _by_lower_name(methods: dict[str, Callable[[Params], Any]]) -> dict[str, Callable[[Params], Any]]:
    """Telegram does not mind the case of a method."""
    return {name.lower(): method for name, method in methods.items()}


def listening(port: int) -> socket.socket:
    """A listening socket on this port; for 0 on a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port or free_port()))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
