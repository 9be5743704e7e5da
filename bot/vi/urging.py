"""«Công văn đôn đốc»: what the coordinator hears of the draft, and the fixed words in it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import listing, paper, row
from db.directives import Directive, Task

LISTED = "Thủ trưởng các cơ quan, đơn vị (theo danh sách kèm theo)"
BY_THE_PAPER = "đúng thời hạn nêu trong văn bản"


def annex(task: Task) -> str:
    return f"Danh sách đơn vị chưa gửi báo cáo (việc {task.number})"


def nobody_late(directive: Directive) -> Outgoing:
    return Outgoing(
        f"Hiện không có đơn vị nào quá hạn báo cáo theo {paper(directive)} nên chưa cần công văn đôn đốc. Nhắc qua chat: "
        "bấm «Nhắc tất cả».",
        (row(("Nhắc tất cả", f"/nhac {directive.id}"), ("Tình hình báo cáo", f"/missing {directive.id}")),),
    )


def being_made(directive: Directive) -> Outgoing:
    return Outgoing(
        f"Đang soạn dự thảo công văn đôn đốc các đơn vị quá hạn theo {paper(directive)}. Hệ thống sẽ gửi trong ít phút.",
        about=f"letter:{directive.id}",
    )


def made(directive: Directive, names: Sequence[str]) -> Outgoing:
    return Outgoing(
        f"Dự thảo công văn đôn đốc theo {paper(directive)}, gửi {len(names)} đơn vị quá hạn:\n{listing(names)}\n"
        "Số, ngày và chữ ký để trống; đề nghị đồng chí rà soát, trình ký và gửi qua văn thư.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"letter:{directive.id}",
    )


def nobody_late_now(directive: Directive) -> Outgoing:
    return Outgoing(
        f"Các đơn vị theo {paper(directive)} vừa gửi đủ báo cáo nên không còn ai để đôn đốc.",
        about=f"letter:{directive.id}",
    )
