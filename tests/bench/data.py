"""Databases to measure on, filled in bulk: seated people, long histories, many offices with many directives."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.migrate import upgrade
from tests.bench.load import FIRST_CHAT

NOW = datetime.now(UTC)


def moment(at: datetime) -> str:
    """As SQLAlchemy stores it in SQLite."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def path(folder: Path) -> Path:
    return folder / "nhacviec.db"


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the database of a bot, running or not."""
    with sqlite3.connect(path(folder), timeout=30) as connection:
        yield connection
    connection.close()


async def fresh(folder: Path, people: int) -> Path:
    """A migrated database with one office and so many people of it, whose chats are known."""
    await upgrade(f"sqlite+aiosqlite:///{path(folder)}")
    with opened(folder) as db:
        insert(db, "offices", [_office(1)])
        seats(db, [(number, 1, "staff") for number in range(people)])
    return folder


def seats(db: sqlite3.Connection, places: Iterable[tuple[int, int, str]]) -> None:
    """People by number, each in an office with a role; their chats are FIRST_CHAT + number."""
    at, found = moment(NOW), list(places)
    insert(
        db,
        "people",
        (
            {"id": n + 1, "name": f"Người {n}", "title": "", "phone": "0900000000", "consented_at": at}
            for n, _, _ in found
        ),
    )
    insert(
        db,
        "members",
        (
            {"person_id": n + 1, "office_id": office, "role": role, "asked_at": at, "approved_at": at}
            for n, office, role in found
        ),
    )
    insert(
        db,
        "contacts",
        (
            {
                "channel": "telegram",
                "chat": str(FIRST_CHAT + n),
                "person_id": n + 1,
                "name": f"Người {n}",
                "heard_at": at,
                "expects": "",
                "choices": "[]",
                "wrong_codes": "[]",
            }
            for n, _, _ in found
        ),
    )


def history(folder: Path, rows: int, people: int) -> None:
    """So many updates received and messages delivered, all done, over the last year."""

    def done(number: int) -> dict[str, Any]:
        at = moment(NOW - timedelta(seconds=30 * (rows - number)))
        lane = f"telegram:{FIRST_CHAT + number % people}"
        return {
            "lane": lane,
            "priority": 1,
            "due_at": at,
            "attempt": 1,
            "failures": 0,
            "done_at": at,
            "outcome": "done",
        }

    body = json.dumps({"message": {"text": "x" * 250}}).encode()
    said = json.dumps({"text": "Đã nhận báo cáo. " * 10}, ensure_ascii=False)
    with opened(folder) as db:
        insert(
            db,
            "received",
            (
                {
                    **done(n),
                    "priority": 0,
                    "channel": "telegram",
                    "key": f"message:{n % people}:{n}:{n}",
                    "body": body,
                    "received_at": moment(NOW),
                }
                for n in range(rows)
            ),
        )
        insert(
            db,
            "deliveries",
            (
                {
                    **done(n),
                    "message": said,
                    "created_at": moment(NOW),
                    "sent_at": moment(NOW),
                    "uncertain": 0,
                    "parts_sent": 1,
                    "message_id": str(n),
                    "person_id": n % people + 1,
                }
                for n in range(rows)
            ),
        )


def broadcast(folder: Path, rows: int, people: int) -> None:
    """So many messages to as many chats as there are, waiting at the lowest priority."""
    at = moment(datetime.now(UTC))
    with opened(folder) as db:
        insert(
            db,
            "deliveries",
            (
                {
                    "lane": f"telegram:{FIRST_CHAT + n % people}",
                    "priority": 3,
                    "due_at": at,
                    "attempt": 0,
                    "failures": 0,
                    "message": json.dumps({"text": f"Thông báo {n}"}),
                    "created_at": at,
                    "uncertain": 0,
                    "parts_sent": 0,
                    "person_id": n % people + 1,
                }
                for n in range(rows)
            ),
        )


def directives(folder: Path, offices: int, count: int, reported: float = 0.6) -> None:
    """So many published directives, each asked of every office, a share of them reported; person 0 coordinates."""
    at, due = moment(NOW - timedelta(days=3)), moment(NOW + timedelta(days=3))
    with opened(folder) as db:
        insert(db, "offices", (_office(number) for number in range(2, offices + 1)))
        seats(db, [(10_000_000 + number, number, "head") for number in range(2, offices + 1)])
        db.execute("UPDATE members SET role = 'coordinator' WHERE person_id = 1")
        insert(
            db,
            "directives",
            (
                {
                    "id": n,
                    "number": f"{n}/UBND",
                    "subject": f"Báo cáo {n}",
                    "collector_id": 1,
                    "coordinator_id": 1,
                    "reading": "{}",
                    "urgency": 0,
                    "drafted_at": at,
                    "published_at": at,
                }
                for n in range(1, count + 1)
            ),
        )
        insert(
            db,
            "tasks",
            (
                {
                    "id": n,
                    "directive_id": n,
                    "position": 1,
                    "number": "1",
                    "text": "Gửi báo cáo",
                    "kind": "report",
                    "rule": "none",
                    "due_at": due,
                    "target_at": due,
                    "coordinating": "[]",
                    "wanted": "[]",
                    "version": 1,
                }
                for n in range(1, count + 1)
            ),
        )
        pairs = [(task, office) for task in range(1, count + 1) for office in range(1, offices + 1)]
        insert(
            db,
            "assignments",
            (
                {"id": n, "task_id": task, "office_id": office, "sent_at": at, "nudges": 0, "version": 1}
                for n, (task, office) in enumerate(pairs, 1)
            ),
        )
        insert(
            db,
            "submissions",
            (
                {"assignment_id": n, "way": "paper", "version": 1, "arrived_at": at, "created_at": at, "reference": ""}
                for n, (task, office) in enumerate(pairs, 1)
                if (office * 7 + task) % 10 < reported * 10
            ),
        )
    with opened(folder) as db:
        db.execute("ANALYZE")


def insert(db: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """All rows have the columns of the first."""
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    names = list(first)
    says = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    db.execute(says, first)
    db.executemany(says, iterator)


def _office(number: int) -> dict[str, Any]:
    name = f"Đơn vị {number}"
    return {
        "id": number,
        "name": name,
        "key": f"don vi {number}",
        "short": f"DV{number}",
        "head_title": "",
        "phone": "",
    }


if __name__ == "__main__":
    import sys

    asyncio.run(fresh(Path(sys.argv[1]), 600))
