"""The Zalo on this machine keeps what is recorded of the real one, and refuses what the real one refuses."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.ports import free_port
from bot.sandbox.zalo_oa import APP_ID, OA_ID, Fault, User, ZaloOAServer, refuse

USER, BUTTON = "246845883529197922", {"type": "oa.query.hide", "title": "Đã nhận", "payload": "#nhan:123"}
MIB = 1 << 20
Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@dataclass
class Clock:
    at: datetime = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class App:
    """What the webhook heard; `answers` are the statuses it gives, 200 when they are used up."""

    port: int
    heard: list[tuple[dict[str, Any], Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    pause: float = 0

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((json.loads(await request.read()), request.headers))
        await asyncio.sleep(self.pause)
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def events(self) -> list[str]:
        return [event["event_name"] for event, _ in self.heard]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine() -> Clock:
    """By which tokens live."""
    return Clock()


@pytest.fixture
async def server(clock: Clock, machine: Clock) -> AsyncIterator[ZaloOAServer]:
    server = ZaloOAServer(clock.now, machine=machine.now, second=0.0001, per_minute=None)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def app(server: ZaloOAServer) -> AsyncIterator[App]:
    app = App(free_port())
    site = web.Application()
    site.router.add_post("/zalo", app.hear)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", app.port).start()
    server.webhook.url = f"http://127.0.0.1:{app.port}/zalo"
    server.grant()
    yield app
    await runner.cleanup()


@pytest.fixture
def call(server: ZaloOAServer, http: aiohttp.ClientSession) -> Call:
    access = server.grant()["access_token"]

    async def call(path: str, body: Any = None, *, token: str = access, **headers: str) -> dict[str, Any]:
        method = "GET" if path.startswith("GET ") else "POST"
        what = {"params": {"data": json.dumps(body or {})}} if method == "GET" else {"json": body}
        if isinstance(body, aiohttp.FormData):
            what = {"data": body}
        url = f"{server.url}{path.removeprefix('GET ')}"
        async with http.request(method, url, headers={"access_token": token, **headers}, **what) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    return call


@pytest.fixture
def say(call: Call) -> Call:
    async def say(message: Any, to: str = USER) -> dict[str, Any]:
        return await call("/v3.0/oa/message/cs", {"recipient": {"user_id": to}, "message": message})

    return say


@pytest.fixture
def lan(server: ZaloOAServer) -> User:
    lan = server.user(USER, "Nguyễn Thị Lan")
    lan.opened()
    return lan


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def file(name: str, size: int) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(b"x" * size), filename=name)
    return form


# Being let in


async def token(server: ZaloOAServer, http: aiohttp.ClientSession, secret: str = "", **form: str) -> dict[str, Any]:
    headers = {"secret_key": secret or server.app_secret}
    form = {"app_id": APP_ID, **form}
    async with http.post(f"{server.url}/v4/oa/access_token", data=form, headers=headers) as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def code(server: ZaloOAServer, http: aiohttp.ClientSession, **more: str) -> dict[str, list[str]]:
    challenge = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"
    asked = {"app_id": APP_ID, "redirect_uri": "https://x.vn/cb", "code_challenge": challenge, "state": "s1", **more}
    async with http.get(f"{server.url}/v4/oa/permission", params=asked, allow_redirects=False) as page:
        return parse_qs(urlsplit(page.headers["Location"]).query) if page.status == 302 else await page.json()


async def test_a_code_is_good_once_within_ten_minutes_for_who_knows_the_verifier(
    server: ZaloOAServer, http: aiohttp.ClientSession, machine: Clock
) -> None:
    found = await code(server, http)
    assert (found["oa_id"], found["state"]) == ([OA_ID], ["s1"])
    exchange = {"grant_type": "authorization_code", "code": found["code"][0], "code_verifier": "a" * 43}
    pair = await token(server, http, **exchange)
    assert pair.keys() == {"access_token", "refresh_token", "expires_in"}
    assert pair["expires_in"] == "90000"
    assert (await token(server, http, **exchange))["error"] == -14005
    wrong = {**exchange, "code": (await code(server, http))["code"][0], "code_verifier": "b" * 43}
    assert (await token(server, http, **wrong))["error"] == -14005
    late = {**exchange, "code": (await code(server, http))["code"][0]}
    machine.pass_(minutes=10)
    assert (await token(server, http, **late))["error"] == -14005


async def test_a_refresh_token_is_good_once_and_kills_the_access_token_of_before(
    server: ZaloOAServer, http: aiohttp.ClientSession, call: Call, machine: Clock
) -> None:
    first = server.grant()
    second = await token(server, http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (await call("GET /v2.0/oa/getoa", token=first["access_token"]))["error"] == -216
    assert (await call("GET /v2.0/oa/getoa", token=second["access_token"]))["error"] == 0
    refused = await token(server, http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (refused["error"], refused["error_name"]) == (-14014, "Invalid refresh token.")
    assert refused.keys() == {"error", "error_name", "error_reason", "error_description", "ref_doc"}
    machine.pass_(hours=25)
    assert (await call("GET /v2.0/oa/getoa", token=second["access_token"]))["error"] == -216
    machine.pass_(days=90)
    late = await token(server, http, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert late["error"] == -14014


async def test_other_mistakes_of_authorising_have_their_numbers(
    server: ZaloOAServer, http: aiohttp.ClientSession, call: Call
) -> None:
    server.oauth.callback = "https://x.vn/cb"
    assert (await code(server, http, redirect_uri="https://y.vn"))["error"] == -14003
    assert (await code(server, http, app_id="1"))["error"] == -14002
    pair = server.grant()
    refresh = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    assert (await token(server, http, **{**refresh, "app_id": "1"}))["error"] == -14002
    assert (await token(server, http, "wrong", **refresh))["error"] == -14004
    assert (await token(server, http, **{**refresh, "grant_type": "password"}))["error"] == -14018
    server.oauth.revoke()
    assert (await token(server, http, **refresh))["error"] == -14014
    assert (await call("GET /v2.0/oa/getoa", token=pair["access_token"]))["error"] == -219


# Calling


async def test_a_token_goes_in_its_own_header_and_refusals_bear_http_200(
    server: ZaloOAServer, call: Call, http: aiohttp.ClientSession
) -> None:
    assert await call("GET /v2.0/oa/getoa", token="") == {"error": -216, "message": "Access token is invalid"}
    bearer = {"Authorization": f"Bearer {server.grant()['access_token']}"}
    async with http.get(f"{server.url}/v2.0/oa/getoa", headers=bearer) as answer:
        assert (answer.status, (await answer.json())["error"]) == (200, -216)
        assert {"X-RateLimit-Limit", "X-RateLimit-Remain"} <= answer.headers.keys()


async def test_the_proof_is_asked_for_where_it_is_switched_on(server: ZaloOAServer, call: Call) -> None:
    access = server.grant()["access_token"]
    proof = hmac.new(server.app_secret.encode(), access.encode(), hashlib.sha256).hexdigest()
    server.proof = True
    assert (await call("GET /v2.0/oa/getoa", token=access))["error"] == -242
    assert (await call("GET /v2.0/oa/getoa", token=access, appsecret_proof="0"))["error"] == -242
    assert (await call("GET /v2.0/oa/getoa", token=access, appsecret_proof=proof))["error"] == 0


async def test_more_calls_than_the_plan_allows_are_too_fast(server: ZaloOAServer, call: Call) -> None:
    server.per_minute = 3
    assert [(await call("GET /v2.0/oa/getoa"))["error"] for _ in range(4)] == [0, 0, 0, -32]


async def test_what_has_been_shut_down_stays_so(call: Call) -> None:
    assert (await call("/v2.0/oa/message", {}))["error"] == -240
    assert (await call("/v3.0/oa/message/unheard", {}))["error"] == -201


async def test_people_quota_and_the_account_can_be_asked_for(
    server: ZaloOAServer, call: Call, lan: User, clock: Clock
) -> None:
    detail = (await call("GET /v3.0/oa/user/detail", {"user_id": USER}))["data"]
    assert (detail["display_name"], detail["user_is_follower"]) == ("Nguyễn Thị Lan", True)
    assert "shared_info" not in detail
    await lan.submit_info("84912345678", city="Hà Nội")
    assert (await call("GET /v3.0/oa/user/detail", {"user_id": USER}))["data"]["shared_info"]["phone"] == "84912345678"
    quota = (await call("/v3.0/oa/quota/message", {"user_id": USER}))["data"]
    assert quota["last_interaction"] == str(int(clock.at.timestamp() * 1000))
    assert (await call("GET /v2.0/oa/getoa"))["data"]["name"] == "UBND huyện"
    assert (await call("GET /v3.0/oa/user/detail", {"user_id": "404"}))["error"] == -201


# Speaking


async def test_a_text_of_2000_is_said_and_one_more_is_not(say: Call, lan: User) -> None:
    answer = await say({"text": "đ" * 2000})
    assert answer["data"]["message_id"] == lan.messages[-1].message_id
    assert answer["data"]["quota"]["quota_type"] == "reply"
    assert (await say({"text": "đ" * 2001}))["error"] == -210
    assert (await say({"text": "đ" * 1999 + "📌"}))["error"] == -210
    for wrong in (
        {},
        {"text": ""},
        {"text": 5},
        None,
        {"attachment": {"type": "image", "payload": {"attachment_id": "x"}}},
    ):
        assert (await say(wrong))["error"] == -201
    assert (await say({"text": "x"}, to="404"))["error"] == -201
    assert (await say({"text": "x", "quote_message_id": "m1"}))["error"] == 0
    assert lan.messages[-1].quotes == "m1"


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("a", {"text": "Việc mới", **template(buttons=[BUTTON])}),
        ("b", template(template_type="list", elements=[{"title": "Việc mới", "subtitle": "x"}], buttons=[BUTTON])),
        ("c", template(template_type="button", text="Việc mới", buttons=[BUTTON])),
    ],
)
@pytest.mark.parametrize("code", [-201, -240])
async def test_each_shape_of_buttons_is_taken_or_refused_as_told(
    server: ZaloOAServer, say: Call, lan: User, shape: str, message: Any, code: int
) -> None:
    assert (await say(message))["error"] == 0
    shown = lan.messages[-1]
    assert (shown.shape, [[button.label for button in row] for row in shown.buttons]) == (shape, [["Đã nhận"]])
    assert shown.text.startswith("Việc mới")
    server.world.shapes[shape] = code
    assert (await say(message))["error"] == code


async def test_buttons_have_limits(say: Call, lan: User) -> None:
    link = {"type": "oa.open.url", "title": "Xem", "payload": {"url": "https://x.vn"}}
    assert (await say({"text": "x", **template(buttons=[BUTTON] * 4 + [link])}))["error"] == 0
    wrong = [[], [BUTTON] * 6, [{**BUTTON, "title": "x" * 101}], [{**BUTTON, "payload": "x" * 1001}]]
    wrong += [[{**BUTTON, "type": "callback"}], [{**link, "payload": "https://x.vn"}], [{**BUTTON, "payload": ""}]]
    for buttons in wrong:
        assert (await say({"text": "x", **template(buttons=buttons)}))["error"] == -201


async def test_a_pressed_query_is_a_text_and_a_pressed_link_only_opens(
    app: App, server: ZaloOAServer, call: Call, lan: User
) -> None:
    link = {"type": "oa.open.url", "title": "Xem", "payload": {"url": "https://x.vn"}}
    show = {"type": "oa.query.show", "title": "Hỏi", "payload": "hỏi"}
    server.webhook.off = {"oa_send_text", "user_received_message"}
    message = {"text": "x", **template(buttons=[BUTTON, show, link])}
    body = {"recipient": {"user_id": USER}, "message": message}
    assert (await call("/v3.0/oa/message/cs", body, token=server.grant()["access_token"]))["error"] == 0
    keys = lan.messages[-1]
    for label in ("Đã nhận", "Hỏi", "Xem"):
        await lan.press(keys, label)
    await asyncio.wait_for(server.idle(), 3)
    assert [(e["event_name"], e["message"]["text"]) for e, _ in app.heard] == [
        ("user_send_text", "#nhan:123"),
        ("user_send_text", "hỏi"),
    ]
    assert [m.text for m in lan.messages if not m.from_bot] == ["hỏi"]
    with pytest.raises(LookupError):
        await lan.press(keys, "Không có")


@pytest.mark.parametrize(
    ("kind", "name", "limit", "handle"),
    [
        ("image", "a.jpg", MIB, "attachment_id"),
        ("gif", "a.gif", 5 * MIB, "attachment_id"),
        ("file", "a.pdf", 5 * MIB, "token"),
    ],
)
async def test_uploads_have_sizes_and_kinds_and_last_a_week(
    call: Call, say: Call, lan: User, clock: Clock, kind: str, name: str, limit: int, handle: str
) -> None:
    path = f"/v2.0/oa/upload/{kind}"
    ref = (await call(path, file(name, limit)))["data"][handle]
    element = {"media_type": kind, "attachment_id": ref, "width": 10, "height": 10}
    media = template(template_type="media", elements=[element])
    message = {"attachment": {"type": "file", "payload": {"token": ref}}} if kind == "file" else media
    assert (await say(message))["error"] == 0
    shown = lan.messages[-1].file
    assert shown is not None
    assert (shown.name, len(shown.data)) == (name, limit)
    assert (await call(path, file(name, limit + 1)))["error"] == -210
    for wrong in (file("a.xlsx", 1), file("a", 1), aiohttp.FormData({"file": "x"})):
        assert (await call(path, wrong))["error"] == -201
    clock.pass_(days=7)
    lan.opened()
    assert (await say(message))["error"] == -100


async def test_media_may_stand_elsewhere_and_a_file_may_be_named_the_other_way(
    server: ZaloOAServer, call: Call, say: Call, lan: User
) -> None:
    for media_type, element in (
        ("image", {"url": "https://x.vn/a.jpg"}),
        ("sticker", {"attachment_id": "bfe458bf64fa8da4d4eb"}),
    ):
        payload = template(template_type="media", elements=[{"media_type": media_type, **element}])
        assert (await say({"text": "Phiếu", **payload}))["error"] == 0
    gif = template(template_type="media", elements=[{"media_type": "gif", "url": "https://x.vn/a.gif"}])
    assert (await say(gif))["error"] == -201
    ref = (await call("/v2.0/oa/upload/file", file("a.docx", 5)))["data"]["token"]
    assert (await say({"attachment": {"type": "file", "payload": {"attachment_id": ref}}}))["error"] == 0
    assert server.world.warnings == ["a file sent by attachment_id"]


async def test_information_can_be_asked_for_and_is_whatever_is_typed(
    app: App, server: ZaloOAServer, call: Call, lan: User
) -> None:
    access = server.grant()["access_token"]
    form = {"title": "UBND huyện", "subtitle": "Đề nghị chia sẻ", "image_url": "https://x.vn/a.png"}
    message = template(template_type="request_user_info", elements=[form])
    body = {"recipient": {"user_id": USER}, "message": message}
    assert (await call("/v3.0/oa/message/cs", body, token=access))["error"] == 0
    assert lan.messages[-1].wants_info
    await lan.submit_info("84999999999", "Ai đó")
    await asyncio.wait_for(server.idle(), 3)
    event = app.heard[-1][0]
    assert (event["event_name"], event["info"]["phone"]) == ("user_submit_info", "84999999999")


# Windows and money


@pytest.mark.parametrize(
    ("hours", "error", "charged"), [(0, 0, 0), (48, 0, 0), (48.1, 0, 1), (168, 0, 1), (168.1, -230, 0)]
)
async def test_48_hours_are_free_seven_days_cost_and_then_the_oa_is_silent(
    server: ZaloOAServer, say: Call, lan: User, clock: Clock, hours: float, error: int, charged: int
) -> None:
    clock.pass_(hours=hours)
    answer = await say({"text": "x"})
    assert (answer["error"], server.world.charged) == (error, charged)
    assert ("quota" in answer.get("data", {})) is (not error and not charged)


async def test_who_never_turned_to_the_oa_cannot_be_written_to(server: ZaloOAServer, say: Call) -> None:
    server.user("1", "Minh")
    assert (await say({"text": "x"}, to="1"))["error"] == -230


async def test_what_opens_a_window_and_what_does_not(server: ZaloOAServer, say: Call, lan: User, clock: Clock) -> None:
    await say({"text": "x", **template(buttons=[BUTTON])})
    keys = lan.messages[-1]
    for deed in (lan.follow, lambda: lan.say("x"), lambda: lan.press(keys, "Đã nhận"), lan.send_sticker):
        clock.pass_(days=8)
        await lan.see()
        assert (await say({"text": "x"}))["error"] == -230
        await deed()
        assert (await say({"text": "x"}))["error"] == 0


@pytest.mark.parametrize(("shown", "free", "told"), [("present", 20, 20), ("absent", 20, 0), ("counting", 8, 8)])
async def test_the_quota_is_told_as_switched(
    server: ZaloOAServer, say: Call, lan: User, shown: Any, free: int, told: int
) -> None:
    server.world.quota_shown = shown
    quotas = [(await say({"text": "x"}))["data"].get("quota") for _ in range(20)]
    assert (20 - server.world.charged, sum(1 for quota in quotas if quota)) == (free, told)
    if shown == "counting":
        assert [quota["remain"] for quota in quotas[:8]] == [7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("state", "error"),
    [("left", -213), ("banned", -227), ("restricted", -244), ("out_of_quota", -211), ("plan_expired", -224)],
)
async def test_the_state_of_people_and_the_account_draws_its_number(
    server: ZaloOAServer, say: Call, lan: User, state: str, error: int
) -> None:
    setattr(lan.person if hasattr(lan.person, state) else server.world, state, True)
    assert (await say({"text": "x"}))["error"] == error


# Telling the app


async def test_each_thing_people_do_has_its_recorded_shape(app: App, server: ZaloOAServer, lan: User) -> None:
    await lan.say("xin chào", reply_to=await lan.say("trước"))
    for deed in (lan.send_gif(), lan.send_sticker(), lan.send_voice(b"a"), lan.send_video(b"v")):
        await deed
    await lan.send_photos([b"1", b"2"], "hai trang")
    await lan.send_document("Báo cáo.docx", b"PK", caption="gửi")
    await lan.send_link("https://x.vn")
    await lan.send_location(10.76, 106.67)
    await lan.send_contact("84912345678")
    await lan.unfollow()
    await lan.follow("qr")
    await asyncio.wait_for(server.idle(), 3)
    kinds = ["text", "text", "gif", "sticker", "audio", "video", "image", "image", "file", "link", "location"]
    kinds += ["business_card"]
    assert app.events == [*(f"user_send_{kind}" for kind in kinds), "unfollow", "follow"]
    for event, _ in app.heard[:-2]:
        assert event.keys() == {"app_id", "sender", "recipient", "user_id_by_app", "event_name", "message", "timestamp"}
        assert (event["sender"], event["recipient"]) == ({"id": USER}, {"id": OA_ID})
        assert isinstance(event["timestamp"], str)
    quoted, paper, last = app.heard[1][0], app.heard[8][0], app.heard[-1][0]
    assert quoted["message"]["quote_msg_id"] == app.heard[0][0]["message"]["msg_id"]
    payload = paper["message"]["attachments"][0]["payload"]
    assert payload.items() >= {"size": "2", "name": "Báo cáo.docx", "type": "docx"}.items()
    assert payload["checksum"] == hashlib.md5(b"PK", usedforsecurity=False).hexdigest()
    assert last.keys() == {"oa_id", "follower", "user_id_by_app", "event_name", "source", "app_id", "timestamp"}
    for cannot in (lan.edit(lan.messages[0], "x"), lan.react(lan.messages[0], "👍")):
        with pytest.raises(NotImplementedError):
            await cannot


async def test_files_can_be_fetched_until_their_address_expires(
    app: App, server: ZaloOAServer, http: aiohttp.ClientSession, lan: User, clock: Clock
) -> None:
    await lan.send_photo(b"jpg")
    await asyncio.wait_for(server.idle(), 3)
    url = app.heard[0][0]["message"]["attachments"][0]["payload"]["url"]
    async with http.get(url) as answer:
        assert await answer.read() == b"jpg"
    clock.pass_(hours=1)
    async with http.get(url) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(("mac", "begins"), [(True, "mac="), (False, "")])
async def test_events_are_signed_over_their_bytes(
    app: App, server: ZaloOAServer, lan: User, mac: bool, begins: str
) -> None:
    server.webhook.mac = mac
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    [attempt] = server.webhook.tries
    stamp = json.loads(attempt.body)["timestamp"]
    plain = APP_ID.encode() + attempt.body + stamp.encode() + b"OA-SECRET-of-this-machine"
    assert app.heard[0][1]["X-ZEvent-Signature"] == begins + hashlib.sha256(plain).hexdigest()
    server.webhook.secret = "reset at the console"
    await lan.say("lại")
    await asyncio.wait_for(server.idle(), 3)
    assert hashlib.sha256(plain).hexdigest() not in app.heard[1][1]["X-ZEvent-Signature"]


async def test_what_is_not_taken_is_told_again_on_the_ladder_with_its_number(
    app: App, server: ZaloOAServer, lan: User
) -> None:
    app.answers = [500, 503]
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    assert [headers.get("num_retry") for _, headers in app.heard] == [None, "1", "2"]
    assert len({attempt.body for attempt in server.webhook.tries}) == 1
    assert server.webhook.warnings == ["HTTP 500", "HTTP 503"]


async def test_some_say_only_a_lost_connection_is_told_again(app: App, server: ZaloOAServer, lan: User) -> None:
    server.webhook.strict, app.answers = False, [500]
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    assert len(app.heard) == 1


async def test_after_the_last_rung_the_webhook_is_given_up(server: ZaloOAServer, lan: User) -> None:
    server.grant()
    server.webhook.url = f"http://127.0.0.1:{free_port()}/nobody"
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 5)
    assert len(server.webhook.tries) == 6
    assert server.webhook.disabled
    await lan.say("ai nghe")
    assert (server.pending, len(server.webhook.tries)) == (0, 6)


async def test_patience_lasts_two_seconds_of_its_own(app: App, server: ZaloOAServer, lan: User) -> None:
    assert server.webhook.patience == 2
    server.webhook.patience, app.pause = 0.05, 0.2
    server.webhook.strict = False
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    assert server.webhook.warnings == ["slow"]


async def test_events_may_come_twice_and_in_any_order(app: App, server: ZaloOAServer, lan: User) -> None:
    server.webhook.redeliver, server.webhook.ordered = 2, False
    app.answers = [500]
    server.webhook.second = 0.001
    await lan.say("một")
    await lan.say("hai")
    await asyncio.wait_for(server.idle(), 3)
    assert sorted(event["message"]["text"] for event, _ in app.heard) == ["hai", "hai", "một", "một", "một"] or sorted(
        event["message"]["text"] for event, _ in app.heard
    ) == ["hai", "hai", "hai", "một", "một"]


async def test_the_console_switches_events_off_and_lets_only_hashes_through(
    app: App, server: ZaloOAServer, lan: User
) -> None:
    server.webhook.off = {"user_send_sticker"}
    server.webhook.hash_only = True
    await lan.send_sticker()
    await lan.say("xin chào")
    await lan.say("#nhan")
    await asyncio.wait_for(server.idle(), 3)
    assert [event["message"].get("text") for event, _ in app.heard] == ["#nhan"]
    server.oauth.revoke()
    await lan.say("#nhan")
    assert server.pending == 0


async def test_the_app_hears_its_own_words_that_they_arrived_and_that_they_were_seen(
    app: App, server: ZaloOAServer, call: Call, lan: User
) -> None:
    access = server.grant()["access_token"]
    body = {"recipient": {"user_id": USER}, "message": {"text": "Đã ghi nhận."}}
    sent = await call("/v3.0/oa/message/cs", body, token=access)
    lan.person.online = False
    await call("/v3.0/oa/message/cs", body, token=access)
    await lan.see(lan.messages[0])
    await asyncio.wait_for(server.idle(), 3)
    assert app.events == ["oa_send_text", "user_received_message", "oa_send_text", "user_seen_message"]
    echo, received, _, seen = (event for event, _ in app.heard)
    assert (echo["sender"], echo["recipient"]) == ({"id": OA_ID}, {"id": USER})
    assert received["message"] == {"msg_id": sent["data"]["message_id"]}
    assert seen["message"] == {"msg_ids": [sent["data"]["message_id"]]}


# Misfortune


async def test_faults_come_when_planned_and_effects_may_precede_them(
    server: ZaloOAServer, say: Call, lan: User
) -> None:
    server.faults.add("cs", refuse(-200))
    assert (await say({"text": "x"}))["error"] == -200
    server.faults.add("cs", Fault.cut(after=True))
    with pytest.raises(aiohttp.ClientError):
        await say({"text": "một"})
    server.faults.add("cs", Fault.cut())
    with pytest.raises(aiohttp.ClientError):
        await say({"text": "hai"})
    assert [m.text for m in lan.messages] == ["một"]
    assert [call.status for call in server.calls] == [200, 0, 0]


async def test_an_outage_is_over_when_it_starts_again(server: ZaloOAServer, say: Call, lan: User) -> None:
    await server.stop()
    with pytest.raises(aiohttp.ClientError):
        await say({"text": "x"})
    await server.start()
    assert (await say({"text": "x"}))["error"] == 0


async def test_a_live_page_sees_what_happens(server: ZaloOAServer, say: Call, lan: User) -> None:
    events = server.listen()
    await lan.say("chào")
    await say({"text": "x", **template(buttons=[BUTTON])})
    await lan.press(lan.messages[-1], "Đã nhận")
    server.unlisten(events)
    await lan.say("hết")
    assert [events.get_nowait().kind for _ in range(events.qsize())] == ["said", "sent", "pressed", "said"]
    assert server.user(USER) is lan
