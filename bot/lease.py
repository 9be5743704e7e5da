"""One process at a time speaks for an account, polls it and refreshes its tokens; the others stand by to take over."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clocks import Clock
from bot.loops import LOOK_AGAIN
from db import Database
from db.leases import release, take

log = structlog.get_logger()
LEASE = timedelta(seconds=25)
"""Renewed every 10 s. The others look every second, so an account is without a voice for less than 30 s."""
LONGEST_TRY = 5.0


def this_process() -> str:
    """A name no other process has, nor this one after a restart."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


class Speaker:
    """The right to speak for one account. `keep` takes it, renews it, and takes it again when it was lost."""

    def __init__(self, db: Database, clock: Clock, account: str, owner: str, lease: timedelta = LEASE) -> None:
        self._db, self._clock, self.account, self.owner, self.lease = db, clock, account, owner, lease
        self._until: datetime | None = None
        self._taken, self._lost = asyncio.Event(), asyncio.Event()
        self._lost.set()

    @property
    def speaks(self) -> bool:
        """Whether the account is ours at this moment. Ends by itself when renewing fails or we were frozen."""
        return self._until is not None and self._clock.machine() < self._until

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            taken = await self._tried()
            self._tell()
            await asyncio.sleep(self.lease.total_seconds() * 0.4 if taken else LOOK_AGAIN)

    async def take(self) -> bool:
        """Take the account, or renew the lease; False while another process holds it."""
        machine = self._clock.machine()
        until = machine + self.lease
        async with self._db.writing() as session:
            ours = await take(session, self.account, self.owner, machine=machine, until=until)
        self._until = until if ours else None
        return ours

    async def while_speaking(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the job as long as the account is ours, and anew when it is ours again; returns when the job does."""
        while True:
            await self._taken.wait()
            running, lost = asyncio.create_task(job()), asyncio.create_task(self._lost.wait())
            try:
                await asyncio.wait((running, lost), return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    return running.result()
            finally:
                running.cancel()
                lost.cancel()
                await asyncio.gather(running, lost, return_exceptions=True)

    async def release(self) -> None:
        """Give the account back, so that another process takes it at once."""
        self._until = None
        try:
            async with self._db.writing() as session:
                await release(session, self.account, self.owner)
        except Exception:
            log.exception("the lease is left to run out", account=self.account)

    async def _tried(self) -> bool:
        try:
            async with asyncio.timeout(LONGEST_TRY):
                return await self.take()
        except Exception:
            log.exception("the lease could not be renewed", account=self.account)
            return False

    def _tell(self) -> None:
        if self.speaks and self._lost.is_set():
            log.info("speaks", account=self.account)
            self._lost.clear()
            self._taken.set()
            self._db.wake("deliveries")
        elif not self.speaks and self._taken.is_set():
            log.warning("speaks no longer", account=self.account)
            self._taken.clear()
            self._lost.set()
