"""What is remembered. SQL is spoken only here; importing this package knows every table."""

from db import (
    audit,
    boots,
    directives,
    downloads,
    editions,
    held,
    leases,
    mail,
    pages,
    people,
    reports,
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
    "directives",
    "downloads",
    "editions",
    "held",
    "leases",
    "mail",
    "open_work",
    "pages",
    "people",
    "reports",
    "tokens",
    "uploads",
    "windows",
]
