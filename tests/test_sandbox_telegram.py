"""The Telegram on this machine keeps what the real one promises, and refuses what the real one refuses."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web

from bot.sandbox.telegram import Fault, RateLimit, TelegramServer

TOKEN = "123456:TEST"
Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
MIB = 1 << 20


@dataclass
class Clock:
    at: datetime = datetime(2024, 5, 13, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[TelegramServer]:
    server = TelegramServer(TOKEN, now=clock.now, retry_base=0.005)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(server: TelegramServer, http: aiohttp.ClientSession) -> Call:
    return caller(server, http)


def caller(server: TelegramServer, http: aiohttp.ClientSession) -> Call:
    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{server.url}/bot{TOKEN}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    return call


def upload(kind: str, data: bytes, name: str = "báo cáo.docx", **params: str) -> aiohttp.FormData:
    form = aiohttp.FormData({"chat_id": "42", **params}, quote_fields=False)  # else a name arrives as b%C3%A1o
    form.add_field(kind, io.BytesIO(data), filename=name)
    return form


async def refusal(answer: Coroutine[Any, Any, dict[str, Any]]) -> str:
    body = await answer
    assert body["ok"] is False
    return f"{body['error_code']} {body['description']}"


# --- who speaks, and in which form


async def test_a_wrong_token_opens_nothing(server: TelegramServer, http: aiohttp.ClientSession) -> None:
    for path in ("bot1:NO/getMe", "file/bot1:NO/documents/file_1.docx"):
        async with http.get(f"{server.url}/{path}") as answer:
            assert answer.status == 401
            assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_parameters_come_as_query_json_form_or_multipart(
    server: TelegramServer, http: aiohttp.ClientSession
) -> None:
    lan = server.user(42, "Lan")
    await lan.start()
    url, keys = f"{server.url}/bot{TOKEN}/sendMessage", {"inline_keyboard": [[{"text": "Nộp", "callback_data": "nop"}]]}
    sent = {"chat_id": "42", "text": "[1] chào", "reply_markup": json.dumps(keys)}
    multipart = aiohttp.FormData(sent, default_to_multipart=True)
    for answer in (
        await http.get(url, params=sent),
        await http.post(url, json={"chat_id": 42, "text": "[1] chào", "reply_markup": keys}),
        await http.post(url, data=sent),
        await http.post(url, data=multipart),
    ):
        assert answer.status == 200
        assert (await answer.json())["result"]["reply_markup"] == keys
    assert [m.text for m in lan.messages] == ["/start", *["[1] chào"] * 4]
    assert lan.messages[-1].buttons == [[("Nộp", "nop")]]
    assert {json.dumps(c.params["reply_markup"]) for c in server.calls} == {json.dumps(keys)}


async def test_methods_ignore_case_and_unknown_ones_are_not_found(call: Call) -> None:
    assert (await call("GETME"))["result"]["username"] == "nhacviec_bot"
    assert await refusal(call("sendNonsense")) == "404 Not Found"
    assert await refusal(call("sendMessage", chat_id=42, text="x", reply_markup="{")) == (
        "400 Bad Request: can't parse reply markup JSON object"
    )


# --- whom the bot may write to


async def test_the_bot_writes_only_to_those_who_started_it_and_have_not_blocked_it(
    server: TelegramServer, call: Call
) -> None:
    lan = server.user(42, "Lan")
    assert await refusal(call("sendMessage", chat_id=41, text="x")) == "400 Bad Request: chat not found"
    assert "403 Forbidden: bot can't initiate" in await refusal(call("sendMessage", chat_id=42, text="x"))
    await lan.say("xin chào")
    assert (await call("sendMessage", chat_id=42, text="x"))["ok"]
    await lan.block()
    assert await refusal(call("sendMessage", chat_id=42, text="x")) == "403 Forbidden: bot was blocked by the user"
    with pytest.raises(RuntimeError, match="unblock first"):
        await lan.say("alo")
    await lan.unblock()
    assert (await call("sendMessage", chat_id=42, text="x"))["ok"]
    changes = [u["my_chat_member"] for u in (await call("getUpdates"))["result"] if "my_chat_member" in u]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_a_group_that_grew_names_its_new_id(server: TelegramServer, call: Call) -> None:
    ha, group = server.user(7, "Hà"), server.group(-500, "Tổ tổng hợp")
    assert "403 Forbidden: bot is not a member" in await refusal(call("sendMessage", chat_id=-500, text="x"))
    await group.add_bot(ha)
    await group.upgrade(ha)
    answer = await call("sendMessage", chat_id=-500, text="x")
    assert answer["error_code"] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": group.id}
    assert (await call("sendMessage", chat_id=group.id, text="x"))["result"]["chat"]["type"] == "supergroup"
    messages = [u["message"] for u in (await call("getUpdates"))["result"] if "message" in u]
    assert [m.get("migrate_to_chat_id") or m["migrate_from_chat_id"] for m in messages] == [group.id, -500]


async def test_privacy_mode_hides_a_groups_talk(server: TelegramServer, call: Call) -> None:
    ha, group = server.user(7, "Hà"), server.group(-500, "Tổ tổng hợp")
    await group.add_bot(ha)
    asked = (await call("sendMessage", chat_id=-500, text="Báo cáo đâu?"))["result"]["message_id"]
    await ha.say("nói với nhau", group)
    await ha.say("/missing", group)
    await ha.say("đây", group, reply_to=group.chat.find(asked))
    heard = [u["message"]["text"] for u in (await call("getUpdates"))["result"] if "message" in u]
    assert heard == ["/missing", "đây"]


async def test_an_administrator_hears_all(server: TelegramServer, call: Call) -> None:
    ha, group = server.user(7, "Hà"), server.group(-500, "Tổ tổng hợp")
    await group.add_bot(ha, admin=True)
    await ha.say("nói với nhau", group)
    await ha.send_document("a.docx", b"x", chat=group)
    assert ["text" in u["message"] for u in (await call("getUpdates"))["result"] if "message" in u] == [True, False]
    await group.remove_bot(ha)
    assert "403 Forbidden: bot was kicked from" in await refusal(call("sendMessage", chat_id=-500, text="x"))


# --- what may be said


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("a" * 4096, None),
        ("a" * 4097, "message is too long"),
        ("📌" * 2048, None),
        ("📌" * 2048 + "a", "message is too long"),
        ("<b>" + "a" * 4096 + "</b>", None),
        ("&lt;" * 4096, None),
        (" \n ", "message text is empty"),
        ("<b></b>", "message text is empty"),
        ("<i>một</i> &amp; <a href='https://a.vn'>hai</a>", None),
        ("<h1>x</h1>", 'can\'t parse entities: Unsupported start tag "h1" at byte offset 0'),
        ("đ<b>x", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("đ<b>x</i>", 'can\'t parse entities: Unmatched end tag, expected "</b>", found "</i>" at byte offset 6'),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        ("1 < 2", "can't parse entities: Unclosed start tag at byte offset 2"),
    ],
)
async def test_a_text_is_measured_after_parsing(
    server: TelegramServer, call: Call, text: str, refused: str | None
) -> None:
    await server.user(42, "Lan").start()
    answer = await call("sendMessage", chat_id=42, text=text, parse_mode="HTML")
    assert answer.get("description") == (f"Bad Request: {refused}" if refused else None)


async def test_entities_are_counted_in_utf16(server: TelegramServer, call: Call) -> None:
    await server.user(42, "Lan").start()
    sent = await call("sendMessage", chat_id=42, text="📌 <b>Hạn</b> &lt;17/5&gt;", parse_mode="HTML")
    assert sent["result"]["text"] == "📌 Hạn <17/5>"
    assert sent["result"]["entities"] == [{"type": "bold", "offset": 3, "length": 3}]


@pytest.mark.parametrize(
    ("button", "refused"),
    [
        ({"callback_data": "a" * 64}, None),
        ({"callback_data": "a" * 65}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "đ" * 32}, None),
        ({"callback_data": "đ" * 33}, "BUTTON_DATA_INVALID"),
        ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"url": "http://127.0.0.1:8080/u/1"}, None),
        ({"url": "http://localhost:8080/u/1"}, "Wrong HTTP URL"),
        ({}, "Text buttons are unallowed"),
    ],
)
async def test_a_button_carries_1_to_64_bytes_or_a_proper_link(
    server: TelegramServer, call: Call, button: dict[str, str], refused: str | None
) -> None:
    await server.user(42, "Lan").start()
    keys = {"inline_keyboard": [[{"text": "Nộp", **button}]]}
    answer = await call("sendMessage", chat_id=42, text="x", reply_markup=keys)
    assert answer["ok"] is (refused is None)
    assert (refused or "") in answer.get("description", "")


async def test_an_edit_must_change_something_of_the_bots_own(server: TelegramServer, call: Call) -> None:
    lan = server.user(42, "Lan")
    said = await lan.say("xin chào")
    keys = {"inline_keyboard": [[{"text": "Nộp", "callback_data": "nop"}]]}
    place = {"chat_id": 42, "message_id": 2}
    await call("sendMessage", chat_id=42, text="một", reply_markup=keys)
    assert "message is not modified" in await refusal(call("editMessageText", **place, text="một", reply_markup=keys))
    assert not lan.messages[1].edited
    assert (await call("editMessageText", **place, text="hai"))["result"]["text"] == "hai"
    assert (lan.messages[1].edited, lan.messages[1].buttons) == (True, [])
    assert (await call("editMessageReplyMarkup", **place, reply_markup=keys))["result"]["reply_markup"] == keys
    assert "message is not modified" in await refusal(call("editMessageReplyMarkup", **place, reply_markup=keys))
    missing = {"chat_id": 42, "message_id": 99}
    assert "message to edit not found" in await refusal(call("editMessageText", **missing, text="x"))
    assert "can't be edited" in await refusal(call("editMessageText", chat_id=42, message_id=said.message_id, text="x"))


async def test_a_message_can_be_deleted_for_48_hours(server: TelegramServer, call: Call, clock: Clock) -> None:
    await server.user(42, "Lan").start()
    await call("sendMessage", chat_id=42, text="một")
    await call("sendMessage", chat_id=42, text="hai")
    clock.pass_(hours=47.9)
    assert (await call("deleteMessage", chat_id=42, message_id=2))["result"] is True
    assert "not found" in await refusal(call("deleteMessage", chat_id=42, message_id=2))
    clock.pass_(hours=0.1)
    assert "can't be deleted" in await refusal(call("deleteMessage", chat_id=42, message_id=3))


# --- files


async def test_a_document_is_uploaded_once_and_then_sent_by_its_id(
    server: TelegramServer, call: Call, http: aiohttp.ClientSession
) -> None:
    lan = server.user(42, "Lan")
    await lan.start()
    url = f"{server.url}/bot{TOKEN}/sendDocument"
    first = await (await http.post(url, data=upload("document", b"abc", caption="đây"))).json()
    document = first["result"]["document"]
    assert (document["file_name"], document["file_size"], first["result"]["caption"]) == ("báo cáo.docx", 3, "đây")
    again = await call("sendDocument", chat_id=42, document=document["file_id"])
    assert again["result"]["document"] == document
    attached = upload("part7", b"abcd", document="attach://part7")
    assert (await (await http.post(url, data=attached)).json())["result"]["document"]["file_size"] == 4
    assert server.file_bytes(document["file_id"]) == b"abc"
    assert [m.file.name for m in lan.messages if m.file] == ["báo cáo.docx"] * 3
    assert "can't use file of type" in await refusal(call("sendPhoto", chat_id=42, photo=document["file_id"]))
    assert "wrong file identifier" in await refusal(call("sendDocument", chat_id=42, document="x"))
    assert "there is no text" in await refusal(call("editMessageText", chat_id=42, message_id=2, text="x"))


@pytest.mark.parametrize(
    ("method", "kind", "size", "status"),
    [
        ("sendDocument", "document", 0, 400),
        ("sendPhoto", "photo", 10 * MIB, 200),
        ("sendPhoto", "photo", 10 * MIB + 1, 400),
        ("sendDocument", "document", 50 * MIB, 200),
        ("sendDocument", "document", 50 * MIB + 1, 413),
        ("sendDocument", "document", 52 * MIB, 413),
    ],
)
async def test_uploads_end_at_50_mb_and_photos_at_10(
    server: TelegramServer, http: aiohttp.ClientSession, method: str, kind: str, size: int, status: int
) -> None:
    await server.user(42, "Lan").start()
    async with http.post(f"{server.url}/bot{TOKEN}/{method}", data=upload(kind, bytes(size))) as answer:
        assert answer.status == status
        assert (await answer.json())["ok"] is (status == 200)


@pytest.mark.parametrize(("length", "fits"), [(1024, True), (1025, False)])
async def test_a_caption_has_1024_characters(
    server: TelegramServer, http: aiohttp.ClientSession, length: int, fits: bool
) -> None:
    await server.user(42, "Lan").start()
    form = upload("document", b"abc", caption="<b>" + "a" * length + "</b>", parse_mode="HTML")
    async with http.post(f"{server.url}/bot{TOKEN}/sendDocument", data=form) as answer:
        assert (await answer.json())["ok"] is fits


async def test_a_file_can_be_fetched_up_to_20_mib(
    server: TelegramServer, call: Call, http: aiohttp.ClientSession
) -> None:
    lan = server.user(42, "Lan")
    most = (await lan.send_document("a.docx", bytes(20 * MIB))).file
    more = (await lan.send_document("b.docx", bytes(20 * MIB + 1))).file
    assert most
    assert more
    path = (await call("getFile", file_id=most.file_id))["result"]["file_path"]
    async with http.get(f"{server.url}/file/bot{TOKEN}/{path}") as answer:
        assert len(await answer.read()) == 20 * MIB
    assert await refusal(call("getFile", file_id=more.file_id)) == "400 Bad Request: file is too big"
    assert "wrong file_id" in await refusal(call("getFile", file_id="x"))
    async with http.get(f"{server.url}/file/bot{TOKEN}/documents/none.docx") as answer:
        assert answer.status == 404


async def test_the_last_size_of_a_photo_is_the_whole(server: TelegramServer, call: Call) -> None:
    await server.user(42, "Lan").send_photo(b"\xff\xd8 whole", "trang 1")
    small, large = (await call("getUpdates"))["result"][0]["message"]["photo"]
    assert server.file_bytes(large["file_id"]) == b"\xff\xd8 whole"
    assert small["file_size"] != large["file_size"]


# --- polling


async def test_an_offset_confirms_and_nothing_else_does(server: TelegramServer, call: Call) -> None:
    lan = server.user(42, "Lan")
    for text in ("một", "hai", "ba"):
        await lan.say(text)
    first = (await call("getUpdates", limit=2))["result"]
    assert [u["message"]["text"] for u in first] == ["một", "hai"]
    assert (await call("getUpdates", limit=2))["result"] == first
    rest = (await call("getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    assert [u["message"]["text"] for u in rest] == ["ba"]
    assert server.pending == 1
    await call("getUpdates", offset=rest[-1]["update_id"] + 1)
    await server.idle()
    assert server.pending == 0


async def test_a_negative_offset_keeps_only_the_end(server: TelegramServer, call: Call) -> None:
    lan = server.user(42, "Lan")
    for text in ("một", "hai", "ba"):
        await lan.say(text)
    assert [u["message"]["text"] for u in (await call("getUpdates", offset=-1))["result"]] == ["ba"]
    assert server.pending == 1


async def test_a_long_poll_ends_with_the_first_update(server: TelegramServer, call: Call) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await until(lambda: bool(server.calls))
    await server.user(42, "Lan").say("alo")
    assert [u["message"]["text"] for u in (await poll)["result"]] == ["alo"]


async def test_a_second_poller_ends_the_first(server: TelegramServer, call: Call) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await until(lambda: len(server.calls) == 1)
    second = asyncio.create_task(call("getUpdates", timeout=50))
    assert "409 Conflict: terminated by other getUpdates request" in await refusal(first_answer(first))
    await call("setWebhook", url="http://127.0.0.1:9/hook")
    assert "409 Conflict: terminated by setWebhook" in await refusal(first_answer(second))
    assert "409 Conflict: can't use getUpdates" in await refusal(call("getUpdates"))
    await call("deleteWebhook")
    assert (await call("getUpdates"))["ok"]


async def first_answer(task: asyncio.Task[dict[str, Any]]) -> dict[str, Any]:
    return await task


async def until(true: Callable[[], bool]) -> None:
    """Gives the loop its turns until something holds; pytest's timeout ends what never does."""
    while not true():  # noqa: ASYNC110 (what it waits for is on the other end of a socket)
        await asyncio.sleep(0.001)


