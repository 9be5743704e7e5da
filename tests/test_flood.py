"""One chat that writes without end (all of it: make soak)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot import flood
from bot.channel import Raw
from bot.clocks import VIETNAM
from bot.flood import MOST
from bot.sandbox.stage import Stage
from db.mail import Outcome, Received
from db.people import Role
from sqlalchemy import select
