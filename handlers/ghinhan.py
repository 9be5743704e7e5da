"""«Ghi nhận Y tế giấy 16/5»: the coordinator enters what reached her another way, with its files if she has them."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import recording as vi
from db.people import Office
from handlers import COORDINATOR, Turn, command, expected, intent
from handlers.deeds.others import office_named
from handlers.deeds.recording import pass_on, record_in_words, record_report, says_how, words_of


@command("ghinhan", who=COORDINATOR, says=r"^ghi nhan\b")
async def note(turn: Turn) -> Outgoing:
    """Ghi nhận báo cáo đến bằng giấy, QLVB, điện thoại"""
    if (office := await _office(turn)) is not None:
        return await record_report(turn, office, " ".join(turn.args[1:]), turn.number(3))
    if words := words_of(turn):
        return await record_in_words(turn, words)
    turn.expect("record:")
    return vi.ask_office_to_record()


@expected("whose", who=COORDINATOR)
async def whose(turn: Turn) -> Outgoing:
    """The office whose report was forwarded, with or without the way it came."""
    return await record_in_words(turn, words_of(turn))


@expected("record", who=COORDINATOR)
async def answer(turn: Turn) -> Outgoing:
    """The way it came and the day, for the office chosen before, or after these the task; or the office too."""
    if (office := await _office(turn)) is None:
        return await record_in_words(turn, turn.text)
    known, meant = turn.args[1], intent(turn.text)
    if meant is not None and not says_how(turn.text, meant, known):
        return await pass_on(turn, meant, choosing=bool(known))
    named = await office_named(turn, turn.text) if meant is None else None
    if named is not None and named.opens and named.office.id != office.id:
        return await record_report(turn, named.office, turn.text)
    return await record_report(turn, office, f"{known} {turn.text}")


async def _office(turn: Turn) -> Office | None:
    number = turn.number(0)
    return await turn.work.session.get(Office, number) if number is not None else None
