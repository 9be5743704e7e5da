"""nhacviec as it runs, from the environment's settings; BENCH_PACE=0 takes the pacer away, BENCH_TRACE=1 counts SQL."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
from collections import Counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from bot.app import App, keep_what_is_loaded
from bot.logs import setup
from bot.settings import Settings


def trace() -> Counter[str]:
    """Every statement SQLite runs on the connections opened from now on, by its first word."""
    counted: Counter[str] = Counter()

    def connected(connection: Any, _record: object) -> None:
        sqlite = connection.driver_connection._conn
        sqlite.set_trace_callback(lambda said: counted.update([said.split(None, 1)[0].upper()]))

    event.listen(Pool, "connect", connected)
    return counted


async def main() -> None:
    settings = Settings()
    setup(settings.log_level, settings.log_json)
    app = App(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    counted = trace() if os.environ.get("BENCH_TRACE") else Counter[str]()
    await app.start()
    keep_what_is_loaded()
    if os.environ.get("BENCH_PACE") == "0":
        app.sender.pacers["telegram"].gap = 0.0
    counted.clear()
    print("READY", flush=True)
    await stop.wait()
    await app.stop()
    print(json.dumps(counted), flush=True)


if __name__ == "__main__":
    gc.disable()
    asyncio.run(main())
