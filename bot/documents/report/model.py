"""A consolidated report (báo cáo tổng hợp) and a letter, as plain values. Names and words are as people wrote them:
the writers clean them. Whoever fills these in says nothing that is not in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """How an office stands when the report is made; each is in exactly one."""

    ON_TIME = "on_time"
    LATE = "late"
    WAITING = "waiting"
    """It says that it sent its report through QLVB, and nobody has confirmed it yet."""
    MISSING = "missing"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Respondent:
    """An office that owed the report. `elsewhere` tells how it came if not here («QLVB, số 45/BC-PYT»), `link` is
    where its files are on the web, `file` the path of one beside the document, `note` the reason of an exemption or of
    a delay."""

    id: int
    name: str
    state: State
    due: datetime | None = None
    received: datetime | None = None
    version: int = 0
    elsewhere: str = ""
    note: str = ""
    link: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A column of the matrix. `unit` is that of its figures; `added`: they make a sum."""

    id: int
    text: str
    unit: str = ""
    added: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage comes from."""

    office: int
    question: int
    version: int


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares; `numeric` the columns set to the right. `rows` are read once, in order, as they are
    written; `total` is a last row in bold. `sources` tell where each row comes from, if they do."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    widths: tuple[float, ...] = ()
    numeric: frozenset[int] = frozenset()
    total: tuple[str, ...] = ()
    caption: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One office's answer to one question, in its own words. `number` is what it says as a figure; `nothing` is
    «không phát sinh»; `named` is whether the office must be named here, because the heading does not."""

    source: Source
    office: str
    text: str = ""
    number: Decimal | None = None
    nothing: bool = False
    answered_at: datetime | None = None
    link: str = ""
    table: Table | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of the collecting office's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """`label`, then these offices."""

    label: str
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A figure added up from those of the offices behind it; `without` are the offices that gave none; `said`, if there
    are too many for a line, what each of `parts` comes from: then it stands here and nowhere above."""

    label: str
    parts: tuple[tuple[str, Decimal], ...]
    unit: str = ""
    without: tuple[str, ...] = ()
    said: tuple[Passage, ...] = ()

    @property
    def value(self) -> Decimal:
        return sum((figure for _, figure in self.parts), Decimal(0))


Block = Words | Passage | Names | Total | Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A point of the outline; its depth (I., 1., a), -) is where it stands. `blocks` are read once, in order, while
    they are written: they may come from the database one by one."""

    title: str
    blocks: Iterable[Block] = ()
    points: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """A phụ lục: its name without «Phụ lục I», and what is in it."""

    title: str
    blocks: Iterable[Block]
    wide: bool = False
    points: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`parent` is the body directly above, or nothing; `symbol` is what follows the number, which văn thư gives
    («BC-PNV»). `dated` None leaves the day to be written in."""

    issuer: str
    parent: str
    place: str
    symbol: str
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """`titles` one a line: («KT. TRƯỞNG PHÒNG», «PHÓ TRƯỞNG PHÒNG»); `name` may be left open."""

    titles: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`subject` is the trích yếu, `grounds` the căn cứ, `copies` the Nơi nhận between «Như trên» and «Lưu», `archive`
    what follows «Lưu: ». `edition` counts from 1; `made_at` is written into the file in the place of a clock."""

    head: Letterhead
    subject: str
    addressees: tuple[str, ...]
    grounds: tuple[str, ...]
    opening: tuple[str, ...]
    outline: tuple[Heading, ...]
    closing: str
    signature: Signature
    copies: tuple[str, ...]
    archive: str
    respondents: tuple[Respondent, ...]
    annexes: tuple[Annex, ...]
    made_at: datetime
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """A công văn: `subject` without «V/v», `body` one paragraph each, `annexes` as in a report."""

    head: Letterhead
    subject: str
    addressees: tuple[str, ...]
    body: tuple[str, ...]
    signature: Signature
    copies: tuple[str, ...]
    archive: str
    made_at: datetime
    annexes: tuple[Annex, ...] = ()
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Matrix:
    """Office × question. `answers` come in the order of `respondents` and may be read twice."""

    title: str
    questions: tuple[Question, ...]
    respondents: tuple[Respondent, ...]
    answers: Iterable[Passage]
    made_at: datetime
    edition: int = 1
