"""One chat that writes without end, in small (all of it: make soak)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channel import Raw
from bot.clocks import VIETNAM
from bot.flood import MOST
from bot.messages import Outgoing
from bot.pacer import Turns
from bot.sandbox.stage import Stage
from db import open_work
from db.mail import Outcome, Received
from db.people import Role


def written(lane: str, number: int) -> Raw:
    """A membership update, which is stored and asks for no answer."""
    return Raw("telegram", f"{lane}:{number}", lane, b"{}")


async def test_what_one_chat_writes_beyond_measure_is_put_aside_and_it_is_told_once(tmp_path: Path) -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), folder=tmp_path) as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        lane = f"telegram:{stage.phone('Lan').id}"
        await stage.app.inbox.receive([written("telegram:77", 0), *(written(lane, n) for n in range(MOST + 50))])
        await stage.app.inbox.receive([written(lane, n) for n in range(MOST + 50, 2 * MOST + 50)])
        await stage.settled()
        async with stage.app.db.reading() as session:
            rows = (await session.scalars(select(Received).order_by(Received.id))).all()
        aside = [row for row in rows if row.outcome == Outcome.IGNORED]
        assert len(rows) == 2 * MOST + 51
        assert len(aside) > MOST
        assert {row.lane for row in aside} == {lane}
        assert rows[0].outcome == rows[1].outcome == Outcome.DONE
        [told] = [message.text for message in stage.phone("Lan").messages if message.from_bot]
        assert "quá nhiều tin" in told


@pytest.mark.full
async def test_who_is_told_much_leaves_three_turns_of_four_to_the_others(tmp_path: Path) -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), folder=tmp_path) as stage:
        office = await stage.office("Phòng Tư pháp")
        for name in ("Lan", "Minh", "Bình"):
            await stage.seat(name, office, Role.HEAD)
        events = stage.telegram.listen()
        async with open_work(stage.app.db, stage.clock) as work:
            for name, count in (("Lan", 60), ("Minh", 5), ("Bình", 5)):
                for number in range(count):
                    await work.send(stage.address(name), Outgoing(f"tin {number}"))
        await stage.settled()
        heard = [events.get_nowait().message.chat_id for _ in range(70)]
        last = max(place for place, chat in enumerate(heard) if chat != stage.phone("Lan").id)
        assert last < 2 * (Turns.MANY + 10 * 4 / 3)  # on a busy machine some on their way overtake others; unfair: 60


@pytest.mark.full
async def test_messages_of_several_parts_keep_the_pace_together(tmp_path: Path) -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), folder=tmp_path) as stage:
        office = await stage.office("Phòng Tư pháp")
        for number in range(20):
            await stage.seat(f"Lan {number}", office, Role.HEAD)
        gap = stage.app.sender.pacers["telegram"].gap = 0.02
        async with open_work(stage.app.db, stage.clock) as work:
            for number in range(20):
                await work.send(stage.address(f"Lan {number}"), Outgoing("dài " * 2000))
        await stage.settled()
        sent = [call.machine for call in stage.telegram.calls if call.method == "sendMessage"]
        assert len(sent) == 40
        assert sent[-1] - sent[0] >= (len(sent) - 2) * gap
