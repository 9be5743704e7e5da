"""The methods of the OpenAPI which the app calls: messages, uploads, people, quota, the OA itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from bot.sandbox.telegram_model import utf16
from bot.sandbox.telegram_params import Uploaded
from bot.sandbox.zalo_oa_errors import Refusal
from bot.sandbox.zalo_oa_model import Button, File, Json, Message, Person
from bot.sandbox.zalo_oa_world import World

TEXT_LIMIT, PAYLOAD_LIMIT, TITLE_LIMIT, MOST_BUTTONS, MOST_ELEMENTS = 2000, 1000, 100, 5, 5
UPLOADS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "image": ((".jpg", ".jpeg", ".png"), 1 << 20, "attachment_id"),
    "gif": ((".gif",), 5 << 20, "attachment_id"),
    "file": ((".pdf", ".doc", ".docx", ".csv"), 5 << 20, "token"),
}
_BUTTONS = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.sms", "oa.open.phone"}
_ECHOES = {"image": "oa_send_image", "gif": "oa_send_gif", "sticker": "oa_send_sticker", "file": "oa_send_file"}


class Methods:
    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    def by_path(self) -> dict[str, Callable[[Json], Any]]:
        return {
            "POST /v3.0/oa/message/cs": self.message,
            "POST /v3.0/oa/quota/message": self.quota,
            "GET /v3.0/oa/user/detail": self.detail,
            "GET /v2.0/oa/getoa": self.getoa,
            "POST /v2.0/oa/message": self.closed,
        }

    def closed(self, body: Json) -> Json:
        raise Refusal(-240)

    def message(self, body: Json) -> Json:
        person = self._world.person(str((body.get("recipient") or {}).get("user_id", "")))
        said = body.get("message")
        if not isinstance(said, dict):
            raise Refusal(-201, "message is invalid")
        what = self._what(said)
        quota = self._world.quota(person)
        message = self._world.post(person, from_bot=True, **what, charged=quota is None)
        self._world.charged += message.charged
        self._echo(person, message)
        return self._answer(person, message, quota)

    def upload(self, kind: str, file: Uploaded | None) -> Json:
        suffixes, limit, answer = UPLOADS[kind]
        if file is None or PurePath(file.name).suffix.lower() not in suffixes:
            raise Refusal(-201, "file type is not supported")
        if len(file.data) > limit:
            raise Refusal(-210)
        return {answer: self._world.keep(File(kind, file.name, file.data))}

    def quota(self, body: Json) -> Json:
        person = self._world.person(str(body.get("user_id", "")))
        last = person.turned_to_us
        reply = {"remain": 8, "total": 8}
        promotion = {"daily_remain": 1, "daily_total": 1, "monthly_remain": 1, "monthly_total": 1}
        spoken = {"last_interaction": str(int(last.timestamp() * 1000))} if last else {}
        return {**spoken, "cs_reply": reply, "promotion": promotion}

    def detail(self, body: Json) -> Json:
        person = self._world.person(str(body.get("user_id", "")))
        names = {"display_name": person.name, "user_alias": person.name, "user_is_follower": person.follows}
        ids = {"user_id": person.id, "user_id_by_app": person.by_app, "user_external_id": ""}
        last = person.turned_to_us.strftime("%d/%m/%Y") if person.turned_to_us else ""
        more: Json = {"is_sensitive": False, "user_last_interaction_date": last, "avatar": "", "dynamic_param": ""}
        shared = {"shared_info": person.shared} if person.shared else {}
        return {**ids, **names, **more, "tags_and_notes_info": {"notes": [], "tag_names": []}, **shared}

    def getoa(self, body: Json) -> Json:
        return {"oa_id": self._world.oa_id, "name": self._name, "is_verified": True, "num_follower": self._followers()}

    def _followers(self) -> int:
        return sum(person.follows for person in self._world.people.values())

    def _what(self, said: Json) -> Json:
        """The fields of the message."""
        text = said.get("text", "")
        if not isinstance(text, str):
            raise Refusal(-201, "text is invalid")
        if utf16(text) > TEXT_LIMIT:
            raise Refusal(-210)
        what: Json = {"text": text, "quotes": said.get("quote_message_id")}
        if attachment := said.get("attachment"):
            what |= self._attached(attachment, what)
        elif not text:
            raise Refusal(-201, "text is empty")
        return what

    def _attached(self, attachment: Json, what: Json) -> Json:
        payload = attachment.get("payload") or {}
        match attachment.get("type"), payload.get("template_type"):
            case "file", _:
                return {"file": self._file(payload)}
            case "template", "media":
                return {"file": self._media(payload)}
            case "template", "request_user_info":
                return self._request(payload)
            case "template", None | "list" | "button" as shape:
                return self._buttons(payload, shape, what)
        raise Refusal(-201, "attachment is invalid")

    def _file(self, payload: Json) -> File:
        if "token" not in payload and "attachment_id" in payload:
            self._world.warnings.append("a file sent by attachment_id")
        file = self._world.uploaded(str(payload.get("token") or payload.get("attachment_id")))
        if file.kind != "file":
            raise Refusal(-201, "token is invalid")
        return file

    def _media(self, payload: Json) -> File:
        element = _first(payload)
        kind = element.get("media_type")
        if kind not in ("image", "gif", "sticker") or not (element.get("url") or element.get("attachment_id")):
            raise Refusal(-201, "media is invalid")
        if kind == "gif" and not (element.get("width") and element.get("height")):
            raise Refusal(-201, "gif needs width and height")
        if element.get("url") or kind == "sticker":
            return File(kind, str(element.get("url") or element["attachment_id"]), b"")
        return self._world.uploaded(str(element["attachment_id"]))

    def _request(self, payload: Json) -> Json:
        element = _first(payload)
        if not all(element.get(name) for name in ("title", "subtitle", "image_url")):
            raise Refusal(-201, "element is invalid")
        return {"text": f"{element['title']}\n{element['subtitle']}", "wants_info": True}

    def _buttons(self, payload: Json, template: str | None, what: Json) -> Json:
        """Three shapes of which nobody knows which one holds: each may be told to draw a refusal."""
        shape = {None: "a", "list": "b", "button": "c"}[template]
        if code := self._world.shapes.get(shape):
            raise Refusal(code)
        text = str(payload.get("text") or what["text"])
        if shape == "b":
            elements = payload.get("elements") or []
            if not 1 <= len(elements) <= MOST_ELEMENTS or not elements[0].get("title"):
                raise Refusal(-201, "elements are invalid")
            text = "\n".join(filter(None, (text, *(e["title"] for e in elements), elements[0].get("subtitle"))))
        buttons = [_button(each) for each in payload.get("buttons") or ()]
        if not text or not 1 <= len(buttons) <= MOST_BUTTONS:
            raise Refusal(-201, "buttons are invalid")
        return {"text": text, "buttons": [[button] for button in buttons], "shape": shape}

    def _echo(self, person: Person, message: Message) -> None:
        """The app hears its own words too, and that they reached the phone."""
        event = _ECHOES.get(message.file.kind, "") if message.file else "oa_send_text"
        said: Json = {"msg_id": message.message_id} | ({"text": message.text} if message.text else {})
        if message.file:
            said["attachments"] = [{"type": message.file.kind, "payload": {"url": "", "name": message.file.name}}]
        self._world.tell(event, person, from_oa=True, message=said)
        if person.online:
            self._world.tell("user_received_message", person, message={"msg_id": message.message_id})

    def _answer(self, person: Person, message: Message, quota: Json | None) -> Json:
        sent = str(int(message.date.timestamp() * 1000))
        data: Json = {"message_id": message.message_id, "user_id": person.id, "sent_time": sent}
        return data | ({"quota": quota} if quota and self._world.quota_shown != "absent" else {})


def _first(payload: Json) -> Json:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise Refusal(-201, "elements are invalid")
    return elements[0]


def _button(said: Json) -> Button:
    kind, title, payload = said.get("type"), said.get("title"), said.get("payload")
    if kind not in _BUTTONS or not isinstance(title, str) or not 1 <= len(title) <= TITLE_LIMIT:
        raise Refusal(-201, "button is invalid")
    if kind == "oa.open.url":
        if not isinstance(payload, dict) or not payload.get("url"):
            raise Refusal(-201, "button is invalid")
        return Button(title, payload["url"], kind)
    if kind.startswith("oa.query") and not (isinstance(payload, str) and 1 <= len(payload) <= PAYLOAD_LIMIT):
        raise Refusal(-201, "button is invalid")
    return Button(title, str(payload), kind)
