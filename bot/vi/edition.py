"""«Tổng hợp»: what the coordinator hears of the editions of a consolidated report, and the fixed words in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.files import safe_name
from bot.messages import Outgoing
from bot.vi import report
from bot.vi.card import claim
from bot.vi.common import brief, full_day, listing, numbered, of_period, paper, paper_alone, row, stamp
from bot.vi.filing import WAYS
from bot.vi.pages import NOTED
from db.directives import Directive, Question, Task
from db.directives import Kind as Asked
from db.editions import Kind
from db.people import Office
from db.reports import Submission, Way
from db.standing import Arrival, Line

BY_FILES = "Đơn vị báo cáo bằng tệp, bản giấy hoặc qua QLVB"
BY_FILES_LABEL = "Nội dung xem tại báo cáo của"
ASSESSMENT = "Đánh giá chung"
NO_QUESTIONS = "Báo cáo của các cơ quan, đơn vị"
_REPEATED = re.compile(r"lặp lại (?:cho|theo|với) .*$", re.IGNORECASE)
_REPORTED = re.compile(
    r"\b[Bb]áo cáo ((?:kết quả|tình hình|số liệu|tiến độ|công tác|việc)\b(?! theo\b)[^(;.]{5,250}?)"
    r"(?=,? (?:theo|gửi|về UBND|trước ngày|chậm nhất)\b| ?[(;.])"
)
"""What is to be reported, in the words of a task; days bear no full stop."""
_NAMES = {
    "report": ("Báo cáo tổng hợp", "docx"),
    "matrix": ("Bảng tổng hợp", "xlsx"),
    "files": ("Báo cáo các đơn vị", "zip"),
    "letter": ("Công văn đôn đốc", "docx"),
    "dossier": ("Hồ sơ", "zip"),
}
_PARTS = {"soft": "bản Word", "signed": "bản ký", "photo": "ảnh chụp"}
_ELSEWHERE = frozenset({Way.QLVB, Way.PAPER, Way.ZALO, Way.PHONE, Way.MARKED, Way.LATE})
_HEADS = {
    "phòng ": "Trưởng phòng",
    "sở ": "Giám đốc",
    "trung tâm ": "Giám đốc",
    "ban ": "Trưởng ban",
    "văn phòng ": "Chánh Văn phòng",
    "thanh tra ": "Chánh Thanh tra",
}
_STATES = {
    "on_time": "đúng hạn",
    "late": "muộn",
    "waiting": "báo đã gửi qua QLVB, chờ xác nhận",
    "missing": "chưa gửi",
    "exempt": "được miễn",
}


def being_made(directive: Directive, number: int) -> Outgoing:
    return Outgoing(
        f"Đang lập báo cáo tổng hợp lần {number} theo {paper(directive)}: dự thảo báo cáo (Word), bảng số liệu (Excel) "
        "và tệp nén. Hệ thống sẽ gửi trong ít phút.",
        about=_about(directive),
    )


def unchanged(directive: Directive, number: int, made_at: datetime) -> Outgoing:
    return Outgoing(
        f"Từ lần {number} (lập lúc {stamp(made_at)}) đến nay báo cáo của các đơn vị theo {paper(directive)} không thay "
        f"đổi. Gửi lại đúng các tệp của lần {number}."
    )


def no_reports(directive: Directive) -> Outgoing:
    return Outgoing(
        f"{paper(directive)} không có việc nào yêu cầu đơn vị khác gửi báo cáo, nên không có gì để tổng hợp."
    )


def made(
    directive: Directive,
    number: int,
    made_at: datetime,
    counts: Sequence[tuple[Task, Mapping[str, int], Sequence[str]]],
    changes: Sequence[str],
    *,
    zipped: bool,
) -> Outgoing:
    """`counts`: of each task how many offices stand how, and who has not sent anything."""
    texts = [f"Báo cáo tổng hợp lần {number} theo {paper(directive)}, lập lúc {stamp(made_at)}."]
    for task, states, missing in counts:
        sent, owing = states["on_time"] + states["late"], sum(states.values()) - states["exempt"]
        said = ", ".join(f"{states[name]} {words}" for name, words in _STATES.items() if states[name])
        texts.append(f"Việc {task.number}: {sent}/{owing} đơn vị đã gửi ({said}).")
        if missing:
            texts.append(f"Chưa gửi:\n{listing(missing)}")
    texts += changes
    texts.append(f"Gửi kèm: dự thảo báo cáo (Word), bảng số liệu (Excel){', tệp nén báo cáo của các đơn vị' * zipped}.")
    if not zipped:
        texts.append("Chưa có đơn vị nào gửi tệp nên không có tệp nén.")
    texts.append("Dự thảo ghép nguyên văn của các đơn vị; đề nghị đồng chí rà soát trước khi trình ký.")
    return Outgoing(
        "\n".join(texts), (row(("Tình hình báo cáo", f"/missing {directive.id}")),), about=_about(directive)
    )


PAPERS = {
    Kind.REPORT: ("báo cáo tổng hợp", "Tổng hợp lại", "tonghop"),
    Kind.LETTER: ("dự thảo công văn đôn đốc", "Soạn lại", "dondoc"),
    Kind.DOSSIER: ("hồ sơ", "Lập lại hồ sơ", "hoso"),
}


def withdrawn(directive: Directive, kind: Kind, numbers: Sequence[int]) -> Outgoing:
    """They held a report in which a stamp of secrecy was found afterwards."""
    paper_, again, verb = PAPERS[kind]
    several = f"lần {', '.join(map(str, numbers))}"
    return Outgoing(
        f"{paper_.capitalize()} {several} theo {paper(directive)} có nội dung của đơn vị nay xác định mang dấu chỉ độ mật. Hệ "
        f"thống đã thu hồi {several} và xóa các tệp trên máy chủ. Đề nghị đồng chí xóa các tệp đã nhận ở đây và ở nơi đã "
        "chuyển tiếp; lập lại thì không còn nội dung ấy.",
        (row((again, f"/{verb} {directive.id}")),),
        about=f"withdrawn:{directive.id}:{kind}:{numbers[-1]}",
    )


def failed(directive: Directive, kind: Kind, number: int, *, disk_full: bool) -> Outgoing:
    paper_, again, verb = PAPERS[kind]
    what = (
        f"do máy chủ hết chỗ lưu. Đề nghị báo người quản trị dọn chỗ, rồi bấm «{again}»"
        if disk_full
        else f"do lỗi của hệ thống; nhật ký máy chủ đã ghi lại. Đề nghị bấm «{again}»; nếu vẫn lỗi, báo người quản trị"
    )
    return Outgoing(
        f"Chưa lập được {paper_} lần {number} theo {paper(directive)} {what}. Báo cáo của các đơn vị vẫn còn nguyên.",
        (row((again, f"/{verb} {directive.id}")),),
        about=_about(directive),
    )


def changed(
    number: int,
    before: int,
    added: Sequence[str],
    mended: Sequence[str],
    others: Sequence[str],
    *,
    renamed: bool = False,
) -> list[str]:
    """What is new since the edition before, a line each; nothing for the first."""
    if not before:
        return []
    lines = report.changes(number, tuple(added), tuple(mended)) if added or mended else []
    lines += [f"Thay đổi tình hình gửi của: {'; '.join(others)}."] if others else []
    lines += ["Số, ngày hoặc trích yếu của công văn đã được sửa."] if renamed else []
    return [f"So với lần {before}:", *lines] if lines else [f"Không thay đổi so với lần {before}."]


def file_name(kind: str, directive: Directive, number: int) -> str:
    """`Báo cáo tổng hợp 912-UBND-TTHC lần 1.docx`."""
    of = f"{numbered(directive) or 'công văn'}{of_period(directive)}".replace("/", "-")
    name, ending = _NAMES[kind]
    return safe_name(f"{name} {of} lần {number}.{ending}")


def part(name: str, marks: str, task: Task, *, several: bool) -> str:
    """What a file in the ZIP is."""
    said = (_PARTS.get(name, ""), NOTED[marks].strip(), f"việc {task.number}" if several else "")
    return ", ".join(filter(None, said))


def chapter(task: Task) -> str:
    return brief(task.text, 200)


def elsewhere(found: Submission | Arrival | None) -> str:
    """`qua QLVB, số 45/BC-PYT, ngày 16/5/2024`; nothing of what came here. That it waits is said beside it."""
    if not isinstance(found, Submission) or found.way not in _ELSEWHERE:
        return ""
    number = f"số {found.reference}" if found.reference else ""
    on = f"ngày {full_day(found.stated_on)}" if found.stated_on else ""
    told = [each for each in (number, on) if each]
    return ", ".join(told if told and found.waits_for_confirmation else [WAYS[Way(found.way)], *told])


def note(line: Line, reason: str) -> str:
    """What is known of an office beside how it stands; the name it was asked under, if it bears another one."""
    asked_as, name = line.assignment.asked_as, line.assignment.office.name
    formerly = f"Khi giao việc: {asked_as}" if asked_as and asked_as != name else ""
    return ". ".join(filter(None, (_remark(line, reason), formerly)))


def _remark(line: Line, reason: str) -> str:
    """Why it is exempt, or what else is known of one that has not sent."""
    if line.valid:
        return ""
    if line.exempt:
        return reason
    if line.returned:
        return "Đã trả lại để bổ sung"
    return claim(line).capitalize() if line.claimed is not None and line.claimed.way == Way.LATE else ""


def named(directive: Directive) -> str:
    """`Công văn số 912/UBND-TTHC ngày 14/5/2024 của UBND huyện Bình Sơn`."""
    written = directive.issued_on or ""
    on = f" ngày {full_day(date.fromisoformat(written))}" if len(written) == 10 else ""
    return f"{paper_alone(directive)}{on}" + (f" của {directive.issuer}" if directive.issuer else "")


def subject(directive: Directive, tasks: Sequence[Task] = ()) -> str:
    """Under «BÁO CÁO»: without saying so again. Where the directive's own words are of something else, those of its
    only task that asks for a report."""
    words = directive.subject.removeprefix("V/v").strip()
    if words.casefold().startswith("báo cáo "):
        return report.subject(words[8:])
    if len(tasks) == 1 and (found := _REPORTED.search(tasks[0].text)):
        return report.subject(f"{found[1]}{of_period(directive)}")
    return report.subject(f"về việc {words[:1].lower()}{words[1:]}" if words else "Kết quả thực hiện")


def grounds(directive: Directive, tasks: Sequence[Task]) -> tuple[str, ...]:
    """What the tasks say they follow, with its day; the directive itself is in the first sentence."""
    cited = [each for each in directive.reading.get("references", ()) if " ngày " in each]
    return tuple(f"Căn cứ {each}" for each in cited if any(each in " ".join(task.text.split()) for task in tasks))


def assesses(title: str) -> bool:
    """Whether this point belongs under «Đánh giá chung»."""
    return title.casefold().startswith(("ưu điểm", "tồn tại", "hạn chế", "khó khăn", "vướng mắc", "nguyên nhân"))


def heading(question: str) -> str:
    """`Đề nghị nêu ưu điểm.` → `Ưu điểm`."""
    return report.subject(question.removeprefix("Đề nghị ").removeprefix("nêu ").rstrip(". "))


def title(question: Question) -> str:
    """What stands over its answers; of a table without its columns."""
    words = question.text.partition(":")[0] if question.kind == Asked.TABLE else question.text
    return heading(_REPEATED.sub("", words).rstrip(" (*["))


def signs(office: Office) -> tuple[str, ...]:
    """How a signature begins, a line each."""
    name = office.name.casefold()
    if name.startswith(("ủy ban nhân dân", "uỷ ban nhân dân", "ubnd")):
        return ("TM. Ủy ban nhân dân", office.head_title or "Chủ tịch")
    of_kind = (title for kind, title in _HEADS.items() if name.startswith(kind))
    return (office.head_title or next(of_kind, "Thủ trưởng đơn vị"),)


def _about(directive: Directive) -> str:
    return f"edition:{directive.id}"
