"""One demand in words: who must, with whom, what kind of thing, sent where. Pure functions over one item's text."""

from __future__ import annotations

import re

from bot.documents.layout import UPPER
from bot.documents.offices import ALL_ABOVE, START, expand, split_list
from bot.text import capital

VERBS = (
    r"chủ trì|phối hợp|báo cáo|tổng hợp|tham mưu|nghiên cứu|rà soát|chủ động"
    r"|(?<!, )(?<!quan )(?<!các )tổ chức|thực hiện|triển khai|"
    r"gửi|xây dựng|hướng dẫn|chịu trách nhiệm|chỉ đạo|tích cực|kiện toàn|bảo đảm|đảm bảo|căn cứ"
    r"|trên cơ sở|khẩn trương|tiếp tục|"
    r"theo dõi|bố trí|chuẩn bị|lập|đăng ký|cử|có trách nhiệm|tham gia|đề xuất|tập trung|tăng cường"
    r"|kiểm tra|đôn đốc|tiến hành|"
    r"hoàn thành|hòan thành|hoàn thiện|nghiêm túc|quan tâm|cung cấp|góp ý|xem xét|ban hành|phân công|quán triệt"
    r"|phổ biến|tuyên truyền|thông báo|"
    r"nộp|tiếp nhận|giải quyết|thường xuyên|hỗ trợ|trực tiếp|trình|thống kê|cập nhật|đánh giá(?! cao)|phải|cần"
    r"|sớm|định kỳ|kịp thời|"
    r"theo chức năng|theo nhiệm vụ|lấy ý kiến|công bố|đẩy mạnh|phát huy|duy trì|quản lý|bổ sung"
    r"|điều chỉnh|kiểm soát|thanh tra|xử lý"
    r"|là đầu mối|làm đầu mối|là cơ quan|tạo điều kiện|nâng cao|củng cố|thành lập|tháo gỡ|khắc phục|vận động"
    r"|huy động|trả lời|giám sát|xác định|khảo sát|phê duyệt|thẩm định|lồng ghép|hoàn chỉnh|kết hợp|dự thảo"
    r"|chấp hành|làm việc|liên hệ|trao đổi|bàn giao|tổng kết|sơ kết|áp dụng|phát hiện|ngăn chặn|chấn chỉnh"
    r"|công khai|niêm yết|nhanh chóng|tham dự|cùng tham dự|đến dự|tới dự|về dự|dự họp|soạn thảo|tiếp thu|giải trình"
    r"|quyết liệt|đối chiếu|sử dụng|thu thập|được giao|chuyển(?! đổi)|đề ra|rút kinh nghiệm|sao gửi|in ấn"
    r"|trực (?:Tết|ban|chiến)|phản ánh|góp phần|cam kết|kê khai|thanh toán|quyết toán|dự toán|thẩm tra"
    r"|tự kiểm tra|khẩn cấp|nắm|lấy"
    r"|vận hành|ưu tiên|giới thiệu|tổng rà soát|h[ằà]ng (?:tuần|tháng|quý|năm)|trước|chậm nhất|gấp rút|sẵn sàng|bám sát"
)
_NAMED = r"(?<!Ban )(?<!Tổ )(?<!Đội )(?<!Phòng )(?<!Cục )(?<!Chi cục )(?<!Vụ )(?<!Trung tâm )(?<!Viện )(?<!được )"
"""A verb right after one of these is part of a name: «Ban quản lý», «Đội kiểm tra»."""
_CAPITALS = (
    r"(?:"
    + "|".join(f"[{verb[0].upper()}]{verb[1:]}" for verb in VERBS.split("|") if verb[0] != "(")
    + r"|Tổ chức|Thành lập)\b"
)
_CAPITAL_VERB = re.compile(_CAPITALS)
_STARTS = re.compile(
    r"\W*(?:(?:(?:Riêng|Đồng thời|Và|Còn|Để|Sau đó)(?:\s+đối\s+với)?|Đối\s+với),?\s+)?"
    r"(?:(?:Chế độ|Công tác|Thời gian|Thời hạn|Nội dung)[^\n:;.,]{0,40}:\s+)?"
    r"(?:(?:(?:Căn cứ|Theo)\s[^,;.]{3,80}|(?:Trên cơ sở|Sau khi|Để|Khi|Định kỳ|Hằng|Hàng|Trước|Chậm nhất"
    r"|Ngay sau khi)\s[^;,.]{3,160}),\s+)?"
    rf"(?:(?:Giao(?: cho)?|Đề nghị|Yêu cầu|Kính đề nghị|Phân công|Mời)\s+)?(?P<who>{START}.{{0,300}}?)"
    rf"(?:\s*:|\n(?={_CAPITALS}|[^\w\s])|,?\s+{_NAMED}(?:{VERBS})\b|$)",
    re.DOTALL,
)
_WRAP = re.compile(rf"\n(?!{_CAPITALS}|[^\w\s])")
_INSIDE = re.compile(
    rf"\b(?:[Gg]iao(?: cho)?|[Yy]êu cầu|[Đđ]ề nghị|[Cc]hỉ thị|mời)\s+(?P<who>{START}.{{0,300}}?)"
    rf"(?:\s*:|,?\s+{_NAMED}(?:{VERBS})\b|\s*\.(?=\s+[{UPPER}]|\s*$)|\s*;(?!\s*(?:{START}|phòng|sở|ban)\b)|$)",
    re.DOTALL,
)
_WITH = re.compile(
    rf"(?<!cơ quan )phối\s+hợp(?:\s+chặt\s+chẽ)?(?:,?\s+(?:với|cùng))?\s+(?P<who>(?:{START}|các|cơ quan).{{0,200}}?)"
    rf"(?=\s*[:;.(]|,?\s+(?:{VERBS}|để)\b|$)",
    re.DOTALL,
)
_UNNAMED = re.compile(
    r"(?:các\s+)?(?:cơ quan|đơn vị|địa phương|ngành|bên)\b.*\bliên quan|(?:các\s+)?(?:cơ quan|đơn vị)", re.IGNORECASE
)
_GROUPED = re.compile(r"(?i:các|những)\s")
_TO_END = (
    rf"(?=\s*[(,;.:\n]|\s+(?:trước|chậm nhất|muộn nhất|để|qua|thông qua|theo|trong|bằng|và(?! [^\W\da-zà-ỹđ])|kết quả"
    rf"|tình hình|về|định kỳ|{VERBS})\b|\s*$)"
)
_ORG = rf"(?P<org>(?:{START}|cấp (?:có )?thẩm quyền)[^(,;.:]{{0,80}}?)"
_SENT = re.compile(
    rf"\bgửi(?:\s+(?:báo cáo|văn bản|kết quả|danh sách|hồ sơ|ý kiến))?(?:\s+(?:về|đến|cho|tới|lên))?\s+{_ORG}{_TO_END}"
)
_REPORTED = re.compile(
    rf"\bbáo cáo(?:\s+(?:về|cho|lên|với)|\s+(?!về)[^,;.]{{1,60}}?\s+(?:về|cho|lên))?\s+{_ORG}{_TO_END}"
)
_ADVISED = re.compile(rf"\b(?:tham mưu|trình)(?:\s+cho)?\s+{_ORG}{_TO_END}", re.IGNORECASE)
_VIA = re.compile(
    rf"\(\s*(?:thông\s+)?qua\s+(?P<one>[^)]{{2,80}})\)|\b(?:thông\s+)?qua\s+(?P<two>{START}[^(),;.]{{0,60}}?)"
    r"(?=\s*[(),;.]|\s+(?:để|trước|chậm nhất|theo)\b|\s*$)"
)


