"""What was measured, as a short table: ours, what stands beside it, and whether the goal is met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One figure. `met` is None where there is no goal."""

    what: str
    ours: str
    beside: str = ""
    goal: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.met is None else "ok" if self.met else "short"
        return self.what, self.ours, self.beside, self.goal, verdict


HEAD = ("", "nhacviec", "beside it, in the same run", "goal", "")


def text(rows: Sequence[Row]) -> str:
    """For the terminal."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def markdown(rows: Iterable[Row]) -> str:
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def middle(values: Iterable[float]) -> float:
    return median(values)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each round."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def spread(values: Sequence[float], said: Callable[[float], str] = "{:.0f}".format) -> str:
    """`1204 (980–1302)`."""
    return f"{said(median(values))} ({said(min(values))}–{said(max(values))})"
