"""What the administrator reads when letting the assistant into a Zalo Official Account."""

from __future__ import annotations

from datetime import timedelta

PASTE = "Dán địa chỉ trình duyệt được chuyển tới, hoặc một refresh token (không hiện khi dán)"


def not_set_up() -> str:
    return "Chưa có NHACVIEC_ZALO_OA_APP_ID và NHACVIEC_ZALO_OA_APP_SECRET. Đề nghị lấy tại developers.zalo.me."


def open_this(link: str) -> str:
    return (
        f"Đề nghị quản trị viên của OA mở liên kết sau, đồng ý cấp quyền, rồi chép địa chỉ mà trình duyệt được "
        f"chuyển tới (mã trong đó chỉ dùng được một lần, trong 10 phút):\n{link}"
    )


def let_in(lives: timedelta) -> str:
    hours = round(lives.total_seconds() / 3600)
    return f"Đã được cấp quyền. Mã truy cập có hiệu lực {hours} giờ; trợ lý tự gia hạn, không phải làm gì thêm."


def refused(why: str) -> str:
    return f"Zalo từ chối ({why}). Quyền đang có, nếu có, vẫn giữ nguyên. Đề nghị chạy lại lệnh và lấy mã mới."


def not_understood() -> str:
    return "Không phải địa chỉ của liên kết vừa in, cũng không phải refresh token. Đề nghị chạy lại lệnh."


def callback_page() -> str:
    return "Đề nghị chép địa chỉ của trang này và dán vào cửa sổ đang chạy lệnh nhacviec zalo-oa authorise."