def demanded_of(text: str, offices: tuple[str, ...]) -> tuple[str, ...]:
    """Who must do it, when the text itself says so; «các cơ quan nêu trên» is everybody in `offices`."""
    found = _STARTS.match(_capital(_WRAP.sub(" ", text))) or _INSIDE.search(" ".join(text.split()))
    if found and _ASKING.search(found["who"]):
        found = _INSIDE.search(" ".join(text.split())) or found
    if not found:
        return ()
    if ALL_ABOVE.search(found["who"]):
        return offices or expand(found["who"])
    return tuple(dict.fromkeys(one for name in expand(found["who"]) for one in _members(name, offices)))


def _members(name: str, offices: tuple[str, ...]) -> tuple[str, ...]:
    """«các sở» of a document that names its sở: those."""
    group = _OF_A_KIND.fullmatch(name)
    named = tuple(each for each in offices if group and each.casefold().startswith(f"{group[1].casefold()} "))
    return named or (name,)


_OF_A_KIND = re.compile(r"[Cc]ác\s+([Ss]ở|[Pp]hòng|[Bb]ộ|[Cc]hi cục|[Tt]rung tâm)(?:\s+(?:nêu|có tên|nói)?\s*trên)?")


_ASKING = re.compile(r"\b(?:đề nghị|yêu cầu|giao|mời|dự kiến|thông báo)\b")


