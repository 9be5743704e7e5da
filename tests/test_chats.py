"""Every transcript is played: restarting after every line, each update delivered twice, and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.chatfile import parse
from bot.sandbox.hands import HANDS
from bot.sandbox.play import START, NoUploadPage, Player, _moment, entries
from bot.sandbox.stage import Stage
from servers import PgBouncer

CHATS = sorted((Path(__file__).parent / "chats").glob("*.chat"))
OFTEN = {"main", "07-gia-han", "26-nhac-ngay", "43-tep-truoc", "45-ca-cong-van"}
"""Played in every way each time; of the others CI plays the other ways."""
SOME = [pytest.param(path, marks=[] if path.stem in OFTEN else pytest.mark.full) for path in CHATS]
OTHERS = sorted(set(HANDS) - {"telegram"})
EVERYWHERE = {"main", "07-gia-han", "41-qua-qlvb", "48-go-so"}
ELSEWHERE = [
    pytest.param(channel, path, id=f"{channel}-{path.stem}", marks=[] if path.stem in EVERYWHERE else pytest.mark.full)
    for channel in OTHERS
    for path in CHATS
]


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_though_each_update_comes_twice(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2)


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_though_the_bot_restarts_after_every_line(path: Path, sqlite_url: str) -> None:
    await play(path, sqlite_url, redeliver=2, restarting=True)


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written_on_postgresql(path: Path, postgresql_url: str) -> None:
    await play(path, postgresql_url)


@pytest.mark.parametrize(("channel", "path"), ELSEWHERE)
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
    asked = {"others": others, "redeliver": redeliver, "webhook": webhook, "database_url": url, "channel": channel}
    async with Stage(start, **asked) as stage:  # type: ignore[arg-type]
        player = Player(stage, transcript, folder=path.parent / "files", restarting=restarting)
        if missing := player.needs():
            pytest.skip(f"{channel}: {missing}")
        try:
            await player.play()
        except NoUploadPage as error:
            pytest.skip(f"{channel}: {error}")


def test_there_are_at_least_fifteen_transcripts() -> None:
    assert len(CHATS) >= 15
