"""What we say, as Telegram takes it, and what its refusals mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channel import (
    Blocked,
    Moved,
    NotEditable,
    OutsideWindow,
    Rejected,
    Revoked,
    SendError,
    Throttled,
    TooBigToFetch,
    Unreachable,
)
from bot.channels.telegram_read import NAME
from bot.channels.telegram_request import MaybeSent
from bot.messages import Address, Button, Outgoing
from bot.text import one_line

DATA_LIMIT = 64
"""Bytes a button can carry."""

Method = Literal["send_message", "send_document", "edit_message_text"]

# Telegram fetches what it previews, and some of our links open once.
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_REFUSALS: tuple[tuple[str, type[SendError]], ...] = (
    ("chat not found", Blocked),
    ("user not found", Blocked),
    ("user is deactivated", Blocked),
    ("peer_id_invalid", Blocked),
    ("chat_write_forbidden", Blocked),
    ("group chat was deactivated", Blocked),
    ("not enough rights", Blocked),
    ("have no rights", Blocked),
    ("message to edit not found", NotEditable),
    ("message can't be edited", NotEditable),
    ("message_id_invalid", NotEditable),
    ("there is no text in the message to edit", NotEditable),
    ("file is too big", TooBigToFetch),
)


@dataclass(frozen=True, slots=True)
class Call:
    """A method of `telegram.Bot` and its arguments, without the file."""

    method: Method
    params: dict[str, Any]


def write(to: Address, part: Outgoing, edit: str | None = None) -> Call:
    """One fitted part as one call. Text goes plain: nothing in it can be taken for markup. Raises Rejected."""
    params: dict[str, Any] = {"chat_id": _number(to.chat), "reply_markup": _keyboard(part)}
    if part.file:
        if edit:
            raise NotEditable("a message cannot become a file")
        return Call("send_document", params | {"caption": part.text or None, "disable_content_type_detection": True})
    params |= {"text": part.text, "link_preview_options": _NO_PREVIEW}
    if edit:
        return Call("edit_message_text", params | {"message_id": _number(edit)})
    return Call("send_message", params)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Rejected(f"not an id of Telegram: {text!r}") from error


def _keyboard(part: Outgoing) -> InlineKeyboardMarkup | None:
    if not part.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in part.buttons])


def _button(button: Button) -> InlineKeyboardButton:
    if not 1 <= len(button.says.encode()) <= DATA_LIMIT:
        raise Rejected(f"a button says 1 to {DATA_LIMIT} bytes, not {button.says!r}")
    return InlineKeyboardButton(button.label, callback_data=button.says)


def failure(error: TelegramError) -> SendError:
    """An error of the wire by its remedy. The order matters: BadRequest and TimedOut are NetworkErrors."""
    reason = one_line(error.message, 200)
    match error:
        case RetryAfter():
            return Throttled(_seconds(error.retry_after))
        case ChatMigrated():
            return Moved(Address(NAME, str(error.new_chat_id)))
        case BadRequest():
            return _refusal(reason)
        case Forbidden():
            return OutsideWindow(reason) if "can't initiate" in reason else Blocked(reason)
        case InvalidToken():
            return Revoked(reason)
        case _:
            return _trouble(error, reason)


def is_unchanged(error: TelegramError) -> bool:
    """An edit that changes nothing is refused; what we wanted is so already."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.casefold()


def is_stale_file(error: TelegramError) -> bool:
    """The file_id no longer holds, for instance under another bot: the bytes must be sent again."""
    text = error.message.casefold()
    return isinstance(error, BadRequest) and ("file identifier" in text or "wrong file" in text)


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _refusal(reason: str) -> SendError:
    text = reason.casefold()
    return next((kind(reason) for words, kind in _REFUSALS if words in text), Rejected(reason))


def _trouble(error: TelegramError, reason: str) -> SendError:
    text = reason.casefold()
    if "too many requests" in text:
        return Throttled(5)
    if "too large" in text:
        return Rejected(reason)
    if isinstance(error, TimedOut):
        return Unreachable(reason, maybe_sent="pool" not in text and "connect" not in text)
    return Unreachable(reason, maybe_sent=isinstance(error, MaybeSent))
