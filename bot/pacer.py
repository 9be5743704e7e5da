"""The pace of one account, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections import Counter, deque

from bot.channel import Throttled


class Pacer:
    """Even spacing: bursts are what platforms punish. A throttled account rests."""

    def __init__(self, per_second: float) -> None:
        self.gap = 1 / per_second
        self._next = self._rests_until = 0.0

    @property
    def wait(self) -> float:
        """Seconds until the next message may go; 0 when one may go now."""
        return max(0.0, self._next - asyncio.get_running_loop().time())

    def take(self) -> None:
        """A message goes now."""
        # A timer that came a little late may be caught up with, but never by two at once.
        self._next = max(self._next, asyncio.get_running_loop().time() - self.gap) + self.gap

    async def slot(self) -> None:
        """Returns when a message may go. Raises Throttled if the account was told to rest meanwhile."""
        wait = self.wait
        self.take()
        await asyncio.sleep(wait)
        if self.resting:
            raise Throttled(self.resting)

    def rest(self, seconds: float) -> None:
        self._rests_until = max(self._rests_until, asyncio.get_running_loop().time() + seconds)
        self._next = max(self._next, self._rests_until)

    @property
    def resting(self) -> float:
        """Seconds this account still has to be silent."""
        return max(0.0, self._rests_until - asyncio.get_running_loop().time())


class Turns:
    """Chats spoken to so often that the others would wait: while those do, they get one slot of four."""

    MANY, WITHIN = 5, 3.0
    """Messages to one chat within so many seconds; where all are told as much, twice what the others are."""

    def __init__(self) -> None:
        self._said: deque[tuple[float, str]] = deque()
        self._count: Counter[str] = Counter()
        self._slot = 0

    def spoke(self, lane: str) -> None:
        self._said.append((asyncio.get_running_loop().time(), lane))
        self._count[lane] += 1

    def stand_back(self) -> list[str]:
        """The chats that let the others go first in this slot."""
        past = asyncio.get_running_loop().time() - self.WITHIN
        while self._said and self._said[0][0] < past:
            _, lane = self._said.popleft()
            self._count[lane] -= 1
            if not self._count[lane]:
                del self._count[lane]
        self._slot += 1
        if not self._slot % 4:
            return []
        return [lane for lane, count in self._count.items() if count > max(self.MANY, 2 * self._others(count))]

    def _others(self, count: int) -> float:
        """What each of the other chats was told, on average."""
        return (len(self._said) - count) / max(1, len(self._count) - 1)
