"""A Zalo on this machine with one Official Account: OAuth, OpenAPI and files over real HTTP, and the people behind.

    server = ZaloOAServer(now=clock.now)
    await server.start()                    # server.url is the root of all three hosts
    server.webhook.url = "http://127.0.0.1:8080/zalo_oa"
    server.grant()                          # the pair of tokens the API Explorer would print
    lan = server.user("246845883529197922", "Trần Thị Lan")
    await lan.say("xin chào")               # the app hears it by webhook; lan.messages holds both sides

It imports nothing of ours: what the app and this server share is only the wire.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.telegram import CLOCK, listening
from bot.sandbox.telegram_faults import Fault, Faults
from bot.sandbox.telegram_params import Uploaded
from bot.sandbox.zalo_oa_errors import Refusal
from bot.sandbox.zalo_oa_methods import UPLOADS, Methods
from bot.sandbox.zalo_oa_model import Event, Json, Message, Now, Person
from bot.sandbox.zalo_oa_oauth import Grants
from bot.sandbox.zalo_oa_people import User
from bot.sandbox.zalo_oa_webhook import Webhook
from bot.sandbox.zalo_oa_world import World

__all__ = ["Call", "Event", "Fault", "Message", "User", "ZaloOAServer", "refuse"]

APP_ID, OA_ID = "360846524940903967", "388613280878808645"
LARGEST = (5 << 20) + (1 << 20)


@dataclass(slots=True)
class Call:
    """`method` is the last part of the path; `status` 0 while (or for ever) unanswered; `error` is Zalo's number."""

    method: str
    path: str
    params: Json
    at: datetime
    status: int = 0
    error: int = 0


def refuse(error: int, message: str = "") -> Fault:
    """Any refusal in Zalo's own JSON."""
    return Fault("error", error=Refusal(error, message))


