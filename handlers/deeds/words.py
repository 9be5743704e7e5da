"""Patterns of things people write in the middle of a sentence."""

from __future__ import annotations

import re

from bot.vi import elsewhere as vi
from handlers import Refused

REFERENCE = re.compile(r"(?:số\s*)?(\d{1,5}\s*/\s*[^\W\d_][\w&]+(?:-[\w&]+)*)", re.IGNORECASE)
"""A số, ký hiệu such as `45/BC-TP`; a date such as `15/5` is none."""
MOST = 100


def reference_in(text: str) -> str | None:
    """The số, ký hiệu in it, without blanks. Raises Refused where it is too long to be one."""
    written = REFERENCE.search(text)
    if written is None:
        return None
    found = written[1].replace(" ", "")
    if len(found) > MOST:
        raise Refused(vi.reference_too_long(MOST))
    return found
