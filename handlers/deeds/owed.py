"""Which assignment a person means, and whether they may act on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.messages import Outgoing
from bot.text import one_line
from bot.vi import card
from bot.vi.people import left_office, other_office
from db.directives import Assignment, Directive, closed_since, open_assignments, questions_of
from db.people import Person, was_member
from db.seats import HEADS
from db.standing import Line, line, lines
from handlers import Refused, Turn
from handlers.deeds.others import numbered
from handlers.deeds.requests import CARRIED, because

AWAITED = timedelta(days=7)
"""So long after a directive is over a file may still be the report it lacks."""
_LED = "led"


async def open_lines(turn: Turn) -> list[Line]:
    """What this person's offices owe, the nearest deadline first."""
    owed = await open_assignments(turn.work.session, turn.answering)
    return await lines(turn.work.session, owed)


async def to_report(turn: Turn) -> list[Line]:
    """Of these what they are reminded of: nothing has come, and it is not the collecting office's own part."""
    return [each for each in await open_lines(turn) if each.owes and not each.assignment.collectors_own]


async def over_lately(turn: Turn) -> list[Line]:
    """The reports this person's offices never sent to directives that are over since a few days."""
    asked = await closed_since(turn.work.session, turn.answering, turn.work.now - AWAITED)
    found = await lines(turn.work.session, [each for each in asked if each.task.asks_report])
    return [each for each in found if each.owes and not each.assignment.collectors_own]


def opened(turn: Turn, assignment: Assignment) -> None:
    """Whoever does something about a task has received its directive, whether they said so or not."""
    if assignment.acknowledged_at is not None:
        return
    assignment.acknowledged_at = turn.work.now
    assignment.acknowledged_by = turn.person.id if turn.person else None
    turn.work.log("acknowledged", turn.contact, office_id=assignment.office_id, subject=f"assignment:{assignment.id}")


async def own(turn: Turn, assignment_id: int | None) -> Assignment:
    """The assignment, if it is this person's office's. Raises Refused otherwise."""
    found = await turn.work.session.get(Assignment, assignment_id) if assignment_id else None
    if found is None or not turn.may_act_for(found.office_id) or not found.task.directive.sent:
        turn.expect("")
        raise Refused(await _not_theirs(turn, found))
    if found.task.directive.closed_at is not None:
        turn.expect("")  # or every further message would meet the same refusal
        raise Refused(card.closed(found))
    opened(turn, found)
    return found


async def _not_theirs(turn: Turn, found: Assignment | None) -> Outgoing:
    """Of a former office they hear that it goes on without them; of another one nothing."""
    if found is None or turn.person is None or not await was_member(turn.work.session, turn.person.id, found.office_id):
        return other_office()
    return left_office(found.office)


async def meant(turn: Turn, verb: str, *, fresh: bool = True) -> Line:
    """The assignment named by the arguments (id, version), else by its numbers («việc 2, cv 30»), or the only one open,
    or the one still owed, or where a part is lacking.

    Raises Refused with a question when several are possible, with today's state when the button is old.
    """
    if turn.args and turn.number(0) is not None:
        found = await own(turn, turn.number(0))
        version = turn.number(1)
        if version is not None and version != found.version:
            raise Refused(card.old_button(found, await card_of(turn, found)))
        return await line(turn.work.session, found)
    every = await open_lines(turn)
    open_ = _named(turn, every)
    owed = [each for each in open_ if each.owes] if fresh else open_
    if len(owed) == 1:
        opened(turn, owed[0].assignment)
        return owed[0]
    if not owed:
        lacking = [each for each in open_ if each.missing_parts]
        if len(lacking) == 1:
            return lacking[0]
        owed = lacking or [each for each in every if each.owes]
        if not owed:
            raise Refused(card.nothing_open())
    lead(turn, verb)
    raise Refused(card.which_task(owed, verb))


def _named(turn: Turn, found: list[Line]) -> list[Line]:
    """Those of the task and directive whose numbers were said; all, where none of them bears these. What is said behind
    «vì» names none."""
    named = numbered(because(turn.text)[0], [each.assignment for each in found])
    return [each for each in found if each.assignment in named] or found


def lead(turn: Turn, verb: str) -> None:
    """What was typed is kept while it is asked what it is meant for: `words` are these again."""
    if not turn.text.startswith("/"):
        turn.expect(f"{_LED}:{verb}:{one_line(turn.text, CARRIED)}")


def words(turn: Turn, verb: str) -> str:
    """What was typed; behind the answer to «cho việc nào?» what led to that question: nobody has to say it twice."""
    if not turn.text.startswith("/"):
        return turn.text
    kind, _, rest = turn.contact.expects.partition(":")
    led, _, said = rest.partition(":")
    return said if kind == _LED and led == verb else ""


async def card_of(turn: Turn, assignment: Assignment) -> Outgoing:
    questions = await questions_of(turn.work.session, assignment.task_id)
    heads = any(place.office_id == assignment.office_id and place.role in HEADS for place in turn.places)
    sees = await turn.work.session.get(Person, assignment.handed_to) if assignment.handed_to else None
    directive = assignment.task.directive
    follows = await turn.work.session.get(Directive, directive.follows_id) if directive.follows_id else None
    facts: dict[str, Any] = {"questions": bool(questions), "may_hand": heads, "handed": sees.name if sees else ""}
    facts |= {"follows": follows}
    return card.assigned(assignment, turn.work.now, turn.house.calendar, **facts)
