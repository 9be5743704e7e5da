"""What is remembered. SQL is spoken only here; importing this package knows every table."""

from db import audit, directives, held, leases, mail, people, reports, tokens, windows
from db.base import Base, Database
from db.work import Work, open_work

__all__ = [
    "Base",
    "Database",
    "Work",
    "audit",
    "directives",
    "held",
    "leases",
    "mail",
    "open_work",
    "people",
    "reports",
    "tokens",
    "windows",
]