async def test_messages_live_24_hours_and_presses_150_seconds(server: TelegramServer, call: Call, clock: Clock) -> None:
    lan = server.user(42, "Lan")
    await lan.start()
    keys = {"inline_keyboard": [[{"text": "Nộp", "callback_data": "nop:1"}]]}
    await call("sendMessage", chat_id=42, text="Nộp chưa?", reply_markup=keys)
    press = await lan.press(lan.messages[-1], "Nộp")
    with pytest.raises(LookupError, match="only"):
        await lan.press(lan.messages[-1], "Nhầm")
    clock.pass_(seconds=150)
    pressed = (await call("getUpdates"))["result"][-1]["callback_query"]
    assert (pressed["data"], pressed["message"]["text"], pressed["id"]) == ("nop:1", "Nộp chưa?", press.id)
    assert (await call("answerCallbackQuery", callback_query_id=press.id))["result"] is True
    assert press.answered
    clock.pass_(seconds=1)
    assert "query is too old" in await refusal(call("answerCallbackQuery", callback_query_id=press.id))
    assert "query is too old" in await refusal(call("answerCallbackQuery", callback_query_id="1"))
    assert ["message" in u for u in (await call("getUpdates"))["result"]] == [True]
    clock.pass_(hours=24)
    assert (await call("getUpdates"))["result"] == []