class ZaloOAServer:
    """`per_minute`: calls an OA may make before -32; None: as many as it likes. `proof`: appsecret_proof is asked for.

    `second` is how long a second of the webhook's ladder lasts here. Tokens live by `machine`, all else by `now`.
    """

    def __init__(
        self,
        now: Now = CLOCK.now,
        *,
        machine: Now = CLOCK.now,
        app_id: str = APP_ID,
        app_secret: str = "APP-SECRET-of-this-machine",  # noqa: S107 (opens nothing but this server)
        oa_secret: str = "OA-SECRET-of-this-machine",  # noqa: S107
        oa_id: str = OA_ID,
        name: str = "UBND huyện",
        access_life: timedelta = timedelta(hours=25),
        redeliver: int = 1,
        second: float = 1.0,
        per_minute: int | None = 100,
    ) -> None:
        self._now, self.app_secret, self.per_minute, self.proof = now, app_secret, per_minute, False
        self.webhook = Webhook(app_id, oa_secret, second=second, redeliver=redeliver)
        self.oauth = Grants(app_id, app_secret, oa_id, machine, access_life=access_life)
        self.world = World(app_id, oa_id, now, self.webhook)
        self.world.granted = lambda: self.oauth.alive
        self._methods = Methods(self.world, name)
        self._by_path = self._methods.by_path()
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._recent: deque[float] = deque()
        self._people: dict[str, User] = {}
        self.port = 0
        self.calls: list[Call] = []
        self.faults = Faults()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """After a stop it starts on the same port, remembering everything: an outage, seen from the app."""
        listener = listening(port or self.port)
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=LARGEST)
        app.router.add_get("/v4/oa/permission", self._permission)
        app.router.add_post("/v4/oa/access_token", self._access_token)
        app.router.add_get("/media/{key}/{name}", self._serve_media)
        app.router.add_route("*", "/{path:v[23].0/oa/.+}", self._openapi)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.port = listener.getsockname()[1]
        self.world.media_root = self.url
        await self.webhook.open()

    async def stop(self) -> None:
        self._stopping.set()
        await self.webhook.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def user(self, user_id: str | int, name: str = "") -> User:
        """The person of this id; asked for again, the same person."""
        key = str(user_id)
        if key not in self._people:
            by_app = str(int(hashlib.sha256(key.encode()).hexdigest()[:15], 16))
            person = self.world.people[key] = Person(key, by_app, name)
            self._people[key] = User(self.world, person)
        return self._people[key]

    def grant(self) -> Json:
        """A pair of tokens, as the API Explorer prints it."""
        return self.oauth.grant()

    @property
    def pending(self) -> int:
        """Events on their way to the app."""
        return self.webhook.waiting

    async def idle(self) -> None:
        while self.webhook.waiting:
            await self.webhook.changed.wait()

    def listen(self) -> asyncio.Queue[Event]:
        """Everything that happens from now on, until `unlisten`."""
        events: asyncio.Queue[Event] = asyncio.Queue()
        self.world.listeners.append(events)
        return events

    def unlisten(self, events: asyncio.Queue[Event]) -> None:
        self.world.listeners.remove(events)

    async def _permission(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.Response(status=302, headers={"Location": self.oauth.agreed(request.query)})
        except Refusal as refusal:
            return web.json_response(refusal.to_json())

    async def _access_token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        shown = {name: value for name, value in form.items() if name in ("grant_type", "app_id")}
        secret = request.headers.get("secret_key", "")
        return await self._answered(request, shown, lambda: self.oauth.exchange(form, secret))

    async def _openapi(self, request: web.Request) -> web.StreamResponse:
        params = await _read(request)
        shown = {name: value.name if isinstance(value, Uploaded) else value for name, value in params.items()}
        return await self._answered(
            request, shown, lambda: {"data": self._called(request, params), "error": 0, "message": "Success"}
        )

    def _called(self, request: web.Request, params: Json) -> Json:
        self._slow_down()
        access = request.headers.get("access_token", "")
        self.oauth.check(access)
        self._check_proof(request.headers.get("appsecret_proof"), access)
        if found := self._by_path.get(f"{request.method} {request.path}"):
            return dict(found(params))
        kind = request.path.removeprefix("/v2.0/oa/upload/")
        if request.method == "POST" and kind in UPLOADS:
            file = params.get("file")
            return self._methods.upload(kind, file if isinstance(file, Uploaded) else None)
        raise Refusal(-201, "api is not found")

    def _slow_down(self) -> None:
        if self.per_minute is None:
            return
        at = asyncio.get_running_loop().time()
        while self._recent and at - self._recent[0] > 60:
            self._recent.popleft()
        if len(self._recent) >= self.per_minute:
            raise Refusal(-32)
        self._recent.append(at)

    def _check_proof(self, proof: str | None, access: str) -> None:
        expected = hmac.new(self.app_secret.encode(), access.encode(), hashlib.sha256).hexdigest()
        if self.proof and proof != expected:
            raise Refusal(-242)

    async def _answered(self, request: web.Request, shown: Json, effect: Any) -> web.StreamResponse:
        call = Call(request.path.rpartition("/")[2], request.path, shown, self._now())
        self.calls.append(call)
        fault = self.faults.take(call.method, None)
        if fault and fault.kind == "slow" and not fault.after:
            await asyncio.sleep(fault.seconds)
            fault = None
        answer = web.Response() if fault and not fault.after else self._json(call, effect)
        response = await fault.play(request, answer, self._stopping) if fault else answer
        if not fault or fault.kind not in ("cut", "hang"):
            call.status = response.status
        return response

    def _json(self, call: Call, effect: Any) -> web.Response:
        limit = self.per_minute or 4000
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(max(0, limit - len(self._recent)))}
        try:
            body = effect()
        except Refusal as refusal:
            call.error, body = refusal.error, refusal.to_json()
        return web.json_response(body, headers=headers)

    async def _serve_media(self, request: web.Request) -> web.StreamResponse:
        file = self.world.media(request.match_info["key"])
        if file is None:
            return web.Response(status=404)
        whole = web.Response(body=file.data, content_type="application/octet-stream")
        fault = self.faults.take("media", None)
        return await fault.play(request, whole, self._stopping) if fault else whole


async def _read(request: web.Request) -> Json:
    """JSON; for GET inside `?data=`; for uploads multipart."""
    try:
        if request.method == "GET":
            found = json.loads(request.query.get("data") or "{}")
        elif request.content_type.startswith("multipart/"):
            found = {name: _part(value) for name, value in (await request.post()).items()}
        else:
            found = json.loads(await request.text() or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(value: Any) -> Any:
    if isinstance(value, web.FileField):
        with value.file as file:
            return Uploaded(value.filename, value.content_type, file.read())
    return value
