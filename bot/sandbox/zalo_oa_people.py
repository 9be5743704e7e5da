"""People with Zalo on their phone: what they do becomes the events the app hears."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath

from bot.sandbox.telegram_model import utf16
from bot.sandbox.zalo_oa_model import Event, File, Json, Message, Person
from bot.sandbox.zalo_oa_world import World

TEXT_LIMIT = 2000


class User:
    """A person. What others could do on Telegram and Zalo cannot, such as editing, raises NotImplementedError."""

    def __init__(self, world: World, person: Person) -> None:
        self._world, self.person = world, person

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def messages(self) -> list[Message]:
        return [message for message in self.person.messages if not message.hidden]

    def opened(self) -> None:
        """As if they had followed and written just before: the OA may write, and hears nothing of it."""
        self.person.follows, self.person.left = True, False
        self._world.turned_to_us(self.person)

    async def follow(self, source: str = "oa_profile") -> None:
        self.person.follows, self.person.left = True, False
        self._world.turned_to_us(self.person)
        self._come_or_go("follow", source=source)

    async def unfollow(self) -> None:
        self.person.follows, self.person.left = False, True
        self._come_or_go("unfollow", source="oa_profile")

    async def block(self) -> None:
        await self.unfollow()

    async def unblock(self) -> None:
        await self.follow()

    async def start(self, payload: str = "") -> Message:
        """Opens zalo.me/<OA>, follows, and types the code: a link carries nothing."""
        await self.follow()
        return await self.say(payload or "/start")

    async def say(self, text: str, *, reply_to: Message | None = None) -> Message:
        """A text too long for one message leaves as several; the last is returned."""
        *before, last = _pieces(text)
        for piece in before:
            self._say("text", piece)
        return self._say("text", last, quotes=reply_to.message_id if reply_to else None)

    async def send_document(
        self, name: str, data: bytes, mime: str | None = None, caption: str = "", album: str | None = None
    ) -> Message:
        return self._send(File("file", name, data), caption)

    async def send_photo(self, data: bytes, caption: str = "", album: str | None = None) -> Message:
        return self._send(File("image", "anh.jpg", data), caption)

    async def send_photos(self, photos: Sequence[bytes], caption: str = "") -> list[Message]:
        """Each is an event of its own; the caption goes with the first."""
        return [await self.send_photo(data, caption if not number else "") for number, data in enumerate(photos)]

    async def send_gif(self, data: bytes = b"GIF89a") -> Message:
        return self._send(File("gif", "anh.gif", data), "")

    async def send_voice(self, data: bytes, caption: str = "") -> Message:
        return self._send(File("audio", "ghi-am.aac", data), caption)

    async def send_video(self, data: bytes, name: str = "video.mp4", caption: str = "") -> Message:
        return self._send(File("video", name, data), caption)

    async def send_sticker(self, data: bytes = b"\x89PNG") -> Message:
        return self._send(File("sticker", "nhan-dan.png", data), "")

    async def send_link(self, url: str, text: str = "") -> Message:
        payload = {"thumbnail": "", "description": "", "url": url}
        return self._say("link", text, attachments=[{"type": "link", "payload": payload}])

    async def send_location(self, latitude: float, longitude: float) -> Message:
        where = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
        return self._say("location", "", attachments=[{"type": "location", "payload": where}])

    async def send_contact(self, phone: str, user_id: int | None = None, *, name: str | None = None) -> Message:
        card = {"thumbnail": "", "description": f"{name or ''} {phone}".strip(), "url": "https://zalo.me/card"}
        return self._say("business_card", "", attachments=[{"type": "link", "payload": card}])

    async def submit_info(self, phone: str, name: str = "", **address: str) -> None:
        """Fills in the form the OA asked with; nobody checks what is typed."""
        self.person.shared = {"name": name or self.name, "phone": phone, **address}
        self._world.turned_to_us(self.person)
        info = {"name": name or self.name, "phone": phone, "full_address": address}
        self._world.tell("user_submit_info", self.person, info=info)

    async def see(self, *messages: Message) -> None:
        """Opens the chat; the OA learns which of its messages were seen, which does not let it write."""
        seen = messages or [message for message in self.messages if message.from_bot]
        ids = [message.message_id for message in seen]
        self._world.tell("user_seen_message", self.person, message={"msg_ids": ids})

    async def press(self, message: Message, label: str) -> Message | None:
        """Presses a button by its label. A query says its payload; a link opens, and the OA may write again."""
        for button in (button for row in message.buttons for button in row):
            if button.label != label:
                continue
            for listener in self._world.listeners:
                listener.put_nowait(Event("pressed", message))
            if button.kind.startswith("oa.query"):
                return self._say("text", button.value, hidden=button.kind == "oa.query.hide")
            self._world.turned_to_us(self.person)
            return None
        raise LookupError(f"no button {label!r}, only {[[b.label for b in row] for row in message.buttons]}")

    async def press_data(self, message_id: str, data: str) -> Message:
        """Presses what an old screen still shows."""
        return self._say("text", data, hidden=True)

    async def edit(self, message: Message, new_text: str) -> None:
        raise NotImplementedError("nobody edits on Zalo")

    async def react(self, message: Message, emoji: str) -> None:
        raise NotImplementedError("an app does not hear of reactions")

    def _come_or_go(self, event: str, source: str) -> None:
        world, person = self._world, self.person
        ids = {"oa_id": world.oa_id, "follower": {"id": person.id}, "user_id_by_app": person.by_app}
        world.tell_raw({**ids, "event_name": event, "source": source, "app_id": world.app_id}, person.id)

    def _send(self, file: File, caption: str) -> Message:
        url = self._world.link(file)
        payload: Json = {"url": url}
        if file.kind == "file":
            checksum = hashlib.md5(file.data, usedforsecurity=False).hexdigest()
            suffix = PurePath(file.name).suffix.lstrip(".")
            payload |= {"size": str(len(file.data)), "name": file.name, "checksum": checksum, "type": suffix}
        elif file.kind == "sticker":
            payload["id"] = "bfe458bf64fa8da4d4eb"
        elif file.kind != "audio":
            payload["thumbnail"] = url
        return self._say(file.kind, caption, attachments=[{"type": file.kind, "payload": payload}], file=file)

    def _say(
        self,
        kind: str,
        text: str,
        *,
        attachments: list[Json] | None = None,
        file: File | None = None,
        quotes: str | None = None,
        hidden: bool = False,
    ) -> Message:
        if self.person.left:
            self.person.left = False  # writing opens the chat again, without following
        self._world.turned_to_us(self.person)
        message = self._world.post(self.person, from_bot=False, text=text, file=file, quotes=quotes, hidden=hidden)
        said: Json = {"msg_id": message.message_id} | ({"text": text} if text else {})
        said |= {"quote_msg_id": quotes} if quotes else {}
        said |= {"attachments": attachments} if attachments else {}
        self._world.tell(f"user_send_{kind}", self.person, message=said)
        return message


def _pieces(text: str) -> list[str]:
    pieces, rest = [], text
    while utf16(rest) > TEXT_LIMIT:
        head = rest[:TEXT_LIMIT]
        while utf16(head) > TEXT_LIMIT:
            head = head[: -((utf16(head) - TEXT_LIMIT + 1) // 2)]
        pieces.append(head)
        rest = rest[len(head) :]
    return [*pieces, rest]
