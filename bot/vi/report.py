"""What the collecting office itself says in a consolidated report and in a letter to those who are late."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.clocks import local
from bot.text import capital
from bot.vi.common import full_day


def subject(asked: str) -> str:
    """The trích yếu of the report, from that of the directive or the task."""
    return capital(asked)


def shortened(body: str) -> str:
    """In a letterhead, where a line is narrow."""
    return re.sub(r"^[Ủủ]y ban nhân dân|^[Uu]ỷ ban nhân dân", "UBND", body)


def opening(paper: str, collector: str, answered: int, owing: int, missing: int = 0) -> str:
    """`paper` names the directive: «Công văn số 123/UBND-TTHC ngày 14/5/2024 của UBND huyện Bình Sơn»."""
    left = f" (còn {missing:02} cơ quan, đơn vị chưa gửi báo cáo, danh sách tại phụ lục)" if missing else ""
    heard = f"trên cơ sở báo cáo của {answered:02}/{owing:02} cơ quan, đơn vị{left}"
    return f"Thực hiện {paper}, {heard}, {collector} tổng hợp, báo cáo như sau:"


def closing(collector: str, above: str) -> str:
    return f"Trên đây là báo cáo tổng hợp của {collector}, kính trình {above} xem xét, chỉ đạo"


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


def letter_body(
    paper: str, collector: str, deadline: str, now: datetime, until: date | None, *, named: Sequence[str] = ()
) -> tuple[str, ...]:
    """`deadline` in the paper's own words («trước ngày 17/5/2024»); `until` is the new day, if one was named; `named`
    are the addressees, where there is no list beside."""
    seen = local(now)
    latest = f"chậm nhất ngày {full_day(until)}" if until else "trong thời gian sớm nhất"
    whose, heads = "các cơ quan, đơn vị có tên trong danh sách kèm theo", "thủ trưởng các cơ quan, đơn vị"
    if named:
        whose, heads = (
            ("các cơ quan, đơn vị nêu trên", heads) if len(named) > 1 else (named[0], f"thủ trưởng {named[0]}")
        )
    return (
        f"Thực hiện {paper}, các cơ quan, đơn vị gửi báo cáo về {collector} {deadline}.",
        f"Đến {seen:%H} giờ {seen:%M} ngày {full_day(seen)}, {collector} chưa nhận được báo cáo của {whose}.",
        f"Kính đề nghị {heads} quan tâm chỉ đạo, gửi báo cáo {latest} để kịp tổng hợp. Trường hợp có khó khăn, vướng "
        f"mắc, đề nghị trao đổi với {collector} để phối hợp. Đơn vị đã gửi qua QLVB đề nghị cho biết số, ký hiệu và "
        "ngày gửi",
    )


TOTAL = "Tổng cộng"
OFFICE = "Cơ quan, đơn vị"


def in_annex(count: int, title: str) -> str:
    """What stands in the text for a table that is in an annex."""
    return f"{count:02} dòng, tại phụ lục «{title}»"


def estimated(office: str) -> str:
    """Behind a sum, an office whose figure is «khoảng»."""
    return f"{office} (ước)"
