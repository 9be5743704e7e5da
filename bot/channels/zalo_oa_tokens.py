"""The access token in force, for those who speak; and the one loop that keeps it so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from bot.channel import Revoked, Unreachable
from bot.channels.zalo_oa_courier import NAME
from bot.channels.zalo_oa_wire import ZaloError
from bot.clocks import Clock
from db import Database
from db.tokens import Token, token

log = structlog.get_logger()
LOOK_AGAIN = 60.0
"""Seconds. The administrator may have authorised us meanwhile, in another process."""
OLD = timedelta(days=60)

Renew = Callable[[str], Awaitable[None]]
"""Puts a new pair in the place of the one with this access token, in the database. May raise a ZaloError."""


class Tokens:
    """`clock` is the machine's. `first` is the rest after a renewal that failed, in seconds."""

    def __init__(self, db: Database, clock: Clock, renew: Renew, *, first: float = 2.0) -> None:
        self._db, self._clock, self._renew = db, clock, renew
        self._known: Token | None = None
        self._one = asyncio.Lock()
        self.first = first

    async def access(self) -> str:
        """The one in force, as far as we know. Raises Revoked where there is none."""
        return (self._known or await self._read()).access

    async def newest(self) -> str:
        """As it stands in the database now. Raises Revoked."""
        return (await self._read()).access

    async def after(self, access: str) -> str:
        """The one that came in the place of this, which Zalo no longer takes; renewed now if it has to be. Only for
        the process that speaks for the account. Raises Revoked, or Unreachable where it is to be tried later."""
        async with self._one:
            if (found := await self._read()).access != access:
                return found.access
            await self._renewed(access)
            if (found := await self._read()).access != access:
                return found.access
        raise Unreachable("the tokens are not renewed yet")

    async def keep(self) -> None:
        """Renew before the time, until cancelled; only in the process that speaks. Raises Revoked."""
        failures = 0
        while True:
            found = await self._read()
            left = (found.refresh_at - self._clock.machine()).total_seconds()
            if left > 0:
                failures = 0
                await asyncio.sleep(min(left, LOOK_AGAIN))
                continue
            if self._clock.machine() - found.issued_at > OLD:
                log.warning("the refresh token is old", channel=NAME)
            async with self._one:
                await self._renewed(found.access)
            if (await self._read()).access == found.access:
                failures += 1
                log.warning("tokens not renewed", channel=NAME, failures=failures)
                await asyncio.sleep(min(self.first * 2 ** min(failures - 1, 10), LOOK_AGAIN))

    async def _renewed(self, access: str) -> None:
        try:
            await self._renew(access)
        except (ZaloError, OSError) as error:
            log.warning("renewing failed", channel=NAME, error=type(error).__name__, code=getattr(error, "code", None))

    async def _read(self) -> Token:
        with database_may_be_away():
            async with self._db.reading() as session:
                self._known = found = await token(session, NAME)
        if found is None or found.refused is not None:
            self._known = None
            why = "refuses its refresh token" if found else "has not been authorised"
            raise Revoked(f"Zalo {why}: nhacviec zalo-oa authorise")
        return found


@contextmanager
def database_may_be_away() -> Iterator[None]:
    """Then nothing was said, and it is to be tried again."""
    try:
        yield
    except Exception as error:
        raise Unreachable(f"the database is away: {type(error).__name__}") from error
