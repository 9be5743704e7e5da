"""Patterns of things people write in the middle of a sentence."""

from __future__ import annotations

import re

REFERENCE = re.compile(r"(?:số\s*)?(\d{1,5}\s*/\s*[^\W\d_][\w&]+(?:-[\w&]+)*)", re.IGNORECASE)
"""A số, ký hiệu such as `45/BC-TP`; a date such as `15/5` is none."""
