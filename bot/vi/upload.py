"""Files that come by a link: asking for them in the chat, and every word of the page they come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.files import Problem
from bot.messages import Outgoing
from bot.vi import filing
from bot.vi.card import PARTS
from bot.vi.common import day, paper, row, stamp, told
from db.directives import Assignment
from db.uploads import Link


def ask(assignment: Assignment, lacks: Sequence[str]) -> Outgoing:
    return _asked(
        assignment,
        f"Đề nghị gửi {_wanted(lacks)} vào đây (tệp Word, PDF hoặc ảnh chụp các trang). "
        f"Gửi trước bản Word cũng được tính; bản ký gửi sau.",
    )


def ask_by_link(assignment: Assignment, lacks: Sequence[str], link: Link | None) -> Outgoing:
    """Where the chat carries no files."""
    where = (
        f"tại liên kết riêng của đồng chí:{told(link)}"
        if link
        else "qua QLVB hoặc bản giấy, vì kênh này chưa nhận được tệp."
    )
    return _asked(
        assignment,
        f"Đề nghị gửi {_wanted(lacks)} (tệp Word, PDF hoặc ảnh chụp các trang) {where}\n"
        "Gửi trước bản Word cũng được tính; bản ký gửi sau.",
    )


def _wanted(lacks: Sequence[str]) -> str:
    return " và ".join(PARTS[part] for part in lacks) or "báo cáo"


def _asked(assignment: Assignment, text: str) -> Outgoing:
    buttons = (("Không phát sinh", f"/kps {assignment.id} {assignment.version}"), ("Thôi", "/huy"))
    return Outgoing(text, (row(*buttons),), wants_words=True)


def given(link: Link, assignment: Assignment | None) -> Outgoing:
    what = f"báo cáo {_task(assignment)}" if assignment else "tệp"
    return Outgoing(f"Đề nghị gửi {what} tại liên kết riêng của đồng chí (mỗi tệp đến 50 MB):{told(link)}")


def no_page() -> Outgoing:
    return Outgoing(
        "Chưa có trang gửi tệp. Đề nghị gửi tệp trong chat (đến 20 MB), hoặc gửi qua QLVB rồi nhắn lại số, ký hiệu."
    )


def revoked(ways_in: int, ways_out: int) -> Outgoing:
    """So many links to send files by, and so many to fetch files by."""
    kinds = " và ".join(["gửi tệp"] * (ways_in > 0) + ["tải tệp"] * (ways_out > 0))
    done = f"Đã huỷ liên kết {kinds} của đồng chí." if kinds else "Đồng chí không có liên kết nào còn dùng được."
    return Outgoing(f"{done} Cần gửi tệp: bấm [Gửi báo cáo] hoặc gõ «lấy liên kết».")


def _task(assignment: Assignment) -> str:
    return f"việc {assignment.task.number}, {paper(assignment.task.directive)}"


TITLE = "Gửi tệp báo cáo"
CHOOSE, PHOTOGRAPH, SEND = "Chọn tệp", "Chụp ảnh các trang", "Gửi báo cáo"
KINDS = "Tệp Word, Excel, PDF hoặc ảnh chụp các trang."
NO_SECRETS = "Không gửi văn bản có dấu MẬT, TỐI MẬT, TUYỆT MẬT."
DONE = "Kết quả gửi tệp"
GO_ON = "Nội dung trên cũng được nhắn trong chat; việc cần trả lời tiếp, đề nghị trả lời trong chat."
MORE = "Cần gửi thêm tệp: đề nghị bấm [Gửi báo cáo] trong chat để lấy liên kết mới."
PENDING = "Đã nhận đủ tệp. Biên nhận sẽ được nhắn trong chat sau ít phút; đề nghị không gửi lại."
DEAD = (
    "Liên kết này không còn dùng được: đã hết hạn, đã huỷ hoặc đã được thay bằng liên kết mới. "
    "Cần gửi tệp: đề nghị bấm [Gửi báo cáo] trong chat để lấy liên kết mới."
)
NOTHING_CHOSEN = "Chưa chọn tệp nào. Đề nghị chọn tệp rồi bấm «Gửi báo cáo»."
LOST = "Tệp chưa đến đủ. Đề nghị chọn lại tệp rồi bấm «Gửi báo cáo»."
BUSY = "Nhiều người đang gửi tệp cùng lúc. Đề nghị gửi lại sau ít phút."
SLOW = "Đường truyền quá chậm nên tệp chưa đến đủ. Đề nghị gửi lại khi có mạng tốt hơn."
MALFORMED = "Trang này đã cũ. Đề nghị mở lại liên kết trong chat rồi gửi lại."
_PROBLEMS = {
    Problem.TOO_BIG: "Tệp «{name}» lớn quá {size} MB. Đề nghị nén ảnh, chia nhỏ tệp rồi gửi lại, hoặc gửi qua QLVB.",
    Problem.HEIC: "Ảnh «{name}» ở dạng HEIC chưa mở được. Đề nghị gửi dạng ảnh thường (JPG), hoặc chụp lại tại đây.",
}
"""Where the page says another thing than the chat."""


def problem(found: Problem, name: str, file_mb: int) -> str:
    return _PROBLEMS[found].format(name=name, size=file_mb) if found in _PROBLEMS else filing.problem(found, name)


def limits(file_mb: int, files: int, until: datetime) -> str:
    return f"Mỗi tệp không quá {file_mb} MB, mỗi lần không quá {files} tệp. Liên kết dùng một lần, đến hết ngày {day(until)}."


def what_for(assignment: Assignment | None) -> str:
    """As little as its owner needs to know the page for the right one."""
    if assignment is None:
        return "Tệp gửi tại đây được chuyển vào cuộc trò chuyện của đồng chí với trợ lý nhắc việc."
    return f"{assignment.office.name}: {_task(assignment)}."


def too_much(files: int, total_mb: int) -> str:
    return (
        f"Mỗi lần gửi không quá {files} tệp, tất cả không quá {total_mb} MB. Đề nghị bớt tệp hoặc nén ảnh rồi gửi lại."
    )


def used(at: datetime) -> str:
    return f"Tệp gửi qua liên kết này đã được nhận lúc {stamp(at)}; biên nhận ở trong chat. {MORE}"


def script(file_mb: int) -> dict[str, str]:
    """What the page says while files are on their way; `{…}` is filled in by the browser."""
    return {
        "chosen": "Đã chọn {count} tệp, {size}.",
        "drop": "Bỏ",
        "sending": "Đang gửi tệp {at}/{count}: {percent}%",
        "whole": "Đã đến đủ",
        "waiting": "Mất kết nối. Trang sẽ tự gửi tiếp khi có mạng; đề nghị không đóng trang.",
        "handing": "Đã gửi đủ tệp, đang ghi nhận.",
        "rest": "Gửi các tệp còn lại",
        "refused": "Có tệp chưa nhận được. Đề nghị thay tệp khác, hoặc gửi các tệp còn lại.",
        "again": "Gửi lại",
        "send": SEND,
        "nothing": NOTHING_CHOSEN,
        "failed": "Chưa gửi được. Đề nghị bấm «Gửi lại».",
        "empty": problem(Problem.EMPTY, "{name}", file_mb),
        "large": problem(Problem.TOO_BIG, "{name}", file_mb),
    }
