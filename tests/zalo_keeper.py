"""A bot as far as its tokens are concerned: keeps them until it is killed. Its errand comes by standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace

from bot.channels.zalo_oa_courier import Errand
from bot.channels.zalo_oa_tokens import Tokens
from bot.clocks import SystemClock
from db import Database


async def keep(errand: Errand) -> None:
    db = Database(errand.database_url)
    await Tokens(db, SystemClock(), lambda access: replace(errand, access=access).run(), first=0.2).keep()


if __name__ == "__main__":
    asyncio.run(keep(Errand(**json.loads(sys.stdin.read()))))
