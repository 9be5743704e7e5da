"""A directive is over: nobody is reminded any more. And it goes on after all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi import closing as vi
from bot.vi.missing import no_directive
from db.changes import rehang, waiting_rungs
from db.directives import Directive, assignments_of, closed_directives, last_closed_of, open_directives
from db.editions import Kind
from db.offices import Office
from db.standing import Line, lines
from handlers import Refused, Turn
from handlers.deeds.others import bears, last_number, paper_said
from handlers.deeds.papers import ask_for


async def close(turn: Turn, directive: Directive) -> None:
    """Its reminders rest and its dossier is made; offices are told nothing."""
    directive.closed_at = turn.work.now
    turn.work.log("closed", turn.contact, subject=f"directive:{directive.id}")
    await ask_for(turn, directive, Kind.DOSSIER)


async def closed_one(turn: Turn) -> Directive:
    """The one that is over and meant: by its id, by its number, or the only one, at least of this moment. Raises
    Refused with the question which, and where it goes on already."""
    if (number := turn.number(0)) is not None:
        found = await turn.work.session.get(Directive, number)
        if found is None or not turn.collects(found.collector_id) or found.published_at is None:
            raise Refused(no_directive())
        if found.closed_at is None or found.cancelled_at is not None:
            raise Refused(vi.goes_on(found) if found.closed_at is None else vi.called_off(found))
        return found
    every = await closed_directives(turn.work.session, turn.collecting)
    said = paper_said(turn.text) or last_number(turn.text)
    meant = [each for each in every if said is None or bears(each, said)]
    if len(meant) > 1:
        meant = [each for each in meant if each.cancelled_at is None] or meant
        now = [each for each in meant if vi.just_closed(each, turn.work.now)]
        meant = now if len(now) == 1 and said is None else meant
    if len(meant) != 1:
        raise Refused(vi.which_to_reopen(meant) if meant else await _none(turn, said))
    if meant[0].cancelled_at is not None:
        raise Refused(vi.called_off(meant[0]))
    return meant[0]


async def still_lacking(turn: Turn, offices: Sequence[Office]) -> None:
    """Nothing of these is open: where the directive closed last lacks a report of theirs, it is said how it goes on.
    Raises Refused."""
    last = await last_closed_of(turn.work.session, turn.collecting)
    if last is None or last.cancelled_at is not None:
        return
    meant = {each.id for each in offices}
    lacking = [each.assignment.office for each in await _owing(turn, last)]
    if names := [each.name for each in lacking if not meant or each.id in meant]:
        raise Refused(vi.over_without(last, list(dict.fromkeys(names))))


async def _none(turn: Turn, said: str | None) -> Outgoing:
    open_ = await open_directives(turn.work.session, turn.collecting) if said else ()
    bearing = [each for each in open_ if bears(each, said)]
    return vi.goes_on(bearing[0]) if bearing else vi.none_closed(said)


async def confirm(turn: Turn, directive: Directive) -> Outgoing:
    """What would follow, before anything changes: who owes again, and when the next of them is reminded."""
    owing = await _owing(turn, directive)
    versions = {each.assignment.id: each.assignment.version for each in owing if not each.assignment.collectors_own}
    ahead = [at for moments in (await waiting_rungs(turn.work.session, versions)).values() for at in moments]
    return vi.confirm_reopen(directive, owing, min((at for at in ahead if at > turn.work.now), default=None))


async def reopen(turn: Turn, directive: Directive) -> Outgoing:
    """It goes on as it was. A close that is undone costs no reminder: what fell due meanwhile is said after all; what
    fell due in a longer time is over."""
    assert directive.closed_at is not None
    since, undone = directive.closed_at, vi.just_closed(directive, turn.work.now)
    directive.closed_at = None
    await turn.work.session.flush()
    owing = [each.assignment for each in await _owing(turn, directive)]
    if undone:
        await rehang(turn.work.session, {each.id: each.version for each in owing}, since, turn.work.now)
        turn.work.touched.add("reminders")
    turn.work.log("reopened", turn.contact, subject=f"directive:{directive.id}")
    return vi.reopened(directive, undone=undone)


async def _owing(turn: Turn, directive: Directive) -> list[Line]:
    found = await lines(turn.work.session, await assignments_of(turn.work.session, directive.id))
    return [each for each in found if not each.reported]
