"""Several files, one directive: pages photographed one by one, a phụ lục, a form, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.documents import Reading, in_order, read_text, stands_alone
from bot.files import part_of
from db.directives import Directive, DirectiveFile, tasks_of
from db.drafts import draft_of
from db.post import more_came
from handlers import Turn
from handlers.deeds.drafting import refill
from handlers.deeds.filing import ECHO
from handlers.deeds.proposing import propose_anew
from handlers.deeds.recurring import period_of

JOINING = timedelta(minutes=10)
"""After the last file of a draft another one may still belong to it."""
PATIENCE = timedelta(seconds=20)
"""While more of what was sent together waits to be read."""
MOST_LETTERS = 300_000


async def recent_draft(turn: Turn) -> Directive | None:
    """What this coordinator has just begun to put together."""
    assert turn.person is not None
    draft = await draft_of(turn.work.session, turn.person.id)
    return draft if draft is not None and turn.work.now - draft.drafted_at <= JOINING else None


def are_photos(names: Iterable[str]) -> bool:
    """Pages photographed or scanned one by one."""
    return all(part_of(name) == "photo" for name in names)


async def joined(turn: Turn, reading: Reading, files: Sequence[tuple[str, str]]) -> Directive | None:
    """The draft these files belong to, read anew with them; None where they are a directive by themselves, and so is
    it. What was corrected meanwhile stays unless the tasks are others now."""
    draft = await recent_draft(turn)
    if draft is None or not files or len(draft.reading["text"]) + len(reading.text) > MOST_LETTERS:
        return None
    before, period = read_text(draft.reading["text"], turn.house.calendar), await period_of(turn.work, draft)
    if stands_alone(reading) and (period or stands_alone(before)):
        return None
    if period is not None:  # its paper was read before: more is only enclosed
        turn.work.session.add_all(DirectiveFile(directive_id=draft.id, name=name, sha256=sha) for name, sha in files)
        return draft
    own = read_text(reading.text, turn.house.calendar)
    told = [note for note in draft.reading["notes"] if note not in before.notes]
    told += [note for note in reading.notes if note not in own.notes]
    whole = read_text(in_order([before.text, reading.text]), turn.house.calendar, tuple(dict.fromkeys(told)))
    turn.work.session.add_all(DirectiveFile(directive_id=draft.id, name=name, sha256=sha) for name, sha in files)
    draft.drafted_at = turn.work.now
    if _demands(whole) == _demands(before):
        corrected = [task["assignees"] for task in draft.reading["tasks"]]
        tasks = [{**task.to_json(), "assignees": names} for task, names in zip(whole.tasks, corrected, strict=True)]
        draft.reading = {**whole.to_json(), "tasks": tasks}
        for task, old in zip(await tasks_of(turn.work.session, draft.id), before.tasks, strict=False):
            await propose_anew(turn.work, draft, task, [question.text for question in old.questions])
    else:
        await refill(turn.work, turn.house, draft, whole)
    return draft


def _demands(reading: Reading) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [(task.no, task.text, task.deadline.expression, task.assignees) for task in reading.tasks]


async def take_time(turn: Turn, *, photos: bool) -> None:
    """The card of a directive in several files is said once: pages of an album replace it while it waits."""
    if await more_came(turn.work.session, str(turn.incoming.chat), turn.received_id):
        turn.reply_in = PATIENCE
    elif photos:
        turn.reply_in = ECHO
