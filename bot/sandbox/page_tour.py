"""The guided tour: which step is next, and whether what somebody just did was it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Kind = Literal["press", "send_file", "say", "clock"]


class TourStep(NamedTuple):
    """`label` is the button (an end of «…» matches any ending), the ready file, the words, or hour | workday | due.

    For `clock` the phone is "". A `send_file` step is done by any file sent from that phone.
    """

    title: str
    sentence: str
    phone: str
    kind: Kind
    label: str

    def done_by(self, phone: str, kind: Kind, label: str) -> bool:
        if (kind, phone if kind != "clock" else self.phone) != (self.kind, self.phone):
            return False
        return kind == "send_file" or alike(self.label, label)


def alike(wanted: str, given: str) -> bool:
    wanted, given = wanted.strip().casefold(), given.strip().casefold()
    return given.startswith(wanted[:-1]) if wanted.endswith("…") else wanted == given


class Tour:
    """Steps may be done out of order: the current one is the first not yet done."""

    def __init__(self, steps: Sequence[TourStep]) -> None:
        self.steps = tuple(steps)
        self._done: set[int] = set()

    @property
    def at(self) -> int:
        """The place of the current step; the number of steps when all are done."""
        return next((n for n in range(len(self.steps)) if n not in self._done), len(self.steps))

    def saw(self, phone: str, kind: Kind, label: str) -> None:
        for number, step in enumerate(self.steps):
            if number not in self._done and step.done_by(phone, kind, label):
                self._done.add(number)
                return

    def skip(self) -> None:
        self._done.add(self.at)

    def to_json(self) -> dict[str, Any]:
        step = self.steps[self.at]._asdict() if self.at < len(self.steps) else None
        return {"at": self.at, "of": len(self.steps), "step": step}
