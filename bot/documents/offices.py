"""Names of offices: lists taken apart, heads of offices turned into their offices, groups spelled out.

The vocabulary is that of Vietnamese state offices in general; which offices exist is for the office's own register.
"""

from __future__ import annotations

import re

from bot.documents.layout import UPPER
from bot.text import capital

_HEADS = (
    r"Thủ trưởng|Giám đốc|Tổng Giám đốc|Trưởng|Chánh án|Chánh|Chủ tịch|Viện trưởng|Cục trưởng|Chi cục trưởng"
    r"|Lãnh đạo|Phó Chủ tịch|"
    r"Phó Giám đốc|Phó Trưởng|Hiệu trưởng|Người đứng đầu|Bộ trưởng|Chỉ huy trưởng|Bí thư"
)
_OFFICES = (
    r"Sở(?! hữu)|Phòng(?!,| ngừa| chống)|Ban(?! hành)|Văn phòng|Thanh tra(?!,)|Công an|UBND|HĐND|Ủy ban"
    r"|Uỷ ban|Cục|Chi cục|Tổng cục|Kho bạc"
    r"|Công ty|Ngân hàng|Bộ|Vụ(?! việc)|Viện|"
    r"Trung tâm|Đài|Báo(?! cáo)|Cổng|Tỉnh đoàn|Huyện đoàn|Đoàn(?! kết)|Hội(?! nghị| thảo)|Liên minh"
    r"|Liên đoàn|Tòa án|Toà án|Trường(?! hợp)|Trạm"
    r"|Bệnh viện|Hạt|Đội|Tổ(?! chức)|Hội đồng|Chính phủ|Quân sự|Cơ quan|VNPT|Viettel|"
    r"Bảo hiểm|Bưu điện|Điện lực|Mặt trận|Quỹ|Đảng ủy|Hợp tác xã|Xí nghiệp|Tổng công ty|Tập đoàn|Doanh nghiệp"
    r"|VP|TTr|BQL|BCH|BCĐ|Tỉnh ủy|Huyện ủy|Thành ủy|Thị ủy|Đảng bộ|Chi bộ|Ủy viên|Thành viên|Học viện"
    r"|Nhà văn hóa|Viễn thông"
)
_GROUPED = (
    r"sở|phòng|ban|ngành|cơ quan|đơn vị|địa phương|cấp|huyện|xã|phường|thị trấn|thành phố|tổ chức|trường"
    r"|doanh nghiệp|đồng chí|"
    r"thành viên|hiệp hội|hội|đoàn thể|cơ sở|bộ|vụ|cục|chi cục|văn phòng|trung tâm|công ty|trạm|thôn"
    r"|thủ trưởng|chủ đầu tư"
)
_GROUPS = (
    rf"(?:[Cc]ác|[Nn]hững|[Tt]oàn thể|[Mm]ỗi|[Tt]ừng|[Tt]ất cả(?:\s+các)?)\s+(?:(?i:{_GROUPED})|{_HEADS}|{_OFFICES})|"
    r"[Cc]ơ quan|[Đđ]ơn vị|[Đđ]ịa phương|[Ss]ở,|[Nn]gười có thẩm quyền"
)
START = rf"(?:(?:[Đđ]ồng chí\s+)?(?:{_HEADS}|{_OFFICES})\b|(?:{_GROUPS})(?=[\s,:]|$))"
_HEAD = re.compile(
    rf"^(?:Đồng chí\s+)?(?:{_HEADS})\s+(?:(?:các|cấp)\s+)?(?=(?:{_OFFICES}|phòng|ban|cơ quan|sở|đơn vị"
    rf"|địa phương|ngành)\b)"
)
_KINDS = r"[Ss]ở|[Pp]hòng|[Bb]an|[Vv]ăn phòng|[Cc]hi cục|[Cc]ục|[Bb]ộ|[Vv]ụ|[Tt]rung tâm|[Tt]rường|[Tt]rạm|[Hh]ội"
_LEADERS = rf"(?:(?:{_HEADS})\s+)?"
_GROUP = re.compile(
    rf"^{_LEADERS}(?:[Cc]ác\s+)(?P<kind>{_KINDS})(?P<more>(?:,?\s*(?:và\s+)?(?:[Bb]an|[Nn]gành|cơ quan"
    rf"|đơn vị|đoàn thể))*)"
    r"(?:\s+(?:thuộc|của|trực thuộc)\s[^:,;]{3,60}|\s+chuyên môn)?\s*:\s*(?P<names>.+)$"
)
_ROW = re.compile(rf"^{_LEADERS}(?:[Cc]ác\s+)(?P<kind>{_KINDS})\s+(?P<names>(?=[{UPPER}])[^:;]+,\s+[{UPPER}].*)$")
_PLACES = re.compile(
    rf"^{_LEADERS}(?P<kind>(?:UBND|[ỦU][yỷ] ban nhân dân|Đảng ủy|Công an"
    rf"|HĐND và UBND))\s+các\s+(?P<level>[^:]+?)\s*:\s*(?P<names>.+)$"
)
_LIST = re.compile(
    rf"\s*;\s*|\s*,\s+(?=(?:{_HEADS}|{_OFFICES}|[Cc]ác)\b)|\s+và\s+(?=(?:{_HEADS}|{_OFFICES})\b(?!\s+[{UPPER}]?\w*\s*$)|các\s+(?:{_OFFICES})\b)",
    re.DOTALL,
)
_SECOND_HALVES = (
    r"Đào tạo|Thông tin|Hạ tầng|Đầu tư|Môi trường|Công nghệ|Truyền thông|Phát triển nông thôn|Xã hội"
    r"|Du lịch|Tôn giáo|Đô thị|"
    r"Gia đình|Kế hoạch|Thể thao|Khoa học"
)
_LAST_AND = re.compile(rf"\s+và\s+(?=[{UPPER}])(?!(?:{_SECOND_HALVES})\b)")
_TRIPLE = re.compile(r"((?:Văn hóa|Văn hoá|Lao động)),\s+(?=(?:Thể thao|Thương binh|Thông tin|Khoa học)\b)")
_DESK = re.compile(r"\s+[-–]\s+(?=(?:[Cc]ơ quan|[Tt]hường trực|[Đđ]ơn vị|[Đđ]ầu mối))")
ALL_ABOVE = re.compile(
    r"(?:các\s+)?(?:cơ quan|đơn vị|địa phương|phòng|ban|ngành|sở)(?:,?\s+(?:và\s+)?(?:cơ quan|đơn vị"
    r"|địa phương|ban|ngành))*\s+"
    r"(?:nêu\s+trên|trên|có\s+tên\s+trên|nói\s+trên|được\s+giao\s+nêu\s+trên)|như\s+trên|nơi\s+nhận\s+văn\s+bản",
    re.IGNORECASE,
)


