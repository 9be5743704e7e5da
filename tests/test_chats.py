"""Every transcript is played: restarting after every line, each update delivered twice, and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player, _moment
from bot.sandbox.stage import Stage
from servers import PgBouncer

CHATS = sorted((Path(__file__).parent / "chats").glob("*.chat"))
OFTEN = {"main", "07-gia-han", "26-nhac-ngay", "43-tep-truoc", "45-ca-cong-van"}
"""Played in every way each time; of the others CI plays the other ways."""
SOME = [pytest.param(path, marks=[] if path.stem in OFTEN else pytest.mark.full) for path in CHATS]


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_though_each_update_comes_twice(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2)


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_though_the_bot_restarts_after_every_line(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2, restarting=True)


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_on_postgresql(path: Path, postgresql_url: str) -> None:
    await play(path, postgresql_url)


async def test_the_main_chat_goes_as_written_through_pgbouncer_by_transaction(
    pgbouncer: PgBouncer, postgresql_url: str
) -> None:
    through = pgbouncer.url(postgresql_url.rpartition("/")[2])
    await play(next(path for path in CHATS if path.stem == "main"), through, restarting=True)


async def play(path: Path, url: str, *, redeliver: int = 1, restarting: bool = False) -> None:
    """With a webhook; restarting, by polling, unless the transcript needs our pages to be reached."""
    transcript = parse(path)
    start = _moment(transcript.head["lúc"], START) if "lúc" in transcript.head else START
    webhook = not restarting or "trang gửi tệp" in transcript.head
    async with Stage(start, redeliver=redeliver, webhook=webhook, database_url=url) as stage:
        await Player(stage, transcript, folder=path.parent / "files", restarting=restarting).play()


def test_there_are_at_least_fifteen_transcripts() -> None:
    assert len(CHATS) >= 15
