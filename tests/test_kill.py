"""The real bot, killed again and again in the main run (design I1–I4): `make soak`, or NHACVIEC_KILLS=20 for a taste.

Half of its deaths come at random moments, half at chosen ones, seen from outside: a row has just been written, Telegram
has taken a message and not yet answered, a file is on its way. NHACVIEC_KILLS_ON=postgresql has it on that. A hundred
kills are a round, judged and counted by itself; each round has the next seed, from NHACVIEC_SEED on.

A child process is the bot (`python -m bot run`, polling); Telegram and the people live in this one. They go on
whatever happens to the bot. Between death and restart the leases of the dead process are put into the past: what a
minute's waiting would do, so that the next process takes up what the last one held.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import random
import signal
import sqlite3
import sys
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.channels.telegram import CAPABILITIES
from bot.clocks import VIETNAM, MovableClock
from bot.files import Store
from bot.fit import fit
from bot.messages import Address
from bot.sandbox.ports import free_port
from bot.sandbox.stage import TOKEN
from bot.sandbox.telegram import Event, Fault, Message, TelegramServer, User
from db import Database, open_work
from db.leases import Lease
from db.mail import Delivery, Outcome, Received, Reminder
from db.migrate import upgrade
from db.people import Member, Person, Role, add_office, contact_for
from db.reports import Submission, SubmissionFile
from soak.crowd import open_rows

KILLS = int(os.environ.get("NHACVIEC_KILLS", "100"))
SEED = int(os.environ.get("NHACVIEC_SEED", "412"))
ROUND = 100
ROUNDS = [(SEED + place, min(ROUND, KILLS - first)) for place, first in enumerate(range(0, KILLS, ROUND))]
ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "bot" / "sandbox" / "example"
HOME = "Phòng Nội vụ"
OFFICES = (
    HOME,
    "Phòng Tư pháp",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Văn hóa và Thông tin",
    "Phòng Kinh tế và Hạ tầng",
    "Phòng Y tế",
    "Phòng Giáo dục và Đào tạo",
    "Văn phòng HĐND và UBND huyện",
    "Thanh tra huyện",
)
RECEIPT = "Đã ghi nhận"
PAST = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = ("random", "random", "opening", "written", "accepted", "fetching")
LONGEST_LIFE, LONGEST_WAIT = 2.5, 6.0
"""Seconds for which the others live once they have asked Telegram for updates, and for a chosen moment to come."""

pytestmark = [pytest.mark.soak, pytest.mark.timeout(5400)]


@dataclass
class Theatre:
    """What the people did and what they were told, as the platform saw it."""

    folder: Path
    url: str
    telegram: TelegramServer
    clock: MovableClock
    random: random.Random
    phones: dict[str, User] = field(default_factory=dict)
    db: Database = field(init=False)
    keys: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    edited: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def say(self, name: str, text: str) -> None:
        self._did(await self.phones[name].say(text))

    async def hand_in(self, name: str, data: bytes) -> None:
        number = len(self.files)
        content = unlike_any_other(data, number)
        self.files[hashlib.sha256(content).hexdigest()] = name
        self._did(await self.phones[name].send_document(f"bao-cao-{number}.docx", content))

    async def drop(self, name: str, data: bytes) -> None:
        self._did(await self.phones[name].send_document("cong-van-412.docx", data))

    async def press(self, name: str, *beginnings: str) -> bool:
        """The newest button whose label begins so; False if nobody has shown one yet."""
        for message in reversed(self.phones[name].messages):
            for label in (button.label for row in message.buttons for button in row):
                if message.from_bot and label.startswith(beginnings):
                    press = await self.phones[name].press(message, label)
                    self.keys.add(f"callback_query:{message.chat_id}:{press.id}")
                    return True
        return False

    def _did(self, message: Message) -> None:
        self.keys.add(f"message:{message.chat_id}:{message.message_id}:{int(message.date.timestamp())}")

    async def listen(self) -> None:
        """Every text that appears in a chat, counted as it appears."""
        events: asyncio.Queue[Event] = self.telegram.listen()
        while True:
            event = await events.get()
            counts = {"sent": self.sent, "edited": self.edited}.get(event.kind)
            if counts is not None and event.message.from_bot:
                counts[f"telegram:{event.message.chat_id}", event.message.text.strip()] += 1

    async def tick(self) -> None:
        """The child reads the time from a file, put in place whole."""
        while True:
            draft = self.folder / "clock.new"
            draft.write_text(self.clock.now().isoformat())
            draft.replace(self.folder / "clock")
            await asyncio.sleep(0.05)


def unlike_any_other(data: bytes, number: int) -> bytes:
    """The same document under another hash."""
    copy = io.BytesIO(data)
    with zipfile.ZipFile(copy, "a") as archive:
        archive.comment = f"bản {number}".encode()
    return copy.getvalue()


class Bot:
    """The bot as a child process, and its deaths."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._log = (theatre.folder / "bot.log").open("ab")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NHACVIEC_")},
            "NHACVIEC_TELEGRAM_TOKEN": TOKEN,
            "NHACVIEC_TELEGRAM_API_URL": theatre.telegram.url,
            "NHACVIEC_DATA_DIR": str(theatre.folder),
            "NHACVIEC_DATABASE_URL": theatre.url,
            "NHACVIEC_CLOCK_FILE": str(theatre.folder / "clock"),
            "NHACVIEC_PORT": str(free_port()),
            "NHACVIEC_TICK_SECONDS": "0.2",
            "NHACVIEC_PUBLIC_URL": "",
            "PYTHONPATH": str(ROOT),
        }

    async def start(self) -> None:
        self._before = len(self._theatre.telegram.calls)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run"),
            cwd=self._theatre.folder,  # no .env there
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
        )

    async def live(self) -> str:
        """Until a moment drawn by lot, while it opens or after it began to poll; which one came."""
        chance = self._theatre.random
        moment = chance.choice(MOMENTS)
        if moment == "opening":
            await asyncio.sleep(chance.uniform(0, 2))
            return moment
        async with asyncio.timeout(300):
            while not self._polls():  # noqa: ASYNC110 - the emulator keeps a list of calls and rings no bell
                await asyncio.sleep(0.02)
        if moment == "random":
            await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
            return moment
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await {"written": self._written, "accepted": self._accepted, "fetching": self._fetching}[moment]()
        except TimeoutError:
            return "random"
        return moment

    async def _written(self) -> None:
        """Rows have been committed, of which Telegram has not been told."""
        before = await newest_received(self._theatre.db)
        while await newest_received(self._theatre.db) == before:  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(0.003)

    async def _accepted(self) -> None:
        """Telegram shows a message, and its answer is on the way."""
        self._theatre.telegram.faults.add("sendMessage", Fault.slow(1))
        events = self._theatre.telegram.listen()
        try:
            while (event := await events.get()).kind != "sent" or not event.message.from_bot:
                pass
        finally:
            self._theatre.telegram.unlisten(events)

    async def _fetching(self) -> None:
        """The address of a file is known, its bytes have not come."""
        before = len(self._theatre.telegram.calls)
        self._theatre.telegram.faults.add("file", Fault.slow(1))
        while not any(call.method == "getFile" for call in self._theatre.telegram.calls[before:]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    def _polls(self) -> bool:
        return any(call.method == "getUpdates" for call in self._theatre.telegram.calls[self._before :])

    async def die(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._theatre.telegram.faults.clear()
        assert await self._process.wait() == -signal.SIGKILL, "it had died before: see bot.log"

    async def stop(self) -> None:
        """A lawful end, if it still lives."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()
        self._log.close()


@asynccontextmanager
async def theatre_in(folder: Path, url: str, seed: int) -> AsyncIterator[Theatre]:
    clock = MovableClock(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), running=True)
    telegram = TelegramServer(token=TOKEN, now=clock.now)
    await telegram.start()
    theatre = Theatre(folder, url, telegram, clock, random.Random(seed))
    await seat_everyone(theatre)
    jobs = [asyncio.create_task(theatre.tick()), asyncio.create_task(theatre.listen())]
    try:
        yield theatre
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await telegram.stop()
        await theatre.db.close()


async def seat_everyone(theatre: Theatre) -> None:
    """A coordinator and nine heads, as if they had joined long ago."""
    await upgrade(theatre.url)
    theatre.db = Database(theatre.url)
    async with open_work(theatre.db, theatre.clock) as work:
        places = {name: (await add_office(work.session, name)).id for name in OFFICES}
        for number, name in enumerate(("Hà", *OFFICES)):
            theatre.phones[name] = phone = theatre.telegram.user(1000 + number, name)
            phone.opened()
            contact = await contact_for(work.session, Address("telegram", str(phone.id)), name)
            contact.person = Person(name=name, consented_at=work.now)
            role = Role.COORDINATOR if name == "Hà" else Role.HEAD
            work.session.add(member(contact.person, places[HOME if name == "Hà" else name], role, work.now))


def member(person: Person, office_id: int, role: Role, now: datetime) -> Member:
    return Member(person=person, office_id=office_id, role=role, asked_at=now, approved_at=now)


async def coordinate(theatre: Theatre) -> None:
    """Hà: drops the directive, answers what she is asked until it is out, then looks who is missing, for ever."""
    await theatre.drop("Hà", (EXAMPLES / "cong-van-412.docx").read_bytes())
    while not out(theatre):
        await pause(theatre, 4.0)
        await theatre.press("Hà", "Chậm", "Gửi 9 đơn vị")
    while True:
        await pause(theatre, 3.0)
        await theatre.say("Hà", theatre.random.choice(("/missing", "ai chưa nộp", "/tindan", "/huongdan")))


def out(theatre: Theatre) -> bool:
    return all(any("Đã nhận công văn" in labels(m) for m in theatre.phones[name].messages) for name in OFFICES[1:])


def labels(message: Message) -> set[str]:
    return {button.label for row in message.buttons for button in row}


async def head(theatre: Theatre, name: str) -> None:
    """Says «đã nhận», asks to hand in, then hands in one file after another, with a question now and then."""
    data = (EXAMPLES / "bieu-mau-bao-cao.docx").read_bytes()
    while not await theatre.press(name, "Đã nhận công văn"):
        await pause(theatre, 1.0)
    while not await theatre.press(name, "Gửi báo cáo"):
        await pause(theatre, 1.0)
    while True:
        await pause(theatre, 12.0)
        if theatre.random.random() < 0.7:
            await theatre.hand_in(name, data)
        else:
            await theatre.say(name, theatre.random.choice(("/viec", "/huongdan", "xin chào")))


async def pause(theatre: Theatre, longest: float) -> None:
    """People take their time; nobody waits for the bot."""
    await asyncio.sleep(theatre.random.uniform(0, longest))


async def leases_run_out(theatre: Theatre) -> int:
    """What a minute does to the leases of a dead process; how many it held."""
    held = 0
    async with theatre.db.writing() as session:
        for row in (Received, Reminder, Delivery):
            over = update(row).where(row.taken_until.is_not(None)).values(taken_until=PAST).returning(row.id)
            held += len((await session.scalars(over)).all())
        await session.execute(update(Lease).values(until=PAST))
    return held


async def newest_received(db: Database) -> int | None:
    async with db.reading() as session:
        return await session.scalar(select(func.max(Received.id)))


async def all_quiet(theatre: Theatre) -> None:
    """Nothing pending at Telegram, nothing due or to come in the bot. It is stuck only if nothing moves."""
    left: tuple[int, int] | None = None
    while True:
        async with asyncio.timeout(180):
            while (now := (await open_rows(theatre.db), theatre.telegram.pending)) == left:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.2)
        if not any(now):
            return await theatre.telegram.idle()
        left = now


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if os.environ.get("NHACVIEC_KILLS_ON") == "postgresql":
        found: str = request.getfixturevalue("postgresql_url")
        return found
    return f"sqlite+aiosqlite:///{tmp_path / 'nhacviec.db'}"


@pytest.mark.parametrize(("seed", "kills"), ROUNDS)
async def test_nothing_is_lost_or_said_three_times_however_often_the_bot_is_killed(
    tmp_path: Path, url: str, seed: int, kills: int
) -> None:
    async with theatre_in(tmp_path, url, seed) as theatre:
        bot = Bot(theatre)
        people = [asyncio.create_task(coordinate(theatre))]
        people += [asyncio.create_task(head(theatre, name)) for name in OFFICES]
        held, moments = 0, Counter[str]()
        try:
            for _ in range(kills):
                await bot.start()
                moments[await bot.live()] += 1
                await bot.die()
                held += await leases_run_out(theatre)
            assert not any(person.done() for person in people), "a person gave up"
            await quiet_people(people)
            await bot.start()
            await all_quiet(theatre)
            for name in OFFICES:  # ten minutes after a report the bot asks which task a further file is for
                await theatre.press(name, "Việc 1, ")
            await all_quiet(theatre)
        finally:
            await quiet_people(people)
            await bot.stop()
        await judge(theatre, held, moments, seed)


async def quiet_people(people: Iterable[asyncio.Task[None]]) -> None:
    for person in people:
        person.cancel()
    for result in await asyncio.gather(*people, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def judge(theatre: Theatre, held: int, moments: Counter[str], seed: int) -> None:
    integrity = "ok"
    if theatre.db.sqlite:
        with closing(sqlite3.connect(theatre.folder / "nhacviec.db")) as database:
            integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
    async with theatre.db.reading() as session:
        came = (await session.scalars(select(Received))).all()
        gone = (await session.scalars(select(Delivery))).all()
        kept = (await session.scalars(select(SubmissionFile))).all()
        reports = (await session.scalars(select(Submission))).unique().all()
    promised, certain = promises(gone)
    lost = [row for row in gone if row.outcome == Outcome.UNCERTAIN and not heard(theatre, row)]
    twice = theatre.sent - certain
    print(
        f"\nF1 {moments.total()} kills (seed {seed}; {dict(moments)}): {len(theatre.keys)} updates, {len(came)} rows; "
        f"{len(gone)} deliveries, {theatre.sent.total()} messages and {theatre.edited.total()} edits on the wire; "
        f"{held} rows were held by dead processes; {sum(row.uncertain for row in gone)} uncertain, "
        f"{twice.total()} heard twice, {len(lost)} given up unheard; "
        f"{len(theatre.files)} files sent, {len(kept)} filed in {len(reports)} reports; integrity {integrity}"
    )
    assert integrity == "ok"
    assert {row.key for row in came} >= theatre.keys, "an acknowledged update is no row"
    assert len(came) == len(theatre.keys), "an update is more than one row"
    assert {row.outcome for row in came} == {Outcome.DONE}
    assert Counter(file.sha256 for file in kept) == Counter(theatre.files.keys()), "each file is filed exactly once"
    assert_blobs(Store(theatre.folder / "files"), kept)
    assert theatre.sent - promised == Counter(), "said more often than once, or twice where uncertain"
    unheard = [row.id for row in gone if row.outcome == Outcome.DONE and not heard(theatre, row)]
    assert unheard == [], "marked as sent and never heard"
    assert_receipts(theatre, reports)


def promises(gone: Iterable[Delivery]) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """How often each text may appear in each chat: once a row, twice an uncertain one; and without the latter."""
    promised: Counter[tuple[str, str]] = Counter()
    certain: Counter[tuple[str, str]] = Counter()
    for row in gone:
        for text in texts(row):
            promised[row.lane, text] += 2 if row.uncertain else 1
            certain[row.lane, text] += 1
    return promised, certain


def texts(row: Delivery) -> list[str]:
    return [part.text.strip() for part in fit(row.outgoing, CAPABILITIES).parts]


def heard(theatre: Theatre, row: Delivery) -> bool:
    return all((row.lane, text) in theatre.sent | theatre.edited for text in texts(row))


def assert_blobs(store: Store, kept: Iterable[SubmissionFile]) -> None:
    for file in kept:
        content = store.path(file.sha256).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file.sha256, file.size)


def assert_receipts(theatre: Theatre, reports: Iterable[Submission]) -> None:
    """Every receipt anybody ever saw names a report that has at least the files it speaks of."""
    counts = {f"Mã {report.assignment.office.short}-{report.id:04d}.": len(report.files) for report in reports}
    receipts = {text for _, text in theatre.sent | theatre.edited if text.startswith(RECEIPT)}
    assert receipts
    for text in receipts:
        [code] = [code for code in counts if code in text]
        assert counts[code] >= int(text.removeprefix(RECEIPT).split()[0])
