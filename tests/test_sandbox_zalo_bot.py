"""The Zalo on this machine keeps what is written about the Zalo Bot Platform, by Zalo and by who has measured it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.ports import free_port
from bot.sandbox.zalo_bot import BOT_ID, Fault, Plan, User, ZaloBotServer

TOKEN = "12345689:abc-xyz"
SECRET = "mykey-abcyxz"
LAN = "6ede9afa66b88fe6d6a9"
NOW = datetime(2026, 9, 10, 9, tzinfo=UTC)
Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Hook:
    """A webhook of somebody's: what it was sent, and what it answers."""

    url: str = ""
    seen: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.seen.append((dict(request.headers), json.loads(body) if body else None))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def bodies(self) -> list[Any]:
        return [body for _, body in self.seen if body is not None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[ZaloBotServer]:
    server = ZaloBotServer(TOKEN, now=clock.now, retry_base=0.005)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, port = Hook(), free_port()
    app = web.Application()
    app.router.add_route("*", "/zalo", hook.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    hook.url = f"http://127.0.0.1:{port}/zalo"
    yield hook
    await runner.cleanup()


@pytest.fixture
def call(server: ZaloBotServer, http: aiohttp.ClientSession) -> Call:
    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{server.url}/bot{server.token}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    return call


@pytest.fixture
def lan(server: ZaloBotServer) -> User:
    lan = server.user(LAN, "Trần Thị Lan")
    lan.opened()
    return lan


# --- how it is called


async def test_a_call_may_come_by_get_or_post_in_any_of_four_forms(
    server: ZaloBotServer, http: aiohttp.ClientSession, lan: User
) -> None:
    url, sent = f"{server.url}/bot{TOKEN}/sendMessage", {"chat_id": LAN, "text": "[1] chào"}
    for answer in (
        await http.get(url, params=sent),
        await http.post(url, json=sent),
        await http.post(url, data=sent),
        await http.post(url, data=aiohttp.FormData(sent, default_to_multipart=True)),
    ):
        body = await answer.json()
        assert body["ok"] is True
        assert set(body["result"]) == {"message_id", "date"}
        assert body["result"]["date"] == int(NOW.timestamp() * 1000)
    assert [message.text for message in lan.messages] == ["[1] chào"] * 4
    assert len({message.message_id for message in lan.messages}) == 4


async def test_a_wrong_token_a_wrong_name_and_a_wrong_case_are_refused(
    server: ZaloBotServer, http: aiohttp.ClientSession, call: Call
) -> None:
    async with http.get(f"{server.url}/bot1:no/getMe") as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (401, 401)
    for method in ("getme", "sendDocument", "editMessageText", "deleteMessage", "getFile"):
        assert (await call(method))["error_code"] == 400
    server.reset_token("12345689:new")
    async with http.get(f"{server.url}/bot{TOKEN}/getMe") as answer:
        assert answer.status == 401


async def test_get_me_tells_who_it_is(call: Call) -> None:
    assert (await call("getMe"))["result"] == {
        "id": BOT_ID,
        "account_name": "bot.VDKyGxQvc",
        "account_type": "BASIC",
        "can_join_groups": True,
    }


# --- polling


async def test_a_poll_gives_one_update_once_and_a_quiet_one_a_408(call: Call, lan: User, server: ZaloBotServer) -> None:
    await lan.say("một")
    await lan.say("hai")
    first = await call("getUpdates", timeout="1")
    assert isinstance(first["result"], dict)
    assert first["result"] == {
        "event_name": "message.text.received",
        "message": {
            "from": {"id": LAN, "display_name": "Trần Thị Lan", "is_bot": False},
            "chat": {"id": LAN, "chat_type": "PRIVATE"},
            "text": "một",
            "message_id": lan.messages[0].message_id,
            "date": int(NOW.timestamp() * 1000),
        },
    }
    assert (await call("getUpdates", timeout=1))["result"]["message"]["text"] == "hai"
    assert server.pending == 1  # in the hands of who polls, until the next question
    quiet = await call("getUpdates", timeout=0.05)
    assert (quiet["error_code"], quiet["description"]) == (408, "Request timeout")
    assert server.pending == 0


async def test_two_who_poll_share_the_messages(call: Call, lan: User) -> None:
    both = [asyncio.create_task(call("getUpdates", timeout=2)) for _ in range(2)]
    await asyncio.sleep(0.05)
    await lan.say("một")
    await lan.say("hai")
    texts = {(await each)["result"]["message"]["text"] for each in both}
    assert texts == {"một", "hai"}


async def test_polling_is_refused_at_once_while_a_webhook_is_set(call: Call, hook: Hook) -> None:
    await call("setWebhook", url=hook.url, secret_token=SECRET)
    assert (await call("getUpdates", timeout=30))["error_code"] == 400
    assert (await call("deleteWebhook"))["result"]["url"] == ""
    assert (await call("getUpdates", timeout=0.05))["error_code"] == 408


async def test_what_comes_while_nobody_polls_can_be_lost(call: Call, server: ZaloBotServer, lan: User) -> None:
    server.updates.lose = True
    await lan.say("mất")
    assert (await call("getUpdates", timeout=0.05))["error_code"] == 408
    assert len(server.updates.dropped) == 1


# --- the webhook


async def test_a_webhook_is_probed_at_once_without_secret_or_body(call: Call, hook: Hook) -> None:
    assert (await call("getWebhookInfo"))["error_code"] == 404
    answer = await call("setWebhook", url=hook.url, secret_token=SECRET)
    assert answer["result"]["verification"]["outcome"] == "webhook.ok"
    [(headers, body)] = hook.seen
    assert (headers["User-Agent"][:5], "X-Bot-Api-Secret-Token" in headers, body) == ("Java/", False, None)
    assert (await call("getWebhookInfo"))["result"]["url"] == hook.url


async def test_a_webhook_is_saved_though_its_probe_fails(call: Call, hook: Hook) -> None:
    for status, outcome in ((403, "webhook.http.403"), (404, "webhook.http.404"), (500, "webhook.http.5xx")):
        hook.answers = [status]
        answer = await call("setWebhook", url=hook.url, secret_token=SECRET)
        assert answer["result"]["verification"]["ok"] is False
        assert answer["result"]["verification"]["outcome"] == outcome
    nowhere = f"http://127.0.0.1:{free_port()}/zalo"
    answer = await call("setWebhook", url=nowhere, secret_token=SECRET)
    assert answer["result"]["verification"]["outcome"] == "webhook.err.unreachable"
    assert (await call("getWebhookInfo"))["result"]["url"] == nowhere
    assert (await call("testWebhook"))["result"]["ok"] is False


async def test_a_webhook_must_be_public_and_its_secret_long_enough(
    http: aiohttp.ClientSession, hook: Hook, call: Call
) -> None:
    for secret, fits in (("a" * 7, False), ("a" * 8, True), ("a" * 256, True), ("a" * 257, False)):
        assert (await call("setWebhook", url=hook.url, secret_token=secret))["ok"] is fits
    strict = ZaloBotServer(TOKEN, loopback=False)
    await strict.start()
    for url in (hook.url, "https://localhost/x", "https://192.168.1.2/x", "https://10.0.0.1/x", "http://a.vn/x", ""):
        async with http.post(
            f"{strict.url}/bot{TOKEN}/setWebhook", json={"url": url, "secret_token": SECRET}
        ) as answer:
            assert answer.status == 400, url
    await strict.stop()


async def test_an_event_comes_flat_with_its_secret_and_is_repeated_after_a_failure(
    call: Call, hook: Hook, server: ZaloBotServer, lan: User
) -> None:
    await call("setWebhook", url=hook.url, secret_token=SECRET)
    hook.answers = [500, 503]
    await lan.say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    headers, body = hook.seen[-1]
    assert (headers["X-Bot-Api-Secret-Token"], headers["User-Agent"][:5]) == (SECRET, "Java/")
    assert headers["Content-Type"].startswith("application/json")
    assert (body["event_name"], body["message"]["text"]) == ("message.text.received", "xin chào")
    assert len(hook.bodies) == 3
    hook.answers = [500] * 9
    await lan.say("mãi không được")
    await asyncio.wait_for(server.idle(), 3)
    assert len(server.updates.dropped) == 1


async def test_an_event_may_come_wrapped_and_twice(clock: Clock, http: aiohttp.ClientSession, hook: Hook) -> None:
    server = ZaloBotServer(TOKEN, now=clock.now, wrapped=True, redeliver=2)
    await server.start()
    params = {"url": hook.url, "secret_token": SECRET}
    async with http.post(f"{server.url}/bot{TOKEN}/setWebhook", json=params) as answer:
        assert answer.status == 200
    await server.user(LAN, "Lan").say("xin chào")
    await asyncio.wait_for(server.idle(), 3)
    assert [body["result"]["message"]["text"] for body in hook.bodies] == ["xin chào"] * 2
    await server.stop()


# --- what the bot hears


async def heard(call: Call) -> dict[str, Any]:
    update: dict[str, Any] = (await call("getUpdates", timeout=1))["result"]
    return update


async def test_photos_voices_and_stickers_come_with_an_address_that_expires(
    call: Call, server: ZaloBotServer, http: aiohttp.ClientSession, lan: User, clock: Clock
) -> None:
    await lan.send_photo(b"jpeg", "Bản ký")
    photo = (await heard(call))["message"]
    assert (photo["message_type"], photo["caption"]) == ("CHAT_PHOTO", "Bản ký")
    async with http.get(photo["photo_url"]) as answer:
        assert await answer.read() == b"jpeg"
    clock.at += timedelta(days=8)
    async with http.get(photo["photo_url"]) as answer:
        assert answer.status == 404
    server.world.photo_field = "photo"
    await lan.send_photo(b"jpeg")
    assert {"photo", "caption"} & set((await heard(call))["message"]) == {"photo"}
    await lan.send_voice(b"aac")
    voice = await heard(call)
    assert (voice["event_name"], voice["message"]["message_type"]) == ("message.voice.received", "CHAT_VOICE")
    assert voice["message"]["voice_url"].endswith(".aac")
    await lan.send_sticker()
    assert {"sticker", "url"} <= set((await heard(call))["message"])


async def test_files_videos_cards_and_links_are_unsupported_and_tell_nothing(call: Call, lan: User) -> None:
    await lan.send_document("bao-cao.docx", b"PK", caption="đây")
    await lan.send_video(b"mp4")
    await lan.send_contact("Hà")
    await lan.share("https://example.com")
    for _ in range(4):
        update = await heard(call)
        assert update["event_name"] == "message.unsupported.received"
        assert set(update["message"]) == {"date", "chat", "message_id", "from"}


async def test_unsupported_comes_in_three_shapes(call: Call, server: ZaloBotServer, lan: User) -> None:
    chat = {"chat_type": "PRIVATE", "id": LAN}
    for shape, expected in (("no sender", {"message": {"chat": chat}}), ("bare", {})):
        server.world.unsupported = shape  # type: ignore[assignment]
        await lan.send_document("a.pdf", b"%PDF")
        assert await heard(call) == {"event_name": "message.unsupported.received", **expected}


async def test_all_a_protected_account_says_is_unsupported(call: Call, lan: User) -> None:
    lan.chat.protected = True
    await lan.say("xin chào")
    assert (await heard(call))["event_name"] == "message.unsupported.received"


async def test_a_group_lets_the_bot_hear_what_names_or_answers_it(call: Call, server: ZaloBotServer, lan: User) -> None:
    group = server.group("Tổ tổng hợp")
    assert group.id.startswith("zgr-")
    assert (await call("sendMessage", chat_id=group.id, text="Báo cáo đâu"))["ok"]
    await lan.say("nói với nhau", group)
    await lan.send_photo(b"jpeg", "không gọi tên", chat=group)
    await lan.mention("ai chưa nộp", group)
    await lan.say("đây", group, reply_to=group.messages[0])
    texts = [(await heard(call))["message"]["text"] for _ in range(2)]
    assert texts == ["@Bot Nhắc việc ai chưa nộp", "đây"]
    assert server.pending == 1
    server.group("Hai")
    server.group("Ba")
    with pytest.raises(RuntimeError, match="no further group"):
        server.group("Bốn")


async def test_what_the_bot_says_can_come_back_to_it(call: Call, server: ZaloBotServer, lan: User) -> None:
    server.world.echo = True
    sent = await call("sendMessage", chat_id=LAN, text="Kính gửi")
    echo = (await heard(call))["message"]
    assert (echo["from"]["id"], echo["message_id"]) == (BOT_ID, sent["result"]["message_id"])


async def test_nothing_is_told_of_a_blocking(call: Call, server: ZaloBotServer, lan: User) -> None:
    await lan.block()
    assert server.pending == 0
    assert (await call("sendMessage", chat_id=LAN, text="x"))["ok"] is False
    with pytest.raises(RuntimeError, match="unblock first"):
        await lan.say("alo")
    await lan.unblock()
    assert (await call("sendMessage", chat_id=LAN, text="x"))["ok"]


# --- what the bot may say


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 2000, True), ("a" * 2001, False), ("📌" * 1000, True), ("📌" * 1001, False), (" \n", False)],
)
async def test_a_text_has_1_to_2000_characters(call: Call, lan: User, text: str, fits: bool) -> None:
    assert (await call("sendMessage", chat_id=LAN, text=text))["ok"] is fits


