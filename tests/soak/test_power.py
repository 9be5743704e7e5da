"""Power that fails (F3): by the kernel's own account, what is acknowledged or receipted was on disk before.

`strace` writes down what the real process asks of the kernel; the account is read line by line. A promise is a 200 to
the webhook, or the sendMessage that carries a receipt.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.ports import free_port
from bot.sandbox.samples import sample
from bot.sandbox.stage import TOKEN, Stage
from soak.theatre import START, heard, name_of, publish, seat_block

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
OFFICES = 12
CALLS = "fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg,recvfrom,rename"
RECEIPT = "Đã ghi nhận 1 tệp"


def calls(trace: Path) -> Iterator[str]:
    """Each call when it is over; what a thread had not finished is put together again."""
    begun: dict[str, str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        thread, _, said = line.partition(" ")
        said = said.strip()
        if said.endswith("<unfinished ...>"):
            begun[thread] = said.removesuffix("<unfinished ...>").rstrip()
        elif said.startswith("<..."):
            yield begun.pop(thread, "") + said.partition("resumed>")[2].lstrip()
        else:
            yield said


@dataclass
class Account:
    """What is on disk so far, and every promise that came too soon."""

    dirty: bool = False
    asked: dict[str, bool] = field(default_factory=dict)
    synced: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    acknowledged: int = 0
    receipts: int = 0
    kept: int = 0
    broken: list[str] = field(default_factory=list)

    def read(self, call: str) -> None:
        name, _, rest = call.partition("(")
        target = re.match(r"\d+<(.*?)>[,)]", rest)
        where = target[1] if target else ""
        if name == "pwrite64" and where.endswith("-wal"):
            self.dirty = True
        elif name in ("fsync", "fdatasync"):
            self.flushed(where)
        elif name == "rename":
            self.moved(*re.findall(r'"([^"]*)"', rest)[:2])
        elif name == "recvfrom" and '"POST /telegram/' in rest:
            self.asked[where] = True
        elif name in ("sendto", "sendmsg", "write", "writev"):
            self.promised(where, rest)

    def flushed(self, where: str) -> None:
        self.synced.add(where)
        if where.endswith("-wal"):
            self.dirty = False
        for place, folder in list(self.renamed.items()):
            if folder == where:
                del self.renamed[place]

    def moved(self, old: str, new: str) -> None:
        if "/files/" in new:
            self.kept += 1
            self.renamed[new] = str(Path(new).parent)
            if old not in self.synced:
                self.broken.append(f"renamed before its fsync: {new}")

    def promised(self, where: str, rest: str) -> None:
        if "HTTP/1.1 200" in rest and self.asked.pop(where, False):
            self.acknowledged += 1
            if self.dirty:
                self.broken.append("acknowledged before the fsync of the log")
        elif "ghi+nh%E1%BA%ADn+1+t%E1%BB%87p" in rest:
            self.receipts += 1
            if self.dirty or self.renamed:
                self.broken.append("a receipt before the fsync of file, folder or log")


async def test_whatever_is_promised_was_on_disk_before(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("NOT MEASURED: strace is not installed (apt-get install strace)")
    trace = tmp_path / "trace"
    async with Stage(START, folder=tmp_path) as stage:
        await publish(stage, await seat_block(stage, OFFICES))
        await stage.app.stop()
        bot = await traced(stage, trace, free_port())
        try:
            for number in range(OFFICES):
                await stage.phone(name_of(number)).say("/huongdan")
                await stage.phone(name_of(number)).send_document("bao-cao.docx", sample(f"bao-cao-{number}.docx"))
            async with asyncio.timeout(120):
                while sum(RECEIPT in t for n in range(OFFICES) for t in heard(stage, name_of(n))) < OFFICES:
                    await asyncio.sleep(0.1)
                    show(stage, timedelta(seconds=0.1))
        finally:
            for child in children(bot.pid):
                os.kill(child, signal.SIGTERM)
            await bot.wait()
            await stage.power_on()
    account = Account()
    for call in calls(trace):
        account.read(call)
    print(
        f"\nF3 power: {account.acknowledged} acknowledgements, {account.receipts} receipts for {account.kept} files, "
        f"{len(account.broken)} before the disk had them"
    )
    assert account.broken == []
    assert account.acknowledged >= 2 * OFFICES
    assert account.receipts == account.kept == OFFICES


def show(stage: Stage, later: timedelta = timedelta(0)) -> Path:
    """The file the bot reads the time from, put in place whole."""
    stage.clock.move_to(stage.clock.now() + later)
    draft = stage.folder / "clock.new"
    draft.write_text(stage.clock.now().isoformat())
    return draft.replace(stage.folder / "clock")


async def traced(stage: Stage, trace: Path, port: int) -> asyncio.subprocess.Process:
    """The bot as a process of its own, its clock in a file, its calls written down."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NHACVIEC_")},
        "NHACVIEC_TELEGRAM_TOKEN": TOKEN,
        "NHACVIEC_TELEGRAM_API_URL": stage.telegram.url,
        "NHACVIEC_DATA_DIR": str(stage.folder),
        "NHACVIEC_CLOCK_FILE": str(show(stage)),
        "NHACVIEC_PORT": str(port),
        "NHACVIEC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT),
    }
    tracing = ("-f", "-yy", "-s", "4096", "-o", str(trace), "-e", f"trace={CALLS}")
    command = ("strace", *tracing, sys.executable, "-m", "bot", "run")
    with (stage.folder / "bot.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(*command, cwd=stage.folder, env=environment, stdout=log, stderr=log)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
