"""«Hồ sơ công văn»: what the coordinator hears of it, the names in it, and its log in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import full_day, hour, numbered, of_period, paper, row, stamp
from bot.vi.edition import PAPERS
from bot.vi.filing import WAYS, code
from bot.vi.pages import NOTED
from bot.vi.quota import CHANNELS
from db.audit import AuditLine
from db.directives import Assignment, Directive, Task
from db.editions import Edition, Kind
from db.offices import Office
from db.reports import Answer, Submission, Way

ORIGINALS, REPORTS, EDITIONS = "1. Công văn", "2. Báo cáo của các đơn vị", "3. Tổng hợp, đôn đốc"
ANSWERS, LOG = "4. Trả lời từng câu.docx", "5. Nhật ký.docx"
ANSWERS_TITLE, LOG_TITLE = "Trả lời từng câu của các đơn vị", "Nhật ký thực hiện"
ANSWERS_COLUMNS = ("Cơ quan, đơn vị", "Câu hỏi", "Trả lời", "Lúc", "Người trả lời")
ANSWERS_WIDTHS = (5.0, 6.0, 10.0, 3.0, 4.0)
LOG_COLUMNS = ("Lúc", "Người thực hiện", "Nội dung", "Kênh")
LOG_WIDTHS = (3.0, 6.0, 14.0, 3.0)
BOUND = "ghép từ các ảnh chụp"

DEEDS = {
    "drafted": "Đọc công văn, lập dự thảo",
    "draft_cancelled": "Bỏ dự thảo",
    "published": "Gửi công văn đến các đơn vị",
    "closed": "Kết thúc công văn",
    "reopened": "Mở lại công văn",
    "acknowledged": "Xác nhận đã nhận công văn",
    "promised": "Hẹn ngày gửi",
    "submitted": "Gửi báo cáo",
    "doubted": "Hệ thống hỏi lại về tệp trước khi tính",
    "pages_ended": "Báo đã đủ trang ảnh",
    "withdrawn": "Thu hồi báo cáo",
    "accepted": "Đánh giá báo cáo đạt yêu cầu",
    "returned": "Trả lại báo cáo để bổ sung",
    "return_taken_back": "Bỏ trả lại",
    "elsewhere_decided": "Xác nhận báo cáo gửi qua QLVB",
    "late_decided": "Quyết định về báo cáo gửi sau khi kết thúc",
    "link_given": "Cấp liên kết gửi tệp",
    "deadline_set": "Ấn định hạn",
    "deadline_corrected": "Đính chính hạn",
    "edition_asked": "Yêu cầu lập văn bản",
    "edition_withdrawn": "Thu hồi văn bản có tệp mang dấu mật",
    "sections_taken": "Nhận các mục đọc từ báo cáo làm câu trả lời",
    "leader_told": "Báo cáo lãnh đạo",
    "instructed": "Lãnh đạo đã chỉ đạo",
    "offices_added": "Thêm đơn vị của công văn vào danh mục",
    "handed_over": "Giao việc cho người của đơn vị",
    "taken_back": "Thu lại việc đã giao",
    "reference_noted": "Nhắn số, ký hiệu bản ký",
    "office_changed": "Đổi đơn vị của báo cáo",
    "extension_asked": "Xin gia hạn",
    "extension_withdrawn": "Rút đề nghị gia hạn",
    "extension_decided": "Quyết định về đề nghị gia hạn",
    "extended": "Gia hạn",
    "exempted": "Miễn báo cáo",
    "task_called_off": "Huỷ nhiệm vụ",
    "directive_called_off": "Huỷ công văn",
    "owes_again": "Hết được miễn do gộp đơn vị",
    "undone": "Hoàn tác",
    "list_asked": "Yêu cầu lập danh sách",
}
"""What each deed about a directive is called."""


def being_made(directive: Directive) -> Outgoing:
    return Outgoing(
        f"Đang lập hồ sơ {paper(directive)}: công văn, mọi lần báo cáo của các đơn vị, báo cáo tổng hợp, nhật ký trong một "
        "tệp nén. Hệ thống sẽ gửi trong ít phút.",
        about=f"dossier:{directive.id}",
    )


def made(directive: Directive, number: int, made_at: datetime) -> Outgoing:
    return Outgoing(
        f"Hồ sơ {paper(directive)} lần {number}, lập lúc {stamp(made_at)}. Trong tệp nén có mục lục, nhật ký và mã kiểm tra "
        "(SHA-256) của từng tệp.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"dossier:{directive.id}",
    )


def opening(
    directive: Directive, reports: int, editions: int, followers: Sequence[Directive], made_at: datetime
) -> tuple[str, ...]:
    """What stands over the index."""
    after = "; ".join(f"số {each.number}" for each in followers if each.number)
    ended = f" Kết thúc lúc {_moment(directive.closed_at)}." if directive.closed_at else " Chưa kết thúc."
    return (
        f"Hồ sơ {numbered(directive) or 'công văn'}{of_period(directive)}, lập lúc {_moment(made_at)}.{ended} Gồm {reports} lần báo cáo của các đơn "
        f"vị, {editions} lần lập văn bản tổng hợp, đôn đốc.",
        *([f"Thông báo kết luận tiếp theo: {after}."] if after else []),
    )


def lead(place: int, count: int, office: Office, submission: Submission) -> str:
    """How the name of a report's file begins: `07_Phòng Y tế_v2_`."""
    name = office.name.replace("/", "-").replace("\\", "-")[:40].strip()
    return f"{place:0{max(2, len(str(count)))}}_{name}_v{submission.version}_"


def note(submission: Submission, marks: str) -> str:
    """What became of the report this file is of."""
    if submission.withdrawn_at is not None:
        became = "đã thu hồi"
    elif submission.refused_at is not None:
        became = "không ghi nhận"
    elif submission.returned:
        became = "đã trả lại"
    else:
        became = "chờ xác nhận" if submission.waits_for_confirmation else ""
    said = (f"việc {submission.assignment.task.number}", code(submission), became, NOTED[marks].strip())
    return ", ".join(filter(None, said))


def packed(sha256: str) -> str:
    """Beside a compressed file that is left out."""
    return f"không đưa vào lần nữa: gồm các tệp ở mục «{REPORTS}»; SHA-256 {sha256}"


def answer(assignment: Assignment, question: str, given: Answer, who: str) -> tuple[str, ...]:
    said = "Không phát sinh" if given.nothing else "(bỏ qua)" if given.skipped else given.text
    return assignment.office.name, question, said, _moment(given.answered_at), who


def logged(line: AuditLine, who: str, office: str, about: str) -> tuple[str, ...]:
    """One line of the log in words."""
    by = f"{who} ({office})" if who and office else who or office or "Hệ thống"
    said = DEEDS.get(line.deed, line.deed)
    way = line.details.get("way")
    how = WAYS.get(Way(way), "") if way else ""
    what = ", ".join(filter(None, (about, how)))
    return _moment(line.at), by, ": ".join(filter(None, (said, what))), CHANNELS.get(line.channel, line.channel)


def _moment(at: datetime) -> str:
    """With the year: a dossier is read later."""
    return f"{hour(at)} {full_day(at)}"


def about_report(submission: Submission) -> str:
    return f"mã {code(submission)}, việc {submission.assignment.task.number}"


def about_assignment(assignment: Assignment) -> str:
    return f"việc {assignment.task.number} của {assignment.office.name}"


def about_task(task: Task) -> str:
    return f"việc {task.number}"


def about_edition(edition: Edition) -> str:
    return f"{PAPERS[Kind(edition.kind)][0]} lần {edition.number}"