async def test_the_bot_writes_only_to_those_who_wrote_to_it(call: Call, server: ZaloBotServer) -> None:
    server.user("b", "Bình")
    for nobody in ("a", "b", ""):
        assert (await call("sendMessage", chat_id=nobody, text="x"))["error_code"] == 400
    await server.user("b", "Bình").say("chào")
    assert (await call("sendMessage", chat_id="b", text="x"))["ok"]


async def test_the_plan_allows_so_many_messages_a_month_and_people(clock: Clock, http: aiohttp.ClientSession) -> None:
    for both_ways, left in ((False, 3), (True, 2)):
        server = ZaloBotServer(TOKEN, now=clock.now, plan=Plan(users=1, messages=3, both_ways=both_ways))
        await server.start()

        async def say(chat: str, to: ZaloBotServer = server) -> int:
            async with http.post(f"{to.url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "x"}) as answer:
                return answer.status

        await server.user("a", "A").say("chào")
        server.user("b", "B").opened()
        assert [await say("a") for _ in range(4)] == [200] * left + [429] * (4 - left)
        assert await say("b") == 429
        clock.at += timedelta(days=31)
        assert await say("a") == 200
        await server.stop()


async def test_stickers_voices_and_typing(call: Call, server: ZaloBotServer, lan: User) -> None:
    assert (await call("sendSticker", chat_id=LAN, sticker="0e078a2fb66a5f34067b"))["ok"]
    assert (await call("sendSticker", chat_id=LAN, sticker="x"))["error_code"] == 425
    assert (await call("sendVoice", chat_id=LAN, voice_url="https://a.vn/x.aac"))["ok"]
    assert (await call("sendVoice", chat_id=LAN, voice_url="https://a.vn/x.mp3"))["error_code"] == 400
    group = server.group("Tổ")
    assert (await call("sendVoice", chat_id=group.id, voice_url="https://a.vn/x.aac"))["ok"]
    assert group.messages == []
    assert await call("sendChatAction", chat_id=LAN, action="typing") == {"ok": True}


async def test_a_photo_is_fetched_by_zalo_itself(call: Call, server: ZaloBotServer, lan: User) -> None:
    theirs = (await lan.send_photo(b"jpeg")).url
    assert (await call("sendPhoto", chat_id=LAN, photo=theirs, caption="Mẫu"))["ok"]
    assert (lan.messages[-1].text, lan.messages[-1].kind) == ("Mẫu", "image")
    for url in (f"{server.url}/media/gone.jpg", "ftp://a.vn/a.jpg"):
        assert (await call("sendPhoto", chat_id=LAN, photo=url))["error_code"] == 400


# --- misfortune


@pytest.mark.parametrize(
    ("fault", "status", "arrives"),
    [
        (Fault.refuse(403), 403, 0),
        (Fault.refuse(429, "Quota exceeded"), 429, 0),
        (Fault.html(502), 502, 0),
        (Fault.cut(), 0, 0),
        (Fault.cut(after=True), 0, 1),
        (Fault.truncated(), 200, 1),
    ],
)
async def test_faults_are_played_and_may_have_had_their_effect(
    server: ZaloBotServer, http: aiohttp.ClientSession, lan: User, fault: Fault, status: int, arrives: int
) -> None:
    server.faults.add("sendMessage", fault, chat=LAN)
    url = f"{server.url}/bot{TOKEN}/sendMessage"
    try:
        async with http.post(url, json={"chat_id": LAN, "text": "x"}) as answer:
            assert answer.status == status
    except aiohttp.ClientError:
        assert status == 0
    assert len(lan.messages) == arrives
    async with http.post(url, json={"chat_id": LAN, "text": "x"}) as answer:
        assert answer.status == 200


async def test_an_outage_forgets_nothing(server: ZaloBotServer, call: Call, lan: User) -> None:
    await lan.say("một")
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await call("getMe")
    await server.start()
    assert (await heard(call))["message"]["text"] == "một"


async def test_a_page_can_watch_a_chat_live(server: ZaloBotServer, call: Call, lan: User) -> None:
    events = server.listen()
    await lan.say("còn gì")
    await call("sendMessage", chat_id=LAN, text="1. Gửi báo cáo")
    assert [events.get_nowait().kind for _ in range(events.qsize())] == ["said", "sent"]
    server.unlisten(events)
    await lan.say("nữa")
    assert events.empty()
