"""Every line leaves through one door, and no secret passes it."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
import json
import logging
import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import select

import handlers
from bot import logs
from bot.channels.telegram_door import SECRET_HEADER, Webhook
from bot.clocks import SystemClock
from bot.doctor import Doctor
from bot.messages import Outgoing
from bot.sandbox import stage as sandbox
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player, _moment
from bot.sandbox.stage import Stage
from bot.sandbox.telegram_faults import Fault
from bot.settings import Settings
from db.people import Office, Role

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake12"
SECRET = 'mật khẩu "dài"/1'


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logger.level for name, logger in loggers().items()}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, logger in loggers().items():
        logger.setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


def loggers() -> dict[str, logging.Logger]:
    found = logging.root.manager.loggerDict.items()
    return {name: logger for name, logger in found if isinstance(logger, logging.Logger)}


def opened(level: str = "DEBUG", *, as_json: bool = True) -> io.StringIO:
    stream = io.StringIO()
    logs.setup(level, as_json, [SECRET, "", "abc"], stream)
    return stream


@pytest.mark.parametrize("as_json", [True, False])
def test_our_lines_others_lines_and_tracebacks_are_blotted_out(as_json: bool) -> None:
    stream = opened(as_json=as_json)
    structlog.get_logger().info("sent", url=f"https://api.telegram.org/bot{TOKEN}/sendMessage", bare=SECRET)
    logging.getLogger("some.library").warning("GET /bot%s from +84 912 345 678, %s", TOKEN, SECRET)
    for log in (structlog.get_logger(), logging.getLogger("some.library")):
        try:
            raise ConnectionError(f"{TOKEN} belongs to 0912.345.678")
        except ConnectionError:
            log.exception("failed")
    told = stream.getvalue()
    assert told.count("Traceback") == 2
    assert told.count("[token]") >= 4
    assert told.count("[phone]") >= 3
    for letters in (TOKEN, "AAFake", "khẩu", "345 678", "345.678"):
        assert letters not in told


def test_what_is_called_a_token_is_blotted_out_whatever_it_looks_like() -> None:
    redact = logs.redactor([])
    for told in (
        '{"access_token":"nRYx-1","refresh_token": "nRYx-2","expires_in":"90000"}',
        "{'access_token': 'nRYx-1', 'secret_key': 'nRYx-2'}",
        "grant_type=refresh_token&refresh_token=nRYx-1&code_verifier=nRYx-2",
        "access_token: nRYx-1",
    ):
        assert "nRYx" not in redact(told)
        assert "[token]" in redact(told)
    assert "90000" in redact('{"access_token":"nRYx-1","expires_in":"90000"}')


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_no_variables(as_json: bool) -> None:
    stream = opened(as_json=as_json)
    words = "báo cáo mật".upper()
    try:
        assert len(words) < 0
    except AssertionError as error:
        error.args = ()
        structlog.get_logger().exception("failed")
    assert words not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_tells_where_and_of_which_kind_but_not_what_people_wrote(as_json: bool) -> None:
    stream = opened(as_json=as_json)
    said = "chim hoàng yến"
    try:
        try:
            int(said)
        except ValueError as error:
            raise ExceptionGroup(said, [KeyError(said), OSError(28, "No space left on device")]) from error
    except ExceptionGroup:
        structlog.get_logger().exception("failed")
    told = stream.getvalue()
    assert said not in told
    assert told.index("ValueError") < told.index("ExceptionGroup") < told.index("KeyError")
    assert "int(said)" in told
    assert "OSError: [Errno 28] No space left on device" in told


async def test_a_task_lost_with_its_error_is_told_without_its_words() -> None:
    stream = opened()
    said = "chim hoàng yến"

    async def fail() -> None:
        raise ValueError(said)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert "never retrieved" in stream.getvalue()
    assert "exception=ValueError(…)" in stream.getvalue()
    assert said not in stream.getvalue()


def test_the_path_of_a_webhook_is_blotted_out() -> None:
    assert logs.redactor([])(f"POST https://a.vn{DERIVED.path} 200") == "POST https://a.vn/telegram/[path] 200"
    for page in ("nop", "tep"):
        link = f"GET https://a.vn/{page}/{secrets.token_urlsafe(20)} 200"
        assert logs.redactor([])(link) == f"GET https://a.vn/{page}/[path] 200"


def test_a_line_is_one_json_object_and_says_where_from() -> None:
    stream = opened()
    with structlog.contextvars.bound_contextvars(office=3):
        structlog.get_logger().info("delivered", delivery=7, channel="zalo_oa", note="đã gửi")
    logging.getLogger("some.library").warning("hello %s", "there")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours.items() >= {"event": "delivered", "delivery": 7, "office": 3, "level": "info", "note": "đã gửi"}.items()
    assert ours["logger"] == __name__
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("hello there", "warning", "some.library")


@pytest.mark.parametrize(
    "number", ["0912345678", "0912 345 678", "+84912345678", "84-91-2345678", "0255 382 2866", "(0235.3852.678)"]
)
def test_a_vietnamese_phone_number_is_blotted_out(number: str) -> None:
    assert "[phone]" in logs.redactor([])(f"gọi {number}, cảm ơn")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:09:10.091234567Z",
        "took 0.0912345678 s",
        "delivery=1234567890",
        "id 700100200300",
        "sha256 0912345678ab",
        "lúc 07:30:00 ngày 08-09-2026",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert logs.redactor([])(text) == text


@pytest.mark.parametrize("name", ["telegram.Bot", "sqlalchemy.engine.Engine", "aiosqlite"])
def test_a_loud_library_stays_hushed_whatever_level_it_is_given(name: str) -> None:
    stream = opened()
    logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger(name).debug("INSERT … ('chim hoàng yến')")
    assert stream.getvalue() == ""


def test_levels_hold_and_loud_libraries_are_hushed() -> None:
    stream = opened("INFO")
    structlog.get_logger().debug("quiet")
    logging.getLogger("httpx").info("HTTP Request: POST")
    logging.getLogger("telegram.Bot").debug("Calling")
    logging.getLogger("aiosqlite").debug("executing")
    assert stream.getvalue() == ""
    logging.getLogger("httpx").warning("odd")
    assert "odd" in stream.getvalue()


def test_the_last_setup_holds() -> None:
    first, second = opened(), opened()
    logging.getLogger("some.library").warning("hello")
    assert first.getvalue() == ""
    assert second.getvalue().count("hello") == 1


def test_webhooks_are_not_in_the_access_log() -> None:
    stream = opened()
    access = logging.getLogger("aiohttp.access")
    for line in (
        "POST /telegram/5f3a HTTP/1.1",
        "POST /zalo/oa/77 HTTP/1.1",
        "GET /nop/x HTTP/1.1",
        "GET /tep/x HTTP/1.1",
        "GET /bang HTTP/1.1",
    ):
        access.info("%s 200", line, extra={"first_request_line": line})
    assert [json.loads(told)["event"] for told in stream.getvalue().splitlines()] == ["GET /bang HTTP/1.1 200"]


CHATS = sorted((Path(__file__).parent / "chats").glob("*.chat"))
HOOK, PROXY = "canary-hook-secret-51", "canary/proxy:pass"
PHONE, WORDS = "0912 345 678", "chim hoàng yến số 7391"
LOST: list[asyncio.Task[None]] = []
DERIVED = Webhook(sandbox.TOKEN)
SECRETS = (
    sandbox.TOKEN.partition(":")[2],
    HOOK,
    PROXY,
    base64.b64encode(f"nhacviec:{PROXY}".encode()).decode(),
    DERIVED.path,
    DERIVED.secret,
    PHONE,
    PHONE.replace(" ", ""),
)


class Overheard(Stage):
    """A stage with canaries for secrets, every logger at DEBUG, and all that leaves in `stream`."""

    def __init__(self, *, as_json: bool, webhook: bool, proxy: bool = False) -> None:
        super().__init__(START, webhook=webhook, redeliver=2)
        self.stream, self._as_json, self._proxy = io.StringIO(), as_json, proxy

    def _settings(self) -> Settings:
        # The emulator is its own proxy: it takes a whole URL for a path.
        proxy = self.telegram.url.replace("//", f"//nhacviec:{quote(PROXY, safe='')}@") if self._proxy else None
        more = {"telegram_webhook_secret": SecretStr(HOOK), "telegram_proxy": proxy and SecretStr(proxy)}
        settings = super()._settings().model_copy(update=more)
        logs.setup("DEBUG", self._as_json, settings.secrets, self.stream)
        for name in (*logs._LOUD, *loggers()):
            logging.getLogger(name).setLevel(logging.DEBUG)
        return settings

    async def all_that_left(self) -> str:
        """Logs, metrics, readiness and what the doctor says."""
        left = [self.stream.getvalue()]
        left += [finding.message for finding in await Doctor(self.settings, SystemClock()).examine()]
        async with aiohttp.ClientSession() as http:
            for path in ("metrics", "readyz"):
                async with http.get(f"http://127.0.0.1:{self.settings.port}/{path}") as answer:
                    left.append(await answer.text())
        return "\n".join([*left, self.stream.getvalue()])

    def words(self) -> set[str]:
        """Every line anybody said or heard that is long enough to be nobody else's."""
        messages = [message for phone in self.phones.values() for message in phone.messages]
        texts = [text for m in messages for text in (m.text, (m.file.name if m.file else "") or "")]
        return {line.strip() for text in texts for line in text.splitlines() if len(line.strip()) >= 12}


