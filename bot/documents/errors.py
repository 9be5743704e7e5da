"""What can go wrong with a document, named by what the person should do about it."""

from __future__ import annotations

from typing import ClassVar


class DocumentError(Exception):
    """`word` crosses the process border; `str()` is one Vietnamese sentence that says what to do instead."""

    word: ClassVar[str] = "unreadable"


class Unreadable(DocumentError):
    """The file is broken, encrypted or not what its name says: send another copy."""


class TooBig(DocumentError):
    """The file, or what it unpacks to, is more than we are willing to hold."""

    word = "too_big"

    def __init__(self, reason: str = "Tệp quá lớn hoặc nén bất thường. Đề nghị gửi bản gọn hơn (dưới 50 MB).") -> None:
        super().__init__(reason)


class TooSlow(DocumentError):
    """Reading took more time or memory than one document may: send a simpler copy."""

    word = "too_slow"

    def __init__(self, reason: str = "Đọc tệp quá lâu nên đã dừng. Đề nghị gửi bản .docx hoặc nhập tay.") -> None:
        super().__init__(reason)


NO_OCR = (
    "Văn bản là ảnh hoặc bản chụp; máy chủ này chưa đọc được chữ trong ảnh. Đề nghị gửi bản .docx hoặc PDF có chữ, "
    "hoặc gõ, dán nội dung vào đây."
)


class NeedsOcr(DocumentError):
    """A scan or a photo, and nothing here that reads pictures."""

    word = "needs_ocr"

    def __init__(self, reason: str = NO_OCR) -> None:
        super().__init__(reason)


class Secret(DocumentError):
    """A state secret (Luật Bảo vệ bí mật nhà nước): purge it, keep no copy. `level` is MẬT, TỐI MẬT or TUYỆT MẬT."""

    word = "secret"

    def __init__(self, level: str) -> None:
        self.level = level
        super().__init__(f"Văn bản có dấu {level}: không tiếp nhận qua kênh này. Đề nghị gửi theo chế độ văn bản mật.")


_KINDS: dict[str, type[DocumentError]] = {kind.word: kind for kind in (Unreadable, TooBig, TooSlow, NeedsOcr)}


def to_json(error: DocumentError) -> dict[str, str]:
    """`{"error": word, "reason": sentence or level}`."""
    reason = error.level if isinstance(error, Secret) else str(error)
    return {"error": error.word, "reason": reason}


def from_json(data: dict[str, str]) -> DocumentError:
    """The error that `to_json` wrote down."""
    if data["error"] == Secret.word:
        return Secret(data["reason"])
    return _KINDS.get(data["error"], Unreadable)(data["reason"])
