"""What `nhacviec doctor` says: one sentence a finding, with what to do where something is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.vi.apps import app
from bot.vi.common import stamp

MARKS = {"ok": "ĐẠT", "warning": "LƯU Ý", "failure": "HỎNG"}
SUMMARY = {
    "ok": "Mọi việc bình thường.",
    "warning": "Có mục cần lưu ý, trợ lý vẫn làm việc được.",
    "failure": "Có mục hỏng, đề nghị xử lý ngay.",
}
_QUEUES = {"received": "tin đến", "reminders": "lời nhắc", "deliveries": "tin đi"}
_READY = {"database": "không ghi được cơ sở dữ liệu", "disk": "đĩa gần đầy", "tick": "nhịp kiểm tra hạn đã dừng"}


def settings_wrong(names: Iterable[str]) -> str:
    return f"Cấu hình sai ở: {', '.join(names)}. Đề nghị sửa theo docs/settings.md."


def broke(name: str, kind: str) -> str:
    return f"Không kiểm tra được mục {name} ({kind}). Đề nghị xem nhật ký của trợ lý."


def database_fine() -> str:
    return "Cơ sở dữ liệu đọc và ghi được."


def database_absent() -> str:
    return "Chưa có cơ sở dữ liệu ở thư mục đã đặt. Kiểm tra NHACVIEC_DATA_DIR, hoặc chạy nhacviec migrate để lập mới."


def database_away(kind: str) -> str:
    return (
        f"Không đọc hoặc ghi được cơ sở dữ liệu ({kind}). Kiểm tra đĩa, quyền của thư mục dữ liệu, máy chủ PostgreSQL "
        "nếu dùng, và lệnh nào đang giữ khoá."
    )


def schema_fine(number: str) -> str:
    return f"Lược đồ đúng phiên bản của chương trình ({number})."


def schema_behind(number: str | None, newest: str) -> str:
    there = f"Lược đồ là {number}" if number else "Cơ sở dữ liệu còn trống"
    return f"{there}, chương trình cần lược đồ {newest}. Chạy nhacviec migrate hoặc khởi động lại trợ lý."


def schema_ahead(number: str, newest: str) -> str:
    return f"Lược đồ là {number}, mới hơn chương trình ({newest}). Cập nhật chương trình; không chạy bản cũ."


def disk(free: int, *, short: bool) -> str:
    left = f"Đĩa của thư mục dữ liệu còn {free / 2**30:.1f} GB".replace(".", ",")
    return f"{left}. Đề nghị dọn bớt hoặc mở rộng; hết chỗ thì không nhận được báo cáo." if short else f"{left}."


def days_off_fine(count: int) -> str:
    return f"Đọc được tệp ngày nghỉ riêng ({count} ngày)."


def days_off_none() -> str:
    return (
        "Không có tệp ngày nghỉ riêng, dùng lịch chung. Khi có quyết định hoán đổi ngày nghỉ, ghi vào ngay_nghi.toml."
    )


def days_off_wrong(reason: str) -> str:
    return f"Tệp ngày nghỉ hoặc giờ làm việc không đọc được: {reason}. Đề nghị sửa; trợ lý không khởi động được khi còn sai."


def scans(*, able: bool, wanted: bool) -> str:
    if not wanted:
        return "Không đọc bản chụp, ảnh công văn (NHACVIEC_OCR=false)."
    if able:
        return "Đọc được bản chụp và ảnh công văn (tesseract)."
    return (
        "Chưa đọc được bản chụp, ảnh công văn; không bắt buộc. Muốn có: apt install tesseract-ocr-vie poppler-utils, "
        "rồi khởi động lại."
    )


def no_channel() -> str:
    return "Chưa bật kênh nào. Đặt NHACVIEC_ZALO_BOT_TOKEN (Zalo Bot Creator), NHACVIEC_ZALO_OA_APP_ID, hoặc NHACVIEC_TELEGRAM_TOKEN (BotFather)."


_LET_IN = {
    "telegram": "Lấy token mới từ BotFather, đặt lại NHACVIEC_TELEGRAM_TOKEN, khởi động lại.",
    "zalo_bot": "Đặt lại token trong Zalo Bot Creator, ghi vào NHACVIEC_ZALO_BOT_TOKEN, khởi động lại.",
    "zalo_oa": "Đề nghị quản trị viên của OA cấp quyền lại: nhacviec zalo-oa authorise, không cần dừng trợ lý.",
}


def account_fine(channel: str, name: str) -> str:
    return f"{channel}: token còn hiệu lực, tài khoản {name}."


def account_refused(channel: str) -> str:
    remedy = _LET_IN.get(channel, _LET_IN["telegram"])
    return f"{channel}: token không còn hiệu lực. {remedy}"


def account_unreachable(channel: str, reason: str) -> str:
    proxy = ", NHACVIEC_TELEGRAM_PROXY" if channel == "telegram" else ""
    return f"{channel}: không kết nối được ({reason}). Kiểm tra mạng, tường lửa{proxy}."


def clock_fine(seconds: float) -> str:
    return f"Giờ của máy khớp với máy chủ kênh chat (lệch {abs(seconds):.0f} giây)."


def clock_off(seconds: float) -> str:
    way = "nhanh" if seconds > 0 else "chậm"
    return f"Giờ của máy {way} {abs(seconds):.0f} giây. Bật đồng bộ giờ: timedatectl set-ntp true."


def clock_unknown() -> str:
    return "Không so được giờ của máy vì chưa hỏi được máy chủ kênh chat."


def asking(channel: str) -> str:
    return f"{channel}: trợ lý tự hỏi tin mới, không dùng webhook."


def called(channel: str, waiting: int) -> str:
    return f"{channel}: webhook trỏ đúng địa chỉ của trợ lý, {waiting} tin đang chờ."


def called_elsewhere(channel: str) -> str:
    return (
        f"{channel}: webhook đang trỏ đi nơi khác. Bảo đảm không máy nào khác dùng token này, rồi khởi động lại trợ lý."
    )


def hook_left(channel: str) -> str:
    return f"{channel}: còn webhook cũ nên chưa tự hỏi tin mới được. Khởi động lại trợ lý để gỡ."


def hook_late(channel: str, waiting: int) -> str:
    return (
        f"{channel}: {waiting} tin chưa gửi tới được trợ lý. Kiểm tra trợ lý, máy chủ trung gian (proxy) và chứng chỉ."
    )


def hook_failed(channel: str, at: datetime, error: str) -> str:
    return f"{channel}: lúc {stamp(at)} không gọi tới được trợ lý: {error}. Kiểm tra máy chủ trung gian và chứng chỉ."


def reachable() -> str:
    return "Địa chỉ công khai trả lời đúng."


def not_reachable(reason: str) -> str:
    return (
        f"Từ máy này không gọi được địa chỉ công khai ({reason}). Kiểm tra NHACVIEC_PUBLIC_URL, DNS, chứng chỉ và "
        "máy chủ trung gian."
    )


def serving() -> str:
    return "Trợ lý đang chạy và sẵn sàng."


def not_serving(port: int) -> str:
    return f"Trợ lý không chạy (cổng {port} không trả lời). Khởi động: systemctl start nhacviec."


def not_ready(checks: Sequence[str]) -> str:
    return f"Trợ lý đang chạy nhưng chưa sẵn sàng: {', '.join(_READY.get(check, f'kênh {app(check)}') for check in checks)}."


def somebody_else(port: int) -> str:
    return f"Cổng {port} do chương trình khác trả lời. Đổi NHACVIEC_PORT hoặc dừng chương trình ấy."


def queue_fine(queue: str, due: int) -> str:
    return f"Hàng đợi {_QUEUES[queue]}: {f'{due} mục đến lượt, không mục nào chờ lâu' if due else 'trống'}."


def queue_late(queue: str, due: int, age: timedelta) -> str:
    return (
        f"Hàng đợi {_QUEUES[queue]}: {due} mục đến lượt, mục lâu nhất chờ {_span(age)}. "
        "Kiểm tra trợ lý có đang chạy và kênh chat có thông."
    )


def none_aside() -> str:
    return "Không có tin nào bị gác lại."


def some_aside(count: int, numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers)) + (", …" if count > len(numbers) else "")
    return f"{count} tin bị gác lại sau ba lần lỗi: số {shown}. Sau khi sửa lỗi, chạy nhacviec replay SỐ."


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes} phút" if minutes < 120 else f"{minutes // 60} giờ"