async def test_what_is_allowed_stays_until_said_otherwise(server: TelegramServer, call: Call) -> None:
    lan = server.user(42, "Lan")
    said = await lan.say("một")
    await lan.react(said, "👍")
    await call("getUpdates", allowed_updates=["message_reaction"])
    await lan.react(said, "👍")
    await call("getUpdates")
    await lan.say("hai")
    await lan.react(said, "👍")
    kinds = [sorted(u)[0] for u in (await call("getUpdates", allowed_updates=[]))["result"]]
    assert kinds == ["message", "message_reaction", "message_reaction"]
    await lan.edit(said, "một, sửa")
    await lan.react(said, "👎")
    edited = (await call("getUpdates"))["result"][-1]["edited_message"]
    assert (edited["text"], edited["message_id"], "edit_date" in edited) == ("một, sửa", said.message_id, True)


async def test_update_ids_may_start_anew_below(server: TelegramServer, call: Call) -> None:
    server.restart_update_ids(900_000)
    lan = server.user(42, "Lan")
    await lan.say("một")
    await call("getUpdates", offset=900_001)
    server.restart_update_ids(70)
    await lan.say("hai")
    late = (await call("getUpdates", offset=900_001))["result"]
    assert [(u["update_id"], u["message"]["text"]) for u in late] == [(70, "hai")]