def _capital(text: str) -> str:
    """The rest of a sentence read as one: `đồng thời, Phòng …`."""
    return capital(text)


def only_cites(text: str) -> bool:
    """Whether the sentence `text` ends in tells what another paper demands (`Công văn số … yêu cầu … trước ngày`)."""
    sentence = re.split(r"(?<=[^\W\d])[.;]\s+(?=\w)|(?<=\d{4})\.\s+(?=\w)", " ".join(text.split()))[-1]
    return bool(_CITING.match(sentence)) and not _OWN_DEMAND.search(sentence)


_CITING = re.compile(r"(?:Thực hiện|Căn cứ|Theo|Tiếp theo|Ngày \d|Tại)\b.*\bsố:?\s*\d")
_OWN_DEMAND = re.compile(
    rf",\s+{START}[^,;]{{0,120}}\b(?:đề nghị|yêu cầu|giao|chỉ đạo|thông báo|ý kiến"
    rf"|hướng dẫn)\b|,\s+(?:đề nghị|yêu cầu)\b"
)


def asks_for_contents(text: str) -> bool:
    """Whether a lead-in announces what a report or an opinion is to speak of (`… báo cáo theo các nội dung sau:`)."""
    sentence = re.split(r"(?<=[.;])\s", " ".join(text.split()))[-1]
    return bool(_CONTENTS.search(sentence)) and not _DUTIES.search(sentence)


_CONTENTS = re.compile(
    r"(?:báo cáo|góp ý|ý kiến|đánh giá|cung cấp|thống kê)\b[^.;]*(?:nội dung|vấn đề|đề cương|gồm|số liệu|hướng dẫn|mẫu)"
    r"[^.;:]{0,60}:?$",
    re.IGNORECASE,
)
_DUTIES = re.compile(
    r"(?:thực hiện|triển khai)[^.;]{0,40}(?:nội dung|nhiệm vụ|công việc|biện pháp)[^.;]{0,30}$", re.IGNORECASE
)


def asked(text: str, offices: tuple[str, ...]) -> tuple[str, ...]:
    """Who a lead-in addresses (`… yêu cầu Thủ trưởng các sở, UBND các huyện thực hiện:`): the last such words."""
    found = list(_INSIDE.finditer(" ".join(text.split())))
    if not found or ALL_ABOVE.search(found[-1]["who"]):
        return offices
    return tuple(dict.fromkeys(one for name in expand(found[-1]["who"]) for one in _members(name, offices)))


def invited(text: str) -> tuple[str, ...]:
    """Whom the text invites, each group as written."""
    found = _INVITED.search(" ".join(text.split()))
    return tuple(split_list(found["who"])) if found else ()


