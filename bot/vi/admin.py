"""What the administrator reads at the terminal when backing up and restoring."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.vi.common import full_day, hour

_HARM = {
    "unreadable": "Không đọc được bản sao lưu ({name}): tệp hỏng, chép dở hoặc không do lệnh backup lập ra.",
    "foreign": "Bản sao lưu chứa mục lạ ({name}): lệnh backup không bao giờ ghi như vậy. Không khôi phục tệp này.",
    "changed": "Nội dung mục {name} không khớp mã kiểm tra: bản sao lưu đã hỏng.",
    "absent": "Bản sao lưu không khớp với danh mục của nó ở mục {name}.",
}
_ANOTHER = "Đề nghị dùng bản sao lưu khác."
_FLAWS = {
    "absent": "Không có cơ sở dữ liệu ở {detail}. Đề nghị kiểm tra NHACVIEC_DATA_DIR và NHACVIEC_DATABASE_URL.",
    "broken": "Cơ sở dữ liệu không nguyên vẹn: {detail}. Đề nghị giữ nguyên hiện trạng và dùng bản sao lưu tốt gần nhất.",
    "newer": "Bản sao lưu thuộc phiên bản mới hơn chương trình (lược đồ {detail}). Đề nghị cập nhật chương trình trước.",
    "no_tool": "Máy chưa có lệnh {detail}. Đề nghị cài bộ công cụ của PostgreSQL: apt install postgresql-client.",
    "tool_failed": "Công cụ của PostgreSQL báo lỗi: {detail}",
}


def made(path: Path, size: int, files: int) -> str:
    return f"Đã sao lưu vào {path}: cơ sở dữ liệu và {files} tệp, {_megabytes(size)}."


def lost(hashes: tuple[str, ...]) -> str:
    return (
        f"Thiếu hoặc hỏng {len(hashes)} tệp mà cơ sở dữ liệu có nhắc đến, trước hết là {hashes[0][:12]}…. "
        "Các bản sao lưu cũ được giữ lại; đề nghị kiểm tra đĩa và tìm tệp này trong đó."
    )


def whole(made_at: datetime, schema: str | None, files: int) -> str:
    return (
        f"Bản sao lưu nguyên vẹn: lập lúc {hour(made_at)} ngày {full_day(made_at)}, lược đồ {schema}, "
        f"cơ sở dữ liệu và {files} tệp đều khớp mã kiểm tra."
    )


def restored(folder: Path, made_at: datetime) -> str:
    return (
        f"Đã khôi phục vào {folder} dữ liệu lúc {hour(made_at)} ngày {full_day(made_at)}. "
        "Dữ liệu cũ, nếu có, nằm trong thư mục before-… cạnh đó. Tiếp theo: nhacviec doctor, rồi khởi động trợ lý."
    )


def damaged(harm: str, name: str) -> str:
    return f"{_HARM[harm].format(name=name)} {_ANOTHER}"


def unfit(flaw: str, detail: str) -> str:
    return _FLAWS[flaw].format(detail=detail)


def file_absent(sha256: str) -> str:
    return f"Cơ sở dữ liệu có nhắc đến tệp {sha256[:12]}… mà bản sao lưu không có. {_ANOTHER}"


def not_empty(folder: Path) -> str:
    return (
        f"{folder} hoặc cơ sở dữ liệu đang có dữ liệu. Thêm --force để thay thế (dữ liệu cũ được chuyển vào thư mục "
        "before-…), hoặc --into để khôi phục vào thư mục khác."
    )


def still_running() -> str:
    return "Cơ sở dữ liệu đang được sử dụng. Đề nghị dừng trợ lý trước: systemctl stop nhacviec."


def other_database(kind: str) -> str:
    return f"Bản sao lưu là của {kind}, còn cấu hình hiện tại thì khác. Đề nghị kiểm tra NHACVIEC_DATABASE_URL."


def database_elsewhere(place: Path) -> str:
    return (
        f"NHACVIEC_DATABASE_URL đặt cơ sở dữ liệu ở {place}, ngoài thư mục dữ liệu. Đề nghị khôi phục bằng --into vào "
        "một thư mục trống, rồi chép nhacviec.db và files/ về chỗ của chúng."
    )


def failed(reason: str) -> str:
    return f"Không thực hiện được: {reason}."


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB".replace(".", ",")