def leaked(left: str, words: Iterable[str]) -> set[str]:
    """Also as JSON, as bytes or with the marks escaped."""
    plain = left.replace('\\"', '"').replace("\\\\", "\\")
    return {
        word
        for word in words
        if any(form in plain for form in (word, json.dumps(word)[1:-1], ascii(word)[1:-1], repr(word.encode())[2:-1]))
    }


@pytest.fixture
def traps() -> Iterator[None]:
    """Commands that fail in the ways that quote what people wrote."""
    handlers.load()
    before = dict(handlers.COMMANDS)

    @handlers.command("bay", listed=False)
    async def _burst(turn: handlers.Turn) -> Outgoing:
        LOST.append(asyncio.create_task(_fail(turn.text)))
        raise RuntimeError(f"{sandbox.TOKEN} {PHONE} {turn.text}")

    @handlers.command("bayhai", listed=False)
    async def _twice(turn: handlers.Turn) -> Outgoing:
        office = (await turn.work.session.scalars(select(Office))).first()
        assert office is not None
        turn.work.session.add(Office(name=turn.text, key=office.key, short=PHONE))
        await turn.work.session.flush()
        return Outgoing("không bao giờ")

    yield
    handlers.COMMANDS.clear()
    handlers.COMMANDS.update(before)