_INVITED = re.compile(rf"\bmời\s+(?P<who>{START}[^:.]{{0,300}}?),?\s+(?:cùng\s+|về\s+|đến\s+|tới\s+)?(?:tham\s+)?dự\b")


def starts_with_verb(text: str) -> bool:
    """Whether it begins as an order without naming who."""
    return bool(_CAPITAL_VERB.match(text.lstrip(' "“«')))


def coordinating(text: str) -> tuple[str, ...]:
    """With whom, as written."""
    found = _WITH.search(" ".join(text.split()))
    return tuple(split_list(found["who"])) if found else ()


def labelled(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lead and helpers where they stand after a label (`- Đơn vị chủ trì: …`, `- Đơn vị phối hợp: …`)."""
    lead, helpers = _LABEL_LEAD.search(text), _LABEL_HELP.search(text)
    return expand(lead["who"]) if lead else (), expand(helpers["who"]) if helpers else ()


_LABEL_LEAD = re.compile(
    r"(?:^|\n)[-+*\s]*(?:(?:Đơn vị|Cơ quan|Bộ phận|Phân công|Trách nhiệm|đơn vị|cơ quan)\s+)?(?:[Cc]hủ trì"
    r"|[Tt]hực hiện|chịu trách nhiệm)"
    r"(?:\s+thực hiện)?\s*:\s*(?P<who>[^\n]+?)[.;]?\s*(?=\n|$)"
)
_LABEL_HELP = re.compile(
    r"(?:^|\n)[-+*\s]*(?:(?:Đơn vị|Cơ quan"
    r"|Bộ phận)\s+)?[Pp]hối hợp(?:\s+thực hiện)?\s*:\s*(?P<who>[^\n]+?)[.;]?\s*(?=\n|$)"
)


def named_only(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without those nobody names (`cơ quan liên quan`)."""
    return tuple(name for name in names if not _UNNAMED.fullmatch(name))


def send_to(text: str) -> str | None:
    """Where the result goes: gửi …, else báo cáo …, else tham mưu or trình …"""
    flat = " ".join(text.split())
    for pattern in (_SENT, _REPORTED, _ADVISED):
        if found := pattern.search(flat):
            return found["org"].strip()
    return None


def via(text: str) -> str | None:
    """Who collects on the way: `(qua Phòng …)`."""
    found = _VIA.search(" ".join(text.split()))
    if not found:
        return None
    return re.sub(r"\s+để\s.*$", "", (found["one"] or found["two"]).strip())


def kind(text: str, rule: str) -> str:
    """What sort of demand, by its verbs: report, advise, prepare, comment, register, monitor, coordinate, action."""
    flat = " ".join(text.split())
    if rule == "periodic" and re.search(r"báo cáo|sơ kết|tổng kết|tổng hợp", flat, re.IGNORECASE):
        return "periodic_report"
    sort = next((name for name, pattern in _KINDS if pattern.search(flat)), "action")
    return "report" if sort == "action" and _SENT.search(flat) else sort


_PREPARE = r"tham mưu[^.;]{0,12}?(?:chuẩn bị|bố trí)|^\W*(?:chuẩn bị|bố trí)|:\s*(?:chuẩn bị|bố trí)"
_KINDS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("prepare", _PREPARE),
        ("comment", r"góp ý|tham gia ý kiến|cho ý kiến"),
        ("register", r"\bđăng ký\b[^.;]{0,60}danh sách|gửi danh sách|cử (?:đại biểu|cán bộ|người)"),
        ("monitor", r"^[^.;]{0,120}theo dõi,? (?:đôn đốc|kiểm tra)"),
        ("advise", r"tham mưu"),
        ("report", r"\bbáo cáo(?! (?:viên|tài chính))\b|gửi [^.;]{0,40}(?:tổng hợp|về)"),
        ("coordinate", r"^[^.;]{0,200}chủ động phối hợp"),
    )
)
