"""Every transcript is played: restarting after every line, each update delivered twice, on PostgreSQL, on every app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.documents.tools import can_ocr
from bot.sandbox.chatfile import parse
from bot.sandbox.hands import HANDS
from bot.sandbox.play import START, NoUploadPage, Player, _moment, entries
from bot.sandbox.stage import Stage
from servers import PgBouncer

CHATS = sorted((Path(__file__).parent / "chats").glob("*.chat"))
OTHERS = sorted(set(HANDS) - {"telegram"})
TURNS = ["twice", *OTHERS, "twice", *OTHERS, "restarting"]
"""`main` is played in every way each time, of the others every fifth one in one of them in turn. CI plays all on
PostgreSQL, restarting, and on SQLite on one of the other channels in turn; `make soak` in every way."""


def chats(*ways: str) -> list[Any]:
    """Each transcript in each of these ways; with several, their name comes first."""
    return [_chat(number, path, way, len(ways) > 1) for way in ways for number, path in enumerate(CHATS)]


def _chat(number: int, path: Path, way: str, named: bool) -> Any:
    again, left_out = divmod(number, 5)
    head, turn = parse(path).head, TURNS[again % len(TURNS)]
    if "kênh" in head and turn in OTHERS:
        turn = "twice"
    slow = "đọc ảnh" in head
    in_ci = way == "postgresql" or (way in OTHERS and ("kênh" in head or OTHERS[number % len(OTHERS)] == way))
    rest = pytest.mark.full if in_ci else pytest.mark.soak
    marks = [] if path.stem == "main" or (way == turn and not slow and not left_out) else rest
    return pytest.param(way, path, id=f"{way}-{path.stem}", marks=marks) if named else _alone(path, marks)


def _alone(path: Path, marks: Any) -> Any:
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("path", chats("twice"))
async def test_the_chat_goes_as_written_though_each_update_comes_twice(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2)


@pytest.mark.parametrize("path", chats("restarting"))
async def test_the_chat_goes_as_written_though_the_bot_restarts_after_every_line(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2, restarting=True)


@pytest.mark.parametrize("path", chats("postgresql"))
async def test_the_chat_goes_as_written_on_postgresql_too(path: Path, postgresql_url: str) -> None:
    await play(path, postgresql_url, redeliver=2, restarting=True)


@pytest.mark.parametrize(("channel", "path"), chats(*OTHERS))
async def test_the_chat_goes_as_written_on_other_channels(channel: str, path: Path, sqlite_url: str) -> None:
    """Everybody there, phones included."""
    await play(path, sqlite_url, redeliver=2, channel=channel)


@pytest.mark.full
@pytest.mark.parametrize("channel", OTHERS)
async def test_the_chat_goes_as_written_on_other_channels_though_the_bot_restarts(
    channel: str, sqlite_url: str
) -> None:
    path = next(path for path in CHATS if path.stem == "41-qua-qlvb")
    await play(path, sqlite_url, restarting=True, channel=channel)


@pytest.mark.full
async def test_the_main_chat_goes_as_written_through_pgbouncer_by_transaction(
    pgbouncer: PgBouncer, postgresql_url: str
) -> None:
    through = pgbouncer.url(postgresql_url.rpartition("/")[2])
    await play(next(path for path in CHATS if path.stem == "main"), through, restarting=True)


async def play(
    path: Path, url: str, *, redeliver: int = 1, restarting: bool = False, channel: str = "telegram"
) -> None:
    """With a webhook; restarting, by polling, unless it needs our pages. Skips what the channel cannot do."""
    transcript = parse(path)
    start = _moment(transcript.head["lúc"], START) if "lúc" in transcript.head else START
    webhook = not restarting or channel == "zalo_oa" or "trang gửi tệp" in transcript.head
    others = {name: found[0] for name, found in entries(transcript.head.get("nơi khác", ""))}
    pictures = transcript.head.get("đọc ảnh") == "có"
    if pictures and not can_ocr():
        pytest.skip("needs tesseract-ocr-vie and poppler-utils")
    more: dict[str, Any] = {"ocr": pictures, "digest": transcript.head.get("bản tin sáng", "off")}
    if transcript.head.get("Zalo OA") == "miễn phí":
        more["zalo_oa_paid"] = False
    asked = {"others": others, "redeliver": redeliver, "webhook": webhook, "database_url": url, "channel": channel}
    async with Stage(start, **asked, more=more) as stage:  # type: ignore[arg-type]
        player = Player(stage, transcript, folder=path.parent / "files", restarting=restarting)
        if missing := player.needs():
            pytest.skip(f"{channel}: {missing}")
        try:
            await player.play()
        except NoUploadPage as error:
            pytest.skip(f"{channel}: {error}")


def test_there_are_at_least_fifteen_transcripts() -> None:
    assert len(CHATS) >= 15


def test_an_office_head_with_zalo_bot_alone_is_counted_in_four_words() -> None:
    """After the link: the code, the consent, «đã nhận», and the file by the link of the answer."""
    steps = parse(next(path for path in CHATS if path.stem == "01-bon-loi")).steps
    counted = next(step.number for step in steps if step.text.startswith("Đã ghi nhận 1 tệp"))
    said = [s for s in steps if s.who == "Lan" and s.act in {"says", "presses"} and s.number < counted]
    assert len(said) <= 4, [step.text for step in said]