async def _fail(text: str) -> None:
    int(text)


async def tempt(stage: Overheard) -> None:
    """What a bad day brings: failing handlers, a failing wire, forged calls, odd files."""
    office, faults = await stage.office("Phòng Thử nghiệm"), stage.telegram.faults
    for name in ("Yến", "Oanh", "Sơn"):
        await stage.seat(name, office, Role.HEAD)
    yến, oanh, sơn = (stage.phone(name) for name in ("Yến", "Oanh", "Sơn"))
    stage.app.inbox.pauses = (timedelta(0), timedelta(0))
    stage.app.sender.remedies.first_pause = timedelta(milliseconds=20)
    for fault in (Fault.refuse(500), Fault.cut(), Fault.cut(after=True), Fault.html(), Fault.truncated()):
        faults.add("sendMessage", fault)
    faults.add("sendMessage", Fault.refuse(400, f"Bad Request: chat {sơn.id} not found"))
    faults.add("file", Fault.cut())
    await yến.say(f"/bay {WORDS} {PHONE}")
    await oanh.say(f"/bayhai {WORDS}")
    for text in (f"{WORDS}, gọi {PHONE}", f"/viec {WORDS}"):
        await sơn.say(text)
    for phone, name in ((sơn, "docx"), (yến, "pdf")):
        await phone.send_document(f"{WORDS}.{name}", b"%PDF-1.7 broken", caption=WORDS)
    await stage.settled()
    await forge(stage)
    LOST.clear()
    gc.collect()


async def forge(stage: Overheard) -> None:
    """Calls to our door that are not Telegram's, or are but make no sense."""
    url = f"http://127.0.0.1:{stage.settings.port}"
    body = json.dumps({"update_id": 1, "message": {"text": WORDS}})
    async with aiohttp.ClientSession() as http:
        for secret, data in (("", body), (HOOK, WORDS), (HOOK, body), (HOOK, '{"message": 5}')):
            async with http.post(url + DERIVED.path, data=data.encode(), headers={SECRET_HEADER: secret}) as answer:
                await answer.read()
        async with http.get(f"{url}/{WORDS}?token={sandbox.TOKEN}") as answer:
            await answer.read()


async def played(path: Path, stage: Overheard) -> None:
    transcript = parse(path)
    if "lúc" in transcript.head:
        stage.clock.move_to(_moment(transcript.head["lúc"], START))
    await Player(stage, transcript, folder=path.parent / "files").play()


@pytest.mark.usefixtures("traps")
@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
@pytest.mark.full
async def test_nothing_that_leaves_holds_a_secret_a_number_or_a_word_of_people(webhook: bool) -> None:
    stage = Overheard(as_json=webhook, webhook=webhook, proxy=not webhook)
    async with stage:
        if webhook:
            await played(CHATS[0].parent / "40-mat.chat", stage)
        await tempt(stage)
        left, words = await stage.all_that_left(), stage.words()
    left += stage.stream.getvalue()
    assert leaked(left, SECRETS) == set()
    assert leaked(left, words | {WORDS}) == set()
    for seen in ("a message failed", "RuntimeError", "IntegrityError", "never retrieved", "nhacviec_dwell_seconds"):
        assert seen in left, "the temptation was too weak"
    assert len(words) > 5


@pytest.mark.soak
@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("traps")
async def test_no_transcript_leaks_a_word(path: Path, webhook: bool) -> None:
    stage = Overheard(as_json=webhook, webhook=webhook, proxy=not webhook)
    async with stage:
        await played(path, stage)
        await tempt(stage)
        left, words = await stage.all_that_left(), stage.words()
    assert leaked(left + stage.stream.getvalue(), {*SECRETS, *words, WORDS}) == set()
