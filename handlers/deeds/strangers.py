"""Somebody we do not know: told once why nothing happens, so that nobody spends what the office pays for."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Outgoing
from handlers import Silence, Turn

AGAIN = timedelta(days=1)


def told_once(turn: Turn, answer: Outgoing) -> Outgoing:
    """The answer, at most once a day whatever it is. Raises Silence."""
    if turn.contact.told_at and turn.work.now - turn.contact.told_at < AGAIN:
        raise Silence
    turn.contact.told_at = turn.work.now
    return answer
