"""What this Zalo remembers: people, what was said, files, who may still be written to; and whom it tells."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, Literal

from bot.sandbox.zalo_oa_errors import Refusal
from bot.sandbox.zalo_oa_model import FREE, PAID, Event, File, Json, Message, Now, Person
from bot.sandbox.zalo_oa_webhook import Webhook

FREE_REPLIES = 8
UPLOAD_LIFE = timedelta(days=7)
QuotaShown = Literal["present", "absent", "counting"]


class World:
    """`quota_shown`: whether answers carry a quota object; `counting` charges from the ninth free reply on.
    `shapes`: the refusal each shape of buttons draws, none where it is taken. `media_life`: of a link to a file."""

    def __init__(self, app_id: str, oa_id: str, now: Now, webhook: Webhook) -> None:
        self.app_id, self.oa_id, self.now, self.webhook = app_id, oa_id, now, webhook
        self.people: dict[str, Person] = {}
        self.listeners: list[asyncio.Queue[Event]] = []
        self.quota_shown: QuotaShown = "present"
        self.shapes: dict[str, int] = {}
        self.out_of_quota = self.plan_expired = False
        self.charged = 0
        self.warnings: list[str] = []
        self.media_root, self.media_life = "", timedelta(hours=1)
        self.granted: Callable[[], bool] = lambda: True
        self._media: dict[str, tuple[File, datetime]] = {}
        self._uploads: dict[str, tuple[File, datetime]] = {}
        self._made = 0

    def person(self, user_id: str) -> Person:
        """Whom the OA writes to; the refusal Zalo has for who does not exist."""
        found = self.people.get(user_id)
        if found is None:
            raise Refusal(-201, "user_id is invalid")
        return found

    def post(self, person: Person, **what: Any) -> Message:
        message = Message(self._id("msg"), person.id, date=self.now(), **what)
        person.messages.append(message)
        kind = "sent" if message.from_bot else "said"
        for listener in self.listeners:
            listener.put_nowait(Event(kind, message))
        return message

    def turned_to_us(self, person: Person) -> None:
        person.turned_to_us, person.free_replies = self.now(), 0

    # Windows and money

    def quota(self, person: Person) -> Json | None:
        """Whether the OA may say one more thing, and on whose account: None where it is charged. Raises Refusal."""
        if self.plan_expired:
            raise Refusal(-224)
        if person.banned:
            raise Refusal(-227)
        if person.restricted:
            raise Refusal(-244)
        if person.left:
            raise Refusal(-213)
        age = self.now() - person.turned_to_us if person.turned_to_us else None
        if age is None or age > PAID:
            raise Refusal(-230)
        if self.out_of_quota:
            raise Refusal(-211)
        return self._free(person) if age <= FREE else None

    def _free(self, person: Person) -> Json | None:
        if self.quota_shown == "counting" and person.free_replies >= FREE_REPLIES:
            return None
        person.free_replies += 1
        left = FREE_REPLIES - person.free_replies if self.quota_shown == "counting" else FREE_REPLIES
        assert person.turned_to_us is not None
        until = str(int((person.turned_to_us + FREE).timestamp() * 1000))
        owner = {"owner_type": "OA", "owner_id": self.oa_id}
        return {"quota_type": "reply", "remain": left, "total": FREE_REPLIES, "expired_date": until, **owner}

    # Files

    def link(self, file: File) -> str:
        """Where the app may fetch it for a while."""
        key = self._id("media")
        self._media[key] = file, self.now() + self.media_life
        return f"{self.media_root}/media/{key}/{'file' if file.kind == 'file' else 'a'}{PurePath(file.name).suffix}"

    def media(self, key: str) -> File | None:
        file, until = self._media.get(key, (None, self.now()))
        return file if self.now() < until else None

    def keep(self, file: File) -> str:
        token = f"{self._id('upload')}-{hashlib.md5(file.data, usedforsecurity=False).hexdigest()}"
        self._uploads[token] = file, self.now() + UPLOAD_LIFE
        return token

    def uploaded(self, token: str) -> File:
        if token not in self._uploads:
            raise Refusal(-201, "attachment is invalid")
        file, until = self._uploads[token]
        if self.now() >= until:
            raise Refusal(-100)
        return file

    # What the app hears

    def tell(self, event: str, person: Person, *, from_oa: bool = False, **more: Any) -> None:
        sender, recipient = {"id": person.id}, {"id": self.oa_id}
        if from_oa:
            sender, recipient = recipient, sender
        ids = {"sender": sender, "recipient": recipient, "user_id_by_app": person.by_app}
        self.tell_raw({"app_id": self.app_id, **ids, "event_name": event, **more}, person.id)

    def tell_raw(self, event: Json, lane: str) -> None:
        if self.granted():
            self.webhook.tell({**event, "timestamp": str(int(self.now().timestamp() * 1000))}, lane)

    def _id(self, what: str) -> str:
        self._made += 1
        return hashlib.sha256(f"{self.app_id}:{what}:{self._made}".encode()).hexdigest()[:20]
