"""What is remembered. SQL is spoken only here; importing this package knows every table."""

from db import (
    audit,
    boots,
    changes,
    digests,
    directives,
    downloads,
    editions,
    held,
    leases,
    mail,
    people,
    reports,
    sheets,
    tokens,
    uploads,
    windows,
)
from db.base import Base, Database
from db.work import Work, open_work

__all__ = [
    "Base",
    "Database",
    "Work",
    "audit",
    "boots",
    "changes",
    "digests",
    "directives",
    "downloads",
    "editions",
    "held",
    "leases",
    "mail",
    "open_work",
    "people",
    "reports",
    "sheets",
    "tokens",
    "uploads",
    "windows",
]
