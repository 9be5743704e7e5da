"""Renews the tokens of the OA in a process of its own, which outlives ours.

A refresh token works once: between Zalo's taking it and our writing down what came for it nothing may die. So a small
process does this and nothing else, in a session of its own and deaf to farewells; killing the bot does not touch it.

What is written down when, and what the next one does if all ends there:
1. «used at …» is committed, then Zalo is asked. Ends here: the next one waits till nobody can be at it any more, and
   asks with the same token, which Zalo has not seen.
2. Zalo's answer is committed in the place of what it was given for, and only then used. Ends here: nothing is lost.
Between the two only Zalo's answer is on its way. If the line loses it, Zalo refuses the old token when it is tried
again; that is noted, and an administrator has to authorise us anew.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp

from bot.channels.zalo_oa_wire import NotSent, OAuth, Refused, Wire, ZaloError
from bot.clocks import Clock, SystemClock
from bot.loops import insist
from db import Database
from db.tokens import answered, refused, spend, unspent

NAME = "zalo_oa"
GONE = {-14014, -14020, -118}
"""The refresh token was used, has expired or was revoked. Other refusals are mended in the settings."""


@dataclass(frozen=True, slots=True, repr=False)
class Errand:
    """What the courier needs to know; it travels through a pipe, where nobody else reads."""

    database_url: str
    oauth_url: str
    app_id: str
    app_secret: str
    access: str

    async def run(self) -> None:
        """Send a courier, and return when it is back. Who does not wait for it does not stop it."""
        courier = subprocess.Popen(  # noqa: ASYNC220,S603 - takes a millisecond; our own module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert courier.stdin is not None
        with courier.stdin as pipe:
            pipe.write(json.dumps(asdict(self)).encode())
        # A thread, not a task: also a process that ends waits for it.
        await asyncio.to_thread(courier.wait)


async def renew(db: Database, clock: Clock, oauth: OAuth, access: str) -> None:
    """The pair that follows this access token, unless another is at it. Raises a ZaloError."""
    asked_at = clock.machine()
    async with db.writing() as session:
        spent = await spend(session, NAME, access, asked_at)
    if spent is None:
        return
    try:
        pair = await oauth.refresh(spent)
    except NotSent:
        await _written(db, lambda session: unspent(session, NAME, spent))
        raise
    except Refused as refusal:
        word = str(refusal.code)
        gone = refusal.code in GONE
        await _written(db, lambda s: refused(s, NAME, spent, word) if gone else unspent(s, NAME, spent))
        raise
    await _written(db, lambda session: answered(session, NAME, spent, pair, asked_at))


async def _written(db: Database, write: Callable[[Any], Awaitable[Any]]) -> None:
    async def once() -> None:
        async with db.writing() as session:
            await write(session)

    await insist(once, unless=ZaloError)


async def _run(errand: Errand) -> None:
    db = Database(errand.database_url)
    try:
        async with aiohttp.ClientSession() as http:
            oauth = OAuth(Wire(http), errand.oauth_url, errand.app_id, errand.app_secret)
            await renew(db, SystemClock(), oauth, errand.access)
    finally:
        await db.close()


def main() -> int:
    for farewell in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(farewell, signal.SIG_IGN)
    try:
        asyncio.run(_run(Errand(**json.loads(sys.stdin.buffer.read()))))
    except Exception:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