def expand(name: str) -> tuple[str, ...]:
    """Single offices of one addressee as printed: `Thủ trưởng các Phòng: Nội vụ, Y tế` is two, `Chánh Thanh tra huyện`
    is `Thanh tra huyện`; a group nobody names (`các cơ quan liên quan`) stays as written."""
    name = " ".join(name.split()).strip(" ;,.:-")
    if group := _GROUP.match(name) or _PLACES.match(name) or _ROW.match(name):
        return tuple(dict.fromkeys(found for one in split_names(group["names"]) for found in _of_group(group, one)))
    pieces = split_list(name)
    if len(pieces) > 1:
        return tuple(one for piece in pieces for one in expand(piece))
    return (_office(name),) if name else ()


def _of_group(group: re.Match[str], one: str) -> tuple[str, ...]:
    """`Nội vụ` of «các phòng: …» is `Phòng Nội vụ`; what is an office by itself («Công an tỉnh») stays."""
    one = one.strip(" .")
    if _WHOLE.match(one):
        return expand(one)
    return (f"{_prefix(group)} {one}",)


_WHOLE = re.compile(
    rf"(?:{_HEADS}|UBND|HĐND|[ỦU][yỷ] ban|Văn phòng|Thanh tra (?=\w)|Công an (?=\w)|Bộ Chỉ huy|Bộ CHQS|Ban "
    rf"|Sở |Phòng |Chi cục |Cục"
    r"|Kho bạc|Bảo hiểm xã|Đài |Trung tâm |Trường |Bệnh viện |Đảng ủy |Mặt trận|Hội |Liên đoàn|Tỉnh đoàn|Hạt |các )"
)


def expand_all(names: list[str]) -> tuple[str, ...]:
    """Expanded, each office once."""
    return tuple(dict.fromkeys(one for name in names for one in expand(name)))


def _prefix(group: re.Match[str]) -> str:
    kind = group["kind"]
    if "level" in group.re.groupindex:
        return f"{kind} {group['level'].split(',')[0].strip()}" if "," not in group["level"] else kind
    return capital(kind)


def split_names(names: str) -> list[str]:
    """`Nội vụ, Văn hóa, Thể thao và Du lịch và Y tế`: three names; the comma and the «và» inside a name stay."""
    whole = _TRIPLE.sub(r"\1‚ ", names.strip(" .;"))
    parts = [part.strip() for part in re.split(r"[,;]\s*", whole) if part.strip()]
    if len(parts) > 1 or _LAST_AND.search(whole):
        parts = [*parts[:-1], *_LAST_AND.split(parts[-1])]
    return [re.sub(r"^và\s+", "", part).replace("‚", ",") for part in parts]


def split_list(names: str) -> list[str]:
    """A list of full names, cut before every word that starts an office; commas inside brackets do not count."""
    masked = re.sub(r"\([^)]*\)", lambda found: "(" + "·" * (len(found[0]) - 2) + ")", names)
    cuts = [0, *(point for found in _LIST.finditer(masked) for point in found.span()), len(names)]
    return [piece for n in range(0, len(cuts), 2) if (piece := names[cuts[n] : cuts[n + 1]].strip(" ,;."))]


def _office(name: str) -> str:
    """The office of a head: the report is owed by the office, not by its head. Without what stands in brackets."""
    plain = " ".join(re.sub(r"\s*\([^()]*\)", "", name).split()) or name
    bare = _DESK.split(_HEAD.sub("", plain))[0].strip(" ,;:.")
    changed = bare != plain and not re.match(r"[Cc]ác\b", name)
    return capital(bare) if changed or _LOWER.match(bare) else bare


_LOWER = re.compile(rf"(?:phòng|sở|ban|văn phòng|thanh tra)\s+[{UPPER}]")


def addressees(block: str) -> list[str]:
    """`Kính gửi` as printed: one line, or dashes that may run over several lines."""
    dashed = re.search(r"(?:^|\n)\s*[-+]\s", block)
    pieces = re.split(r"(?:^|\n)\s*[-+]\s+", block) if dashed else re.split(rf";\s*\n|;\s+(?={START})", block)
    return [words for piece in pieces if (words := " ".join(piece.split()).strip(" ;,.:"))]