async def test_each_update_may_be_handed_out_twice(http: aiohttp.ClientSession, clock: Clock) -> None:
    server = TelegramServer(TOKEN, now=clock.now, redeliver=2)
    await server.start()
    call = caller(server, http)
    await server.user(42, "Lan").say("một")
    seen, offset = [], 0
    while batch := (await call("getUpdates", offset=offset))["result"]:
        seen += [u["update_id"] for u in batch]
        offset = seen[-1] + 1
    assert seen == [1, 1]
    await server.stop()


# --- webhook


@dataclass
class Hook:
    """A bot's end of a webhook, answering what it was told to, then 200."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        text = update.get("message", {}).get("text", "press")
        self.seen.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if text in self.held:
            await self.held[text].wait()
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update.get("message", {}).get("text", "press") for update in self.seen]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    for port in range(17000, 18000):
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            break
        except OSError:
            continue
    hook.url = f"http://127.0.0.1:{port}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_what_waited_with_its_secret(server: TelegramServer, call: Call, hook: Hook) -> None:
    lan = server.user(42, "Lan")
    await lan.say("một")
    assert (await call("getWebhookInfo"))["result"]["pending_update_count"] == 1
    assert (await call("setWebhook", url=hook.url, secret_token="s3cret_-"))["result"] is True
    await lan.say("hai")
    await server.idle()
    assert (hook.texts(), set(hook.secrets)) == (["một", "hai"], {"s3cret_-"})
    info = (await call("getWebhookInfo"))["result"]
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)


async def test_an_answer_that_is_not_2xx_is_tried_again_in_order(
    server: TelegramServer, call: Call, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=503, headers={"Retry-After": "1"})]
    await call("setWebhook", url=hook.url)
    lan = server.user(42, "Lan")
    await lan.say("một")
    await lan.say("hai")
    await server.idle()
    assert hook.texts() == ["một", "một", "một", "hai"]
    assert len({u["update_id"] for u in hook.seen}) == 2
    assert "503" in (await call("getWebhookInfo"))["result"]["last_error_message"]


async def test_the_delay_doubles_unless_we_name_one(clock: Clock, http: aiohttp.ClientSession, hook: Hook) -> None:
    server = TelegramServer(TOKEN, now=clock.now, retry_base=0.02)
    await server.start()
    await caller(server, http)("setWebhook", url=hook.url)
    for headers, least in (([{}, {}, {}], 0.02 * 7), ([{"Retry-After": "10"}], 0.02 * 10)):
        hook.answers = [web.Response(status=503, headers=header) for header in headers]
        began = asyncio.get_running_loop().time()
        await server.user(42, "Lan").say("một")
        await server.idle()
        assert asyncio.get_running_loop().time() - began >= least
    await server.stop()


async def test_one_chat_waits_for_itself_only(server: TelegramServer, call: Call, hook: Hook) -> None:
    lan, binh = server.user(42, "Lan"), server.user(43, "Bình")
    await lan.start()
    await call(
        "sendMessage", chat_id=42, text="x", reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    )
    await call("getUpdates", offset=2)
    hook.held["chậm"] = asyncio.Event()
    await call("setWebhook", url=hook.url)
    await lan.say("chậm")
    await lan.say("sau")
    await until(lambda: len(hook.seen) == 1)
    await lan.press(lan.messages[1], "A")
    await binh.say("Bình đây")
    await until(lambda: len(hook.seen) == 3)
    assert sorted(hook.texts()) == ["Bình đây", "chậm", "press"]
    hook.held["chậm"].set()
    await server.idle()
    assert hook.texts()[-1] == "sau"


async def test_a_webhook_is_checked_and_can_drop_what_waits(server: TelegramServer, call: Call) -> None:
    await server.user(42, "Lan").say("một")
    for url in ("http://example.com/hook", "https://example.com/hook", "ftp://127.0.0.1/hook"):
        assert "400 Bad Request" in await refusal(call("setWebhook", url=url))
    good = "http://127.0.0.1:9/hook"
    for secret, fits in (("a" * 256, True), ("a" * 257, False), ("có dấu", False)):
        assert (await call("setWebhook", url=good, secret_token=secret))["ok"] is fits
    for connections, fits in ((1, True), (100, True), (101, False)):
        assert (await call("setWebhook", url=good, max_connections=connections))["ok"] is fits
    assert server.pending == 1
    await call("deleteWebhook", drop_pending_updates=True)
    assert server.pending == 0


async def test_redelivery_reaches_a_webhook_too(http: aiohttp.ClientSession, clock: Clock, hook: Hook) -> None:
    server = TelegramServer(TOKEN, now=clock.now, redeliver=2)
    await server.start()
    await caller(server, http)("setWebhook", url=hook.url)
    await server.user(42, "Lan").say("một")
    await server.user(42, "Lan").say("hai")
    await server.idle()
    assert hook.texts() == ["một", "một", "hai", "hai"]
    await server.stop()


# --- misfortune


async def test_faults_are_played_once_and_to_whom_they_are_meant(server: TelegramServer, call: Call) -> None:
    for number in (42, 43):
        await server.user(number, "Lan").start()
    server.faults.add("sendMessage", Fault.throttle(5), chat=43)
    server.faults.add("sendMessage", Fault.refuse(500), chat=43)
    assert (await call("sendMessage", chat_id=42, text="x"))["ok"]
    limited = await call("sendMessage", chat_id=43, text="x")
    assert (limited["error_code"], limited["parameters"]) == (429, {"retry_after": 5})
    assert await refusal(call("sendMessage", chat_id=43, text="x")) == "500 Internal Server Error"
    assert (await call("sendMessage", chat_id=43, text="x"))["ok"]
    assert [c.status for c in server.calls] == [200, 429, 500, 200]


@pytest.mark.parametrize(
    ("fault", "delivered"),
    [
        (Fault.cut(), 0),
        (Fault.cut(after=True), 1),
        (Fault.hang(), 0),
        (Fault.hang(after=True), 1),
        (Fault.truncated(), 1),
        (Fault.html(502), 0),
    ],
)
async def test_an_answer_that_never_comes_may_have_had_its_effect(
    server: TelegramServer, call: Call, fault: Fault, delivered: int
) -> None:
    lan = server.user(42, "Lan")
    await lan.start()
    server.faults.add("sendMessage", fault)
    with pytest.raises((aiohttp.ClientError, TimeoutError, json.JSONDecodeError)):
        async with asyncio.timeout(0.1):
            await call("sendMessage", chat_id=42, text="x")
    assert sum(m.from_bot for m in lan.messages) == delivered


async def test_everything_may_fail_until_cleared(server: TelegramServer, call: Call) -> None:
    server.faults.add("*", Fault.refuse(502, "Bad Gateway"), times=None)
    for _ in range(3):
        assert await refusal(call("getMe")) == "502 Bad Gateway"
    server.faults.clear()
    assert (await call("getMe"))["ok"]


async def test_an_outage_forgets_nothing(server: TelegramServer, call: Call) -> None:
    lan = server.user(42, "Lan")
    await lan.say("một")
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await call("getMe")
    await server.start()
    assert [u["message"]["text"] for u in (await call("getUpdates"))["result"]] == ["một"]


async def test_a_strict_limiter_punishes_the_burst_and_those_after_it(http: aiohttp.ClientSession) -> None:
    server = TelegramServer(TOKEN, limit=RateLimit(rate=3, window=0.2, retry_after=1))
    await server.start()
    call = caller(server, http)
    await server.user(42, "Lan").start()
    answers = [await call("sendMessage", chat_id=42, text="x") for _ in range(5)]
    assert [a.get("error_code", 200) for a in answers] == [200, 200, 200, 429, 429]
    assert answers[3]["parameters"] == {"retry_after": 1}
    assert (await call("getMe"))["ok"]
    await server.stop()


def test_the_limiter_opens_again_when_it_said_so() -> None:
    limit = RateLimit(rate=2, window=1, retry_after=5)
    limit.check(0.0)
    limit.check(0.9)
    limit.check(1.0)
    for at in (1.5, 6.4):
        with pytest.raises(Exception, match="Too Many Requests"):
            limit.check(at)
    limit.check(6.5)


# --- the other side


async def test_a_page_can_watch_a_chat_live(server: TelegramServer, call: Call) -> None:
    events, lan = server.listen(), server.user(42, "Lan")
    await lan.start("A1")
    keys = {"inline_keyboard": [[{"text": "Nộp", "callback_data": "nop"}]]}
    await call("sendMessage", chat_id=42, text="Chào Lan", reply_markup=keys)
    press = await lan.press(lan.messages[1], "Nộp")
    await call("answerCallbackQuery", callback_query_id=press.id)
    await call("editMessageText", chat_id=42, message_id=2, text="Đã nộp")
    seen = [events.get_nowait() for _ in range(events.qsize())]
    assert [(e.kind, e.message.message_id) for e in seen] == [
        ("said", 1),
        ("sent", 2),
        ("pressed", 2),
        ("answered", 2),
        ("edited", 2),
    ]
    server.unlisten(events)
    await lan.say("nữa")
    assert events.empty()


async def test_a_menu_is_the_narrowest_scope_that_has_one(server: TelegramServer, call: Call) -> None:
    server.user(42, "Lan")
    menu = [{"command": "missing", "description": "Đơn vị chưa nộp"}]
    await call("setMyCommands", commands=[{"command": "huongdan", "description": "Hướng dẫn"}])
    await call("setMyCommands", commands=menu, scope={"type": "chat", "chat_id": 42})
    assert (await call("getMyCommands", scope={"type": "chat", "chat_id": 42}))["result"] == menu
    assert server.menu(42) == menu
    assert [c["command"] for c in server.menu(43)] == ["huongdan"]
    for name, fits in (("a" * 32, True), ("a" * 33, False), ("Thiếu", False)):
        assert (await call("setMyCommands", commands=[{"command": name, "description": "x"}]))["ok"] is fits


async def test_a_phone_cuts_what_is_too_long(server: TelegramServer) -> None:
    lan = server.user(42, "Lan")
    await lan.say("📌" * 2048)
    await lan.say("a📌" * 1500)
    assert [len(m.text) for m in lan.messages] == [2048, 2731, 269]
    assert "".join(m.text for m in lan.messages[1:]) == "a📌" * 1500


async def test_python_telegram_bot_reads_and_writes_all_of_it(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # or its RetryAfter warns while it is being raised
    lan, ha, group = server.user(2**52 - 1, "Trần Thị Lan", "lan"), server.user(7, "Hà"), server.group(-500, "Tổ")
    bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with bot:
        kinds = list(telegram.constants.UpdateType)
        assert await bot.get_updates(allowed_updates=kinds) == ()
        await lan.start("A1")
        keys = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("Nộp", callback_data="nop"))
        sent = await bot.send_message(lan.id, "<b>Chào</b>", parse_mode="HTML", reply_markup=keys)
        assert (sent.text_html, sent.reply_markup) == ("<b>Chào</b>", keys)
        own = await bot.send_document(lan.id, b"abc", filename="báo cáo.docx", caption="đây", reply_markup=keys)
        assert own.document
        assert (own.document.file_name, own.caption) == ("báo cáo.docx", "đây")
        assert (await bot.send_photo(lan.id, b"\xff\xd8")).photo
        await lan.press(lan.messages[1], "Nộp")
        document = await lan.send_document("a.docx", b"abc", "application/msword", "đây", album="al1")
        await lan.send_photo(b"\xff\xd8", album="al1")
        await lan.send_voice(b"ogg")
        await lan.send_video(b"mp4")
        await lan.send_sticker()
        await lan.send_contact("+84912345678", lan.id, reply_to=lan.messages[1])
        await lan.edit(document, "đây, sửa")
        await lan.forward(lan.messages[2])
        await lan.react(sent_message := lan.messages[1], "👍")
        await lan.block()
        with pytest.raises(telegram.error.Forbidden, match="blocked by the user"):
            await bot.send_message(lan.id, "x")
        await group.add_bot(ha, admin=True)
        await group.upgrade(ha)
        with pytest.raises(telegram.error.ChatMigrated) as moved:
            await bot.send_message(-500, "x")
        assert moved.value.new_chat_id == group.id
        assert (await bot.get_chat(group.id)).title == "Tổ"
        updates = await bot.get_updates()
        found = {kind for update in updates for kind in update.to_dict() if kind != "update_id"}
        assert found == {"message", "edited_message", "callback_query", "my_chat_member", "message_reaction"}
        messages = [update.message for update in updates if update.message]
        assert messages[0].parse_entities() == {messages[0].entities[0]: "/start"}
        assert [m.media_group_id for m in messages if m.media_group_id] == ["al1", "al1"]
        assert [bool(m.photo or m.voice or m.video or m.sticker) for m in messages[2:6]] == [True] * 4
        contact = next(m for m in messages if m.contact)
        assert contact.contact
        assert contact.reply_to_message
        assert (contact.contact.user_id, contact.reply_to_message.message_id) == (lan.id, sent_message.message_id)
        forwarded = next(m for m in messages if m.forward_origin)
        assert isinstance(forwarded.forward_origin, telegram.MessageOriginUser)
        received = next(m.document for m in messages if m.document)
        assert await (await bot.get_file(received)).download_as_bytearray() == b"abc"
        assert await bot.set_my_commands([("missing", "Đơn vị chưa nộp")], scope=telegram.BotCommandScopeChat(lan.id))
        assert (await bot.get_webhook_info()).pending_update_count == len(updates)
        server.faults.add("sendMessage", Fault.throttle(5))
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(ha.id, "x")
