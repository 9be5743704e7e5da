"""Something done in a process of its own, to see what memory it takes."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def alone(module: str, *arguments: object) -> dict[str, float]:
    """What `python -m module` prints by `measured`: seconds, peak in megabytes, and whatever else it tells."""
    command = (sys.executable, "-m", module, *map(str, arguments))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    found: dict[str, float] = json.loads(said)
    return found


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """In that process, around what is measured."""
    told: dict[str, float] = {}
    began = time.perf_counter()
    yield told
    told["seconds"] = time.perf_counter() - began
    told["peak"] = resident("VmHWM")
    print(json.dumps(told))


def resident(line: str = "VmRSS", process: int | str = "self") -> float:
    """Megabytes that a process has in memory; `VmHWM` is the most it ever had, unlike ru_maxrss its own alone."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith(line)) / 1024
