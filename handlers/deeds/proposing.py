"""The questions of a draft: at most five are proposed from the words of the paper, the rest wait to be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.documents import Span, quote, quote_lines, sentence_around, shape_of
from db import Work
from db.directives import Assignment, Directive, Kind, Question, Task, assignments_of_task, questions_of
from db.drafts import drop_questions

MOST = 5
QUOTED = 120
MARKED = 6
"""Letters of a marker, `III. `, before a heading."""


def collectors_alone(directive: Directive, task: Task, owed: Sequence[Assignment]) -> bool:
    """Whether nobody else owes it, not even one whom the directory does not know yet."""
    named = directive.reading["tasks"][task.position]["assignees"]
    return bool(owed) and len(owed) >= len(named) and all(each.collectors_own for each in owed)


async def propose(work: Work, directive: Directive, task: Task) -> None:
    """Ask the first of what the paper suggests, unless only the collector is to answer."""
    if collectors_alone(directive, task, await assignments_of_task(work.session, task.id)):
        return
    for number, question in enumerate(_suggested(directive, task)[:MOST]):
        work.session.add(_asking(question.text, question.quote, task_id=task.id, position=number))
    await work.session.flush()


async def propose_anew(work: Work, directive: Directive, task: Task, before: Sequence[str]) -> None:
    """The paper suggests others now than `before`; what the coordinator chose herself stays."""
    asked = [question.text for question in await questions_of(work.session, task.id)]
    if asked == list(before)[:MOST] and before != [each.text for each in _suggested(directive, task)]:
        await drop_questions(work.session, task.id)
        await propose(work, directive, task)


async def others(work: Work, directive: Directive, task: Task) -> list[tuple[int, Question]]:
    """What the paper suggests and nobody is asked yet, each with its place among all it suggests."""
    asked = {question.text for question in await questions_of(work.session, task.id)}
    return [(n, each) for n, each in enumerate(_suggested(directive, task)) if each.text not in asked]


async def ask_too(work: Work, task: Task, text: str, words: str = "") -> None:
    """One question more, after the others; `words` of the paper it stands on."""
    asked = await questions_of(work.session, task.id)
    place = max((question.position for question in asked), default=-1) + 1
    work.session.add(_asking(text, words, task_id=task.id, position=place))
    await work.session.flush()


def _asking(text: str, words: str, **place: int) -> Question:
    """With what it wants for an answer, as far as its words tell."""
    shape = shape_of(text)
    kind, options = Kind(shape.kind), list(shape.options)
    return Question(text=text, quote=words, kind=kind, unit=shape.unit, options=options, **place)


def _suggested(directive: Directive, task: Task) -> list[Question]:
    """Not yet asked of anybody: no rows of the database."""
    text, read = directive.reading["text"], directive.reading["tasks"][task.position]["questions"]
    words = _quotes(text, [(start, end) for start, end in (each["span"] for each in read)])
    return [_asking(each["text"], said) for each, said in zip(read, words, strict=True)]


def _quotes(text: str, spans: Sequence[Span]) -> list[str]:
    """What each stands on: its line, where it is a heading or a row of heads, else the sentence around; those that
    follow one another close together in one sentence share it."""
    found: list[str] = []
    together: list[Span] = []
    for span in [*spans, (-1, -1)]:
        if together and not (span[0] >= 0 and _close(text, [*together, span])):
            start, end = min(each[0] for each in together), max(each[1] for each in together)
            found += [_quote(text, start, end)] * len(together)
            together = []
        together.append(span)
    return found


def _close(text: str, spans: Sequence[Span]) -> bool:
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    return end - start <= QUOTED and len({sentence_around(text, *span) for span in spans}) == 1


def _quote(text: str, start: int, end: int) -> str:
    before = start - text.rfind("\n", 0, start) - 1
    return (quote_lines if before <= MARKED else quote)(text, start, end, QUOTED)
