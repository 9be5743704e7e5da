"""What we say, as Zalo takes it, and what its refusals mean. Pure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Literal

from bot.channel import Blocked, OutsideWindow, Rejected, Revoked, SendError, Throttled, Unreachable
from bot.channels.zalo_oa_wire import MaybeSent, Refused, ZaloError
from bot.messages import Address, Button, Outgoing
from bot.text import one_line

Json = dict[str, Any]
Shape = Literal["bare", "list", "button"]
SHAPES: tuple[Shape, ...] = ("bare", "list", "button")
"""Three ways to hang buttons on a message. Which of them an account takes is documented nowhere: it is tried."""
NOT_THIS_SHAPE = {-201, -233, -240}
STALE_TOKEN = {-216, 216, 401, -401}
STALE_FILE = {-100, -201}
MOST_BUTTONS, TITLE_LIMIT = 5, 100
MIB = 1 << 20
FILES: dict[str, int] = {
    **dict.fromkeys((".pdf", ".doc", ".docx"), 5 * MIB),
    **dict.fromkeys((".jpg", ".jpeg", ".png"), MIB),
}
"""What can be uploaded, and how many bytes of it."""


def write(to: Address, part: Outgoing, shape: Shape | None = None, file_ref: str | None = None) -> Json:
    """One fitted part as the body of a consultation message. Text goes plain: Zalo knows no markup here."""
    message: Json = {"text": part.text} if part.text else {}
    if part.file:
        message["attachment"] = _file(part.file.name, file_ref or "")
    elif part.buttons and shape:
        message = _with_buttons(part, shape)
    return {"recipient": {"user_id": to.chat}, "message": message}


def is_image(name: str) -> bool:
    return PurePath(name).suffix.lower() in (".jpg", ".jpeg", ".png")


def _file(name: str, ref: str) -> Json:
    if is_image(name):
        element = {"media_type": "image", "attachment_id": ref}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    return {"type": "file", "payload": {"token": ref}}


def _with_buttons(part: Outgoing, shape: Shape) -> Json:
    buttons: Json = {"buttons": [_button(button) for row in part.buttons for button in row]}
    if shape == "bare":
        return {"text": part.text, "attachment": {"type": "template", "payload": buttons}}
    if shape == "button":
        payload = {"template_type": "button", "text": part.text, **buttons}
    else:
        title = one_line(part.text, TITLE_LIMIT)
        element = {"title": title} | ({"subtitle": part.text} if title != part.text else {})
        payload = {"template_type": "list", "elements": [element], **buttons}
    return {"attachment": {"type": "template", "payload": payload}}


def _button(button: Button) -> Json:
    """A query comes back as if it had been typed; hidden, as it is no word for people."""
    return {"type": "oa.query.hide", "title": one_line(button.label, TITLE_LIMIT), "payload": button.says}


Named = Callable[[str], SendError]

_QUIET, _PAUSE, _NIGHT = 30.0, 3600.0, 1800.0
_CODES: dict[int, Named] = {
    -32: lambda _: Throttled(_QUIET),
    -211: lambda _: Throttled(_PAUSE),  # of the whole account: nothing goes until the plan allows more
    -234: lambda _: Throttled(_NIGHT),
    -200: Unreachable,
    **dict.fromkeys((-216, 216, 401, -401), Revoked),
    **dict.fromkeys((-204, -205, -209, -212, -219, -220, -221, -223, -224, -242, -320, -321), Revoked),
    **dict.fromkeys((-213, -217, -222, -227, -244), Blocked),
    **dict.fromkeys((-218, -230, -232, -305, -311), OutsideWindow),
    **dict.fromkeys((-100, -201, -210, -214, -233, -237, -238, -240, -241, -248, -249, -403), Rejected),
}


def failure(error: ZaloError) -> SendError:
    """An error of the wire by its remedy. A number nobody told us of is a mistake of ours until it is known better."""
    if isinstance(error, Refused):
        return _CODES.get(error.code, Rejected)(f"{error.code} {error.reason}".strip())
    return Unreachable(str(error), maybe_sent=isinstance(error, MaybeSent))
