"""How each office stands when a consolidated report is made, and what has changed since one was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.documents.report import Respondent, State
from bot.vi import edition as vi
from db.chapters import Chapter, Part
from db.directives import Directive
from db.reports import Way

SENT = frozenset({State.ON_TIME, State.LATE})


def state(part: Part) -> State:
    """What was sent back, or came after the closing and is not confirmed, is missing."""
    line = part.line
    if line.valid:
        return State.LATE if line.on_time() is False else State.ON_TIME
    if line.exempt:
        return State.EXEMPT
    claimed = line.claimed
    return State.WAITING if claimed is not None and claimed.way == Way.QLVB else State.MISSING


def respondent(part: Part) -> Respondent:
    line, valid, stands = part.line, part.line.valid, state(part)
    came = valid[-1] if valid else line.claimed if stands is State.WAITING else None
    return Respondent(
        part.office_id,
        part.name,
        stands,
        line.assignment.deadline_at,
        line.first_arrival,
        valid[-1].version if valid else 0,
        vi.elsewhere(came),
        vi.note(line, part.reason),
    )


PAPER = "paper"


def held(directive: Directive, found: Sequence[Chapter]) -> dict[str, Any]:
    """What tells whether an edition still says how things are, by assignment id; and what it calls the directive."""
    parts = {str(part.line.assignment.id): _held(part) for chapter in found for part in chapter.parts}
    return parts | {PAPER: _called(directive)}


def _called(directive: Directive) -> list[str | None]:
    return [directive.number, directive.issued_on, directive.subject, directive.issuer]


def _held(part: Part) -> dict[str, Any]:
    due = part.line.assignment.deadline_at
    counted = [[each.id, each.reference, *(file.id for file in each.files)] for each in part.line.valid]
    found: dict[str, Any] = {"state": state(part).value, "due": due.isoformat() if due else "", "counted": counted}
    if part.said is not None and part.said.way == Way.FILES:
        found["taken"] = sorted(each.id for each in part.answers.values())
    return found


@dataclass(frozen=True)
class Changes:
    """The offices whose reports are new, were mended, or that stand otherwise; whether the directive was `renamed`."""

    added: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    renamed: bool = False


def changes(directive: Directive, found: Sequence[Chapter], before: dict[str, Any]) -> Changes:
    """Since an edition that held this."""
    names: dict[str, dict[str, None]] = {"added": {}, "mended": {}, "others": {}}
    for part in (part for chapter in found for part in chapter.parts):
        was, now = before.get(str(part.line.assignment.id), {}), _held(part)
        if was != now:
            names[_change(was, now)][part.name] = None
    called = _called(directive)
    added, mended, others = map(tuple, names.values())
    return Changes(added, mended, others, renamed=before.get(PAPER, called) != called)


def _change(was: dict[str, Any], now: dict[str, Any]) -> str:
    if now["state"] not in SENT:
        return "others"
    if was.get("state") not in SENT:
        return "added"
    same = was["counted"] == now["counted"] and was.get("taken") == now.get("taken")
    return "others" if same else "mended"
