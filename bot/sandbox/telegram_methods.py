"""The methods that speak: send, edit, delete, answer; each a pure effect on the world, answered in Telegram's JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox import telegram_html
from bot.sandbox.telegram_errors import ApiError, bad
from bot.sandbox.telegram_model import Attachment, Chat, Json, Message, utf16
from bot.sandbox.telegram_params import Params
from bot.sandbox.telegram_updates import CALLBACK_LIFE
from bot.sandbox.telegram_world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DATA_LIMIT = 64
ANSWER_LIMIT = 200
UPLOAD_LIMIT = 50 << 20
PHOTO_LIMIT = 10 << 20
DOWNLOAD_LIMIT = 20 << 20
DELETE_WITHIN = timedelta(hours=48)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Speech:
    def __init__(self, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Callable[[Params], Any]]:
        return {
            "sendMessage": self.send_message,
            "sendDocument": lambda params: self.send_file("document", params),
            "sendPhoto": lambda params: self.send_file("photo", params),
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete_message,
            "answerCallbackQuery": self.answer_press,
            "getFile": self.get_file,
        }

    def send_message(self, params: Params) -> Json:
        chat = self._world.open_chat(params.text("chat_id"))
        text, entities = written(params)
        more = {"entities": entities, "markup": markup(params), "reply_to": reply_to(chat, params)}
        return self._world.post(chat, self._world.bot, text, **more).to_json()

    def send_file(self, kind: str, params: Params) -> Json:
        chat = self._world.open_chat(params.text("chat_id"))
        caption, entities = captioned(params)
        more = {"entities": entities, "markup": markup(params), "reply_to": reply_to(chat, params)}
        return self._world.post(chat, self._world.bot, caption, file=self._file(kind, params), **more).to_json()

    def _file(self, kind: str, params: Params) -> Attachment:
        """What was sent along, or what we hold already under this file_id."""
        sent = params.upload(kind)
        if sent is None:
            return self._known(kind, params.text(kind))
        if not sent.data:
            raise bad("file must be non-empty")
        if len(sent.data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if kind == "photo" and len(sent.data) > PHOTO_LIMIT:
            limit = f"the maximum size is {PHOTO_LIMIT} bytes"
            raise bad(f"file of size {len(sent.data)} bytes is too big for a photo; {limit}")
        return self._world.store(kind, sent.data, sent.name if kind == "document" else None, sent.mime)

    def _known(self, kind: str, file_id: str) -> Attachment:
        if not file_id:
            raise bad(f"there is no {kind} in the request")
        file = self._world.files.get(file_id)
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def send_chat_action(self, params: Params) -> bool:
        chat = self._world.open_chat(params.text("chat_id"))
        if chat.messages:
            self._world.tell("typing", chat.messages[-1])
        return True

    def edit_text(self, params: Params) -> Json:
        message = self._own(params)
        text, entities = written(params)
        if message.file:
            raise bad("there is no text in the message to edit")
        return self._edited(message, text, entities, markup(params))

    def edit_caption(self, params: Params) -> Json:
        message = self._own(params)
        if not message.file:
            raise bad("there is no caption in the message to edit")
        return self._edited(message, *captioned(params), markup(params))

    def edit_markup(self, params: Params) -> Json:
        message = self._own(params)
        return self._edited(message, message.text, message.entities, markup(params))

    def _own(self, params: Params) -> Message:
        chat = self._world.open_chat(params.text("chat_id"))
        message = chat.find(params.number("message_id"))
        if message is None:
            raise bad("message to edit not found")
        if not message.from_bot:
            raise bad("message can't be edited")
        return message

    def _edited(self, message: Message, text: str, entities: list[Json], keys: Json | None) -> Json:
        keys = keys if keys and keys.get("inline_keyboard") else None
        if (text, entities, keys) == (message.text, message.entities, message.markup):
            raise bad(UNCHANGED)
        message.text, message.entities, message.markup = text, entities, keys
        message.edit_date = self._world.now()
        self._world.tell("edited", message)
        return message.to_json()

    def delete_message(self, params: Params) -> bool:
        message = self._world.open_chat(params.text("chat_id")).find(params.number("message_id"))
        if message is None:
            raise bad("message to delete not found")
        if self._world.now() - message.date >= DELETE_WITHIN:
            raise bad("message can't be deleted for everyone")
        message.deleted = True
        self._world.tell("deleted", message)
        return True

    def answer_press(self, params: Params) -> bool:
        press = self._world.presses.get(params.text("callback_query_id"))
        if press is None or self._world.now() - press.at > CALLBACK_LIFE:
            raise bad(TOO_OLD)
        if len(params.text("text")) > ANSWER_LIMIT:
            raise bad("MESSAGE_TOO_LONG")
        press.answered, press.answer = True, params.text("text")
        self._world.tell("answered", press.message)
        return True

    def get_file(self, params: Params) -> Json:
        file = self._world.files.get(params.text("file_id"))
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if file.size > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        return file.reference({"file_path": self._world.path_of(file)})


def written(params: Params) -> tuple[str, list[Json]]:
    text, entities = formatted(params, "text", "entities")
    if not text:
        raise bad("message text is empty")
    if utf16(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text, entities


def captioned(params: Params) -> tuple[str, list[Json]]:
    caption, entities = formatted(params, "caption", "caption_entities")
    if utf16(caption) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return caption, entities


def formatted(params: Params, name: str, entities: str) -> tuple[str, list[Json]]:
    """The text without its markup, trimmed as Telegram trims it."""
    mode, raw = params.text("parse_mode").lower(), params.text(name).strip()
    if mode == "html":
        text, found = telegram_html.parse(raw)
        return text.strip(), found
    if mode:
        raise bad("unsupported parse_mode")
    return raw, params.nested(entities) or telegram_html.commands(raw)


def reply_to(chat: Chat, params: Params) -> Message | None:
    wish: Json = params.nested("reply_parameters") or {"message_id": params.number("reply_to_message_id")}
    message = chat.find(wish["message_id"])
    lenient = wish.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message is None and wish["message_id"] and not lenient:
        raise bad("message to be replied not found")
    return message


def markup(params: Params) -> Json | None:
    keys: Json | None = params.nested("reply_markup")
    for button in (button for row in (keys or {}).get("inline_keyboard", []) for button in row):
        _check(button)
    return keys or None


def _check(button: Json) -> None:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "url" in button:
        _check_link(str(button["url"]))
    elif "callback_data" not in button:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    elif not 1 <= len(str(button["callback_data"]).encode()) <= DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")


def _check_link(url: str) -> None:
    """A name without a dot is no address to Telegram: `http://localhost` is refused."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "tg") or (parts.scheme != "tg" and "." not in parts.netloc):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
