"""Photos of pages: how they are counted, «Xong», the PDF they become; and what was seen on a file."""

from __future__ import annotations

from bot.messages import OutFile, Outgoing
from bot.vi.common import row
from db.pages import BoundPages
from db.reports import Submission

NOTED = {
    "": "",
    "signed": " có chữ ký số",
    "sealed": " có dấu",
    "signed sealed": " có chữ ký số, có dấu",
}
"""By the marks of a file; noted, never judged."""

GOES_ON = "Còn trang: đề nghị gửi tiếp. Đủ rồi: gõ «Xong», hệ thống ghép thành một tệp PDF."


def done_button(submission: Submission) -> tuple[str, str]:
    return "Xong", f"/dutrang {submission.id}"


def pages(submission: Submission) -> str:
    """On which pages a seal was seen."""
    sealed = [str(place) for place, file in enumerate(submission.photos, 1) if "sealed" in file.marks]
    return f" Thấy dấu ở trang {', '.join(sealed)}." if sealed else ""


def done(submission: Submission, code: str) -> Outgoing:
    return Outgoing(
        f"Báo cáo mã {code} gồm {len(submission.photos)} trang ảnh. Hệ thống ghép thành một tệp PDF và gửi để đồng chí "
        "xem lại; cần thay: bấm «Thu hồi» rồi gửi lại.",
        (row(("Thu hồi", f"/thuhoi {submission.id}")),),
        about=f"receipt:{submission.id}",
        wants_words=True,
    )


def file_name(code: str) -> str:
    return f"Báo cáo {code}.pdf"


def bound(found: BoundPages) -> Outgoing:
    return Outgoing("", file=OutFile(found.name, found.sha256))


def not_bound(submission: Submission) -> Outgoing:
    return Outgoing(
        f"Chưa ghép được {len(submission.photos)} trang ảnh thành PDF vì có ảnh không mở được. Báo cáo vẫn được ghi nhận, "
        "các ảnh giữ nguyên theo thứ tự. Có thể bấm «Thu hồi», chụp lại rồi gửi.",
        (row(("Thu hồi", f"/thuhoi {submission.id}")),),
        wants_words=True,
    )
