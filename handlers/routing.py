"""Which handler a message is for: command, expectation, file, intent, help; strangers apart."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.text import fold
from db.people import Role
from handlers import (
    COMMANDS,
    COORDINATOR,
    EDITS,
    EXPECTED,
    FILES,
    LONG_TEXT,
    STRANGERS,
    UNSEEN,
    Command,
    Rule,
    Turn,
    allowed,
    intent,
)


def choose(turn: Turn) -> tuple[Rule, list[str]]:
    """Which handler this message is for: command, expectation, file, intent, help; strangers apart.

    A file is read whatever it answers: a secret must be known before it is kept.
    """
    rule, args = _chosen(turn)
    return (
        (replace(rule, prepare=_for_files(turn).prepare), args) if turn.incoming.files and turn.places else (rule, args)
    )


def _for_files(turn: Turn) -> Rule:
    return next(rule for rule in FILES if not rule.who or turn.holds(*rule.who))


def _chosen(turn: Turn) -> tuple[Rule, list[str]]:
    asked = _command(turn.text, exact=_expects(turn))
    if turn.person is None or turn.person.consented_at is None or not turn.places:
        return _for_stranger(turn, asked)
    if turn.incoming.edited and not turn.incoming.files:
        return EDITS[0], []
    if turn.incoming.unseen:
        return UNSEEN[0], []
    if asked is not None and not turn.incoming.files and _for_us(turn, asked[0]):
        return Rule(asked[0].handle), asked[1]
    kind, _, rest = (turn.incoming.answers or turn.contact.expects).partition(":")
    rule = EXPECTED.get(kind)
    if rule and (rule.files or not turn.incoming.files) and (not rule.who or turn.holds(*rule.who)):
        return rule, rest.split(":")
    if turn.incoming.files or (len(turn.text) >= LONG_TEXT and turn.holds(Role.COORDINATOR)):
        return _for_files(turn), []
    meant = intent(turn.text)
    return Rule(COMMANDS[meant or "huongdan"].handle), []


def _for_us(turn: Turn, found: Command) -> bool:
    """«Thiếu» is also a word: where we expect an answer, of who may not use the command it is one."""
    return turn.text.startswith("/") or not _expects(turn) or allowed(found, turn)


def _expects(turn: Turn) -> bool:
    """Whether an answer in words is awaited; what is only kept beside a choice is none."""
    return turn.contact.expects.partition(":")[0] in EXPECTED


def _for_stranger(turn: Turn, asked: tuple[Command, list[str]] | None) -> tuple[Rule, list[str]]:
    if asked is not None and not asked[0].who:
        return Rule(asked[0].handle), asked[1]
    if code := _CODE.search(turn.text):
        return Rule(COMMANDS["start"].handle), [code[0]]
    kind, _, rest = turn.contact.expects.partition(":")
    if kind in {"consent", "name"}:
        return EXPECTED[kind], rest.split(":")
    return STRANGERS[0], []


def decides(text: str) -> bool:
    """Whether this is, as a button says it, the answer to somebody's request."""
    found = _pressed(text)
    return found is not None and found.decides and len(text.split()) > 1


def proposed(text: str) -> bool:
    """Whether this is what a coordinator is asked to confirm. Never what an office has to say itself: its «ok» to «gửi
    báo cáo» is no «không phát sinh»."""
    found = _pressed(text)
    return found is not None and found.who == COORDINATOR


def _pressed(text: str) -> Command | None:
    """The command of a button's worth."""
    head, *_ = text.split() or [""]
    return COMMANDS.get(head.removeprefix("/")) if head.startswith("/") else None


_CODE = re.compile(r"(?<!\d)\d{4}[\s.\-]*\d{4}(?!\d)")


def _command(text: str, *, exact: bool) -> tuple[Command, list[str]] | None:
    """`/viec`, `viec`, `đơn vị`, `/nhan 12 1`, `4839 2061`. Where we expect an answer only a slash or the bare word
    counts."""
    if _CODE.fullmatch(text.strip()) and not exact:
        return COMMANDS["start"], [text]
    whole = COMMANDS.get(fold(text).replace(" ", ""))
    if whole is not None and whole.listed and not exact:
        return whole, []
    head, *args = text.split() or [""]
    found = COMMANDS.get(fold(head.removeprefix("/")).replace(" ", ""))
    if found is None:
        return None
    if text.startswith("/") or (not args and fold(head) in COMMANDS and found.listed):
        return found, args
    if not found.listed:
        return None
    return None if exact else (found, args) if all(arg.isdecimal() for arg in args) else None
