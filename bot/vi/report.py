"""What the collecting office itself says in a consolidated report and in a letter to those who are late."""

from __future__ import annotations

from datetime import date, datetime

from bot.clocks import local
from bot.vi.common import full_day


def subject(asked: str) -> str:
    """The trích yếu of the report, from that of the directive or the task."""
    return asked[:1].upper() + asked[1:]


def opening(paper: str, collector: str, answered: int, owing: int) -> str:
    """`paper` names the directive: «Công văn số 123/UBND-TTHC ngày 14/5/2024 của UBND huyện Bình Sơn»."""
    heard = f"trên cơ sở báo cáo của {answered:02}/{owing:02} cơ quan, đơn vị"
    return f"Thực hiện {paper}, {heard}, {collector} tổng hợp, báo cáo như sau:"


def closing(collector: str, above: str) -> str:
    return f"Trên đây là báo cáo tổng hợp của {collector}, kính trình {above} xem xét, chỉ đạo"


def left_out(count: int) -> str:
    """The sentence that sends the reader to the annex."""
    return f"Đến thời điểm tổng hợp còn {count:02} cơ quan, đơn vị chưa gửi báo cáo (danh sách tại phụ lục)."


def changes(edition: int, added: tuple[str, ...], mended: tuple[str, ...]) -> list[str]:
    """What is new since the edition before, one line each; nothing for the first."""
    if edition == 1:
        return []
    lines = [f"Bổ sung báo cáo của: {'; '.join(added)}."] if added else []
    lines += [f"Cập nhật nội dung của: {'; '.join(mended)}."] if mended else []
    return lines or [f"Không thay đổi so với lần {edition - 1}."]


def letter_subject(asked: str) -> str:
    """Without «V/v»."""
    return f"đôn đốc gửi báo cáo {asked[:1].lower()}{asked[1:]}"


def letter_body(paper: str, collector: str, deadline: str, now: datetime, until: date | None) -> tuple[str, ...]:
    """`deadline` in the paper's own words («trước ngày 17/5/2024»); `until` is the new day, if one was named."""
    seen = local(now)
    latest = f"chậm nhất ngày {full_day(until)}" if until else "trong thời gian sớm nhất"
    return (
        f"Thực hiện {paper}, các cơ quan, đơn vị gửi báo cáo về {collector} {deadline}.",
        f"Đến {seen:%H} giờ {seen:%M} ngày {full_day(seen)}, {collector} chưa nhận được báo cáo của các cơ quan, "
        "đơn vị có tên trong danh sách kèm theo.",
        f"Kính đề nghị thủ trưởng các cơ quan, đơn vị quan tâm chỉ đạo, gửi báo cáo {latest} để kịp tổng hợp. Trường "
        f"hợp có khó khăn, vướng mắc, đề nghị trao đổi với {collector} để phối hợp. Đơn vị đã gửi qua QLVB đề nghị "
        "cho biết số, ký hiệu và ngày gửi",
    )


TOTAL = "Tổng cộng"
OFFICE = "Cơ quan, đơn vị"


def in_annex(count: int, title: str) -> str:
    """What stands in the text for a table that is in an annex."""
    return f"{count:02} dòng, tại phụ lục «{title}»"


def estimated(office: str) -> str:
    """Behind a sum, an office whose figure is «khoảng»."""
    return f"{office} (ước)"
