"""Long lists of values, in parts a statement can take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Value = TypeVar("Value")
MOST = 10_000
"""The databases take some 32,000 values in a statement."""


def parts(values: Iterable[Value], most: int = MOST) -> list[list[Value]]:
    known = list(values)
    return [known[start : start + most] for start in range(0, len(known), most)]
