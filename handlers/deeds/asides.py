"""What is said to us in the middle of a question and is plainly no answer to it."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import typed
from bot.vi.people import not_yours
from handlers import COMMANDS, Refused, Turn, allowed, intent

_CALLED = "em|anh|chi|co|chu|bac|toi|minh"
_BEFORE = rf"(?:(?:da|a|oi|alo|the|{_CALLED}|(?:ben|phong) (?:em|toi|minh)) )*"
_AFTER = rf"(?: (?:a|nhe|nha|nhi|voi|vay|the|di|roi|duoc khong|gium|giup|oi|{_CALLED}|cam on))*"
_DAY = (
    r"(?:(?:ngay )?(?<!chi )(?<!co )(?<!em )(?<!anh )mai|ngay mot|(?:sang|chieu|toi) (?:nay|mai)|chieu"
    r"|(?:(?:dau|giua|cuoi) )?(?:tuan|thang)(?: (?:nay|sau|toi))?|(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
    r"(?: tuan (?:nay|sau|toi))?|ngay \d{1,2}|(?:ngay )?\d{1,2} \d{1,2}(?: \d{4})?)"
)
_SEND = r"(?:gui|nop)(?: bao cao)?"
_WAY = (
    r"(?:ban )?(?:giay|cung|giay to|hinh|van ban|email|mail|thu dien tu|fax|zalo|tin nhan|dien thoai|mieng|loi"
    r"|anh chup|anh|file|tep|word|pdf|excel|usb|qlvb|i ?office|buu dien)"
)
_SHORTLY = r"(?:cho )?(?:mot )?(?:chut|ti|xiu|lat)(?: nua)?"
BUSY = (
    r"(?:(?:van |con |bay gio |gio |hien )?dang |ban )(?:do )?"
    r"(?:hop|ban|do tay|lai xe|(?:di |tren |o )+duong|di cong tac"
    r"|di xa|di co so|di xuong xa|tiep (?:khach|dan|doan)|an com|an trua|nghi trua)|ban (?:qua|lam|roi)"
    r"|(?:chua|khong) ranh"
    rf"|(?:{_SHORTLY}|lat|chieu|toi|trua|mai|sang mai) (?:{_CALLED}) (?:xem|lam|doc|tra loi|tinh|lo)"
    rf"|{_SHORTLY} (?:xem|lam|doc|tra loi|gui|nop)"
    rf"|de (?:{_CALLED}) (?:xem|doc|nghi)(?: da)?"
)
SYSTEM = r"(?:he thong )?(?:qlvb|i ?office|eoffice|truc lien thong|he thong|van thu)"

_DEED = r"(?: (?:xin|can|muon))* (?:gia han|huy|mien|tra lai|dinh chinh|lam)(?: (?:cong van|cv|viec|bao cao))?"
GIVEN_UP = rf"(?:thoi (?:khoi|khong)(?:{_DEED})?(?: nua)?|(?:khong|khoi){_DEED} nua)"

TAKEN_BACK = r"(?:rut(?: lai)?|huy|bo) (?:(?:de nghi|yeu cau|don) (?:xin )?|xin )gia han(?: nua)?"
"""A request for more time."""

_SAID = (
    (
        "viec",
        r"con (?:thieu )?(?:gi|viec gi|nhung gi)(?: nua)?|viec gi|viec cua (?:toi|em|minh)"
        r"|han (?:chot )?(?:la |nop )?(?:bao gio|khi nao|ngay nao|ngay may|hom nao|den dau)"
        rf"|(?:bao gio|khi nao|hom nao) (?:phai )?(?:{_SEND}|het han|den han)",
    ),
    ("missing", rf"(?:con )?(?:ai|don vi nao|phong nao) (?:con )?chua {_SEND}|con ai(?: chua {_SEND})?"),
    (
        "nhactoi",
        rf"nhac (?:lai )?(?:toi|em|anh|chi|minh) (?:luc )?(?:\d{{1,2}} ?(?:h|gio|g) ?\d{{0,2}}|{_DAY})\b.{{0,40}}",
    ),
    ("dungnhac", r"(?:dung|ngung)(?: co)? nhac(?: (?:toi|em|anh|chi|minh|nua|tin))*"),
    ("visao", r"vi sao"),
    ("kenh", r"them (?:kenh|ung dung)"),
    (
        "thay",
        r"(?:toi|em|anh|chi|minh) (?:xin )?(?:nghi phep|nghi om|di cong tac|di hoc) .{0,40}\bthay"
        r"(?: (?:toi|em|anh|chi))?",
    ),
    ("traloi", r"lam tiep|quay lai|tra loi(?: tung cau)?|con (?:may|bao nhieu) cau(?: nua)?"),
    (
        "huy",
        rf"{GIVEN_UP}|{TAKEN_BACK}|huy|thoi"
        r"|(?:thoi )?de (?:mai|sau|chieu|toi|lat nua|khi khac)(?: (?:em|anh|chi|toi))?(?: lam)?(?: tiep)?"
        r"|(?:cho|doi) (?:mot )?(?:chut|ti|xiu|lat)|de (?:(?:em|anh|chi|toi) )?(?:hoi|xem|kiem tra) lai(?: da)?",
    ),
    (
        "huongdan",
        r"alo|xin chao|chao|(?:em|anh|chi|co|chu|bac|ban) oi|huong ?dan(?: (?:toi|em|minh))?|tro giup|help"
        r"|giup (?:toi|em|minh)|(?:xin |tran trong )?cam on",
    ),
    ("dangban", rf"(?:{BUSY})(?: (?:{BUSY}))*"),
    ("nhan", r"da nhan(?: duoc)? cong van|[👍👌🆗]+"),
    (
        "cachgui",
        rf"(?:co the )?(?:{_SEND}|bao cao|tra loi)(?: (?:bang|qua))? {_WAY} (?:thi |co )?duoc (?:khong|chu)"
        rf"|(?:bang|qua) {_WAY} (?:co )?duoc khong|co (?:phai|can) {_SEND}(?: bang)? {_WAY} khong"
        rf"|(?:{_SEND}|bao cao) (?:o dau|vao dau|the nao|nhu the nao|kieu gi|bang (?:gi|cach nao))"
        rf"|chup (?:hinh|anh)(?: {_SEND})? (?:co )?duoc khong|khong biet (?:cach )?{_SEND}(?: file| tep)?",
    ),
    (
        "lienhe",
        r"lien he nho .{1,80}"
        rf"|(?:de |sang )?{_DAY} (?:(?:{_CALLED}|moi|thi) )*(?:{_SEND} )?(?:thi )?(?:co )?(?:duoc|kip) (?:khong|chu)"
        rf"|{_SEND}(?: (?:cham|muon|tre))?(?: {_DAY})? (?:co )?(?:duoc|sao|kip) khong"
        rf"|(?:goi|dien|alo|lien he)(?: dien(?: thoai)?)?(?: lai)?(?: cho)? (?:{_CALLED})(?:(?: so)? \d[\d ]{{8,13}})?"
        r"|(?:goi|dien) lai|(?:goi|lien he|hoi|gap)(?: cho| voi)? ai|(?:cho |xin )(?:toi |em )?(?:xin )?so dien thoai"
        r"|cho (?:toi|em|minh) gap (?:nguoi phu trach|ai do)|ai gui (?:cai|viec|tin) nay"
        r"|ai (?:la )?(?:nguoi )?(?:huong dan|giup|phu trach|tong hop|giai dap|ho tro)(?: (?:viec|cau|phan|cai) nay)?"
        r"|khong (?:hieu|ro)(?: cau(?: hoi)?)?(?: nay)?|khong biet (?:tra loi|ghi|dien) (?:the nao|sao|gi)"
        r"|(?:cau (?:hoi )?nay )?(?:la sao|nghia la gi|hoi gi)|cau (?:hoi )?nay (?:tra loi|ghi) (?:sao|the nao|gi)",
    ),
    (
        "hen",
        rf"hen gui {_DAY}|{_DAY} (?:(?:{_CALLED}|se|moi|xin) )*(?:gui|nop|xong)(?: bao cao| ban ky| bu| sau)?"
        rf"|(?:em|anh|chi|toi|minh) (?:se |xin )?{_SEND}(?: vao)? {_DAY}",
    ),
    (
        "qlvb",
        rf"(?:da )?(?:gui|nop|chuyen)(?: bao cao)?(?: (?:qua|tren|len|vao|bang))? {SYSTEM}"
        rf"(?: so \d+(?: [a-z]+){{0,3}})?(?: (?:hom (?:qua|nay)|{_DAY}))?",
    ),
    (
        "giahan",
        rf"(?:(?:xin|cho|muon|can)(?: (?:{_CALLED}))? (?:xin |duoc )?)?(?:gia han|lui han|khat(?: lai)?)"
        rf"(?: {_SEND})?(?: (?:them )?\d+ (?:ngay|tuan)| (?:(?:den|toi|sang|het) )*{_DAY})?"
        r"(?: (?:vi|do|ly do) .{1,200})?"
        r"|(?:xin|cho)(?: (?:em|toi|minh))? them (?:thoi gian|\d+ (?:ngay|tuan))(?: nua)?",
    ),
    (
        "thuhoi",
        r"(?:gui|nop) (?:nham|lon|sai)(?: (?:file|tep|ban|bao cao|van ban|anh|mat|het))*|nham (?:file|tep|bao cao)"
        r"|(?:muon |xin |cho )?(?:thu hoi|rut lai)(?: (?:bao cao|ban|tep|file|nay|do|(?:vua|da) (?:gui|nop)))*",
    ),
    (
        "",  # whichever command takes it, else the coordinator hears it
        r"(?:giao|chuyen)(?: viec)?(?: nay)?(?: lai)? cho (?:co|anh|chi|em|chu|bac) (?!em\b)\w+(?: \w+){0,3}"
        r"(?: (?:lam|xu ly|tra loi))?|de (?:co|anh|chi|chu|bac) \w+(?: \w+)? (?:lam|tra loi|gui|nop)",
    ),
)
_ASIDES = [(re.compile(f"{_BEFORE}(?:{said}){_AFTER}"), name) for name, said in _SAID]


def aside(text: str) -> str | None:
    """The command meant by all of these words together, if they are no answer; `trả lời: …` always is one."""
    folded = typed(text) or text.strip()
    found = next((name for pattern, name in _ASIDES if pattern.fullmatch(folded)), None)
    return found or (None if found is None else intent(text) or "lienhe")


async def answered_aside(turn: Turn, but: str = "") -> Outgoing | None:
    """The answer to an aside; what we asked stays asked, unless the answer asks something itself. None where this is no
    aside, or the command `but`, which is what we asked about."""
    name = aside(turn.text) if not turn.incoming.files else None
    if name is None or name == but:
        return None
    asked, turn.args = turn.contact.expects, []
    try:
        answer = await COMMANDS[name].handle(turn) if allowed(COMMANDS[name], turn) else not_yours()
    except Refused as refused:
        answer = refused.answer
    if name != "huy" and turn.contact.expects.partition(":")[0] in {"", "file"}:
        turn.expect(asked)  # a file is taken in the middle of a question too
    return answer
