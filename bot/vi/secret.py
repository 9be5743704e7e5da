"""A state secret came: what is said to who sent it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import row
from bot.vi.filing import code
from db.reports import Submission

DELETED = ", đã xóa tệp và nội dung trên máy chủ"
ASKED = "Đề nghị đồng chí xóa tin vừa gửi trong cuộc trò chuyện này và chuyển theo chế độ bảo vệ bí mật nhà nước."
SHARED = "Tệp có cùng nội dung đã có trong công văn hoặc báo cáo khác nên chưa xóa; đề nghị báo ngay người tổng hợp."


def secret(
    level: str,
    about: str | None = None,
    gone: Sequence[Submission] = (),
    kept: Sequence[Submission] = (),
    *,
    shared: bool = False,
    answered: bool = False,
) -> Outgoing:
    """The reports `gone` went with it, and so did what `about` names; about those `kept` the sender is to decide.
    `shared`: somebody else sent the same content, where it stays. `answered`: an answer went with it."""
    text = f"Văn bản có dấu {level}. Hệ thống không tiếp nhận{'' if shared else DELETED}. {ASKED}"
    if shared:
        text += f"\n{SHARED}"
    if answered:
        text += "\nBáo cáo của đơn vị không còn câu trả lời ghi trong tin này; đề nghị trả lời lại câu hỏi đó."
    if gone:
        text += f"\nCác tệp gửi cùng lượt cũng đã xóa; báo cáo mã {', '.join(map(code, gone))} không còn được tính."
    for each in kept:
        names = "; ".join(file.name for file in each.files)
        text += (
            f"\nCòn giữ báo cáo mã {code(each)} gửi trước đó: {names}. Nếu có trang của văn bản này, đề nghị thu hồi."
        )
    buttons = tuple(row((f"Thu hồi {code(each)}", f"/thuhoi {each.id}")) for each in kept)
    return Outgoing(text, buttons, about=about, wants_words=True)
