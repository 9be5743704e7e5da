"""Every line leaves through one door, and no secret passes it."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake12"
SECRET = 'mật khẩu "dài"/1'


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    loud = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in logs._LOUD]
    levels = {name: logging.getLogger(name).level for name in (*logs._LOUD, *loud)}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    structlog.reset_defaults()


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
    for letters in (TOKEN, "AAFake", "khẩu", "345"):
        assert letters not in told


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
    for line in ("POST /telegram/5f3a HTTP/1.1", "POST /zalo/oa/77 HTTP/1.1", "GET /bang HTTP/1.1"):
        access.info("%s 200", line, extra={"first_request_line": line})
    assert [json.loads(told)["event"] for told in stream.getvalue().splitlines()] == ["GET /bang HTTP/1.1 200"]
