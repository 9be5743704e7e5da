"""The pace of one account."""

from __future__ import annotations

import asyncio

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
