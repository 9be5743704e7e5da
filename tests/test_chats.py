"""Every transcript is played: each update delivered twice, and once more restarting after every line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player, _moment
from bot.sandbox.stage import Stage

CHATS = sorted((Path(__file__).parent / "chats").glob("*.chat"))


@pytest.mark.parametrize("restarting", [False, True], ids=["twice", "restarting"])
@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
async def test_the_chat_goes_as_written(path: Path, restarting: bool) -> None:
    transcript = parse(path)
    start = _moment(transcript.head["lúc"], START) if "lúc" in transcript.head else START
    async with Stage(start, redeliver=2, webhook=not restarting) as stage:
        await Player(stage, transcript, folder=path.parent / "files", restarting=restarting).play()


def test_there_are_at_least_fifteen_transcripts() -> None:
    assert len(CHATS) >= 15
