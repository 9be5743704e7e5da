"""How officials write deadlines: the patterns, for text in `tidy.match_form`.

Each needs a trigger (trước, chậm nhất, hạn, hoàn thành, trong …): a date alone is no deadline.
"""

from __future__ import annotations

import re

from bot.documents.dates import DATE, GLOSS, TIME, WEEKDAY

_WEEKDAY_NAMED = rf"(?P<weekday>{WEEKDAY})"
_DONE = r"(?:(?:thời\s+gian\s+)?hoàn\s+thành:?\s+(?:(?:và\s+)?(?:xong|vào|là)\s+)?)?"
_AT = (
    rf"(?:lúc\s+)?(?:(?P<time>{TIME})\s*,?\s*(?:của\s+)?)?(?:(?:sáng|chiều)\s+)?"
    rf"(?:(?:vào\s+)?{WEEKDAY}\s*,?\s*\(?)?(?:(?:vào\s+)?ngày\s+)?"
)
_MANY = r"(?P<many>\d{1,2}(?:\s*(?:,|và|-)\s*\d{1,2})*\s*(?:,|và|-)\s*)?"
_DAY = rf"(?:{_MANY}(?P<date>{DATE})|(?P<same>cùng\s+ngày)){GLOSS}*"
ROMAN = {
    written: value
    for value, forms in {1: "i l", 2: "ii ll", 3: "iii hi ih hii lll", 4: "iv tv 1v lv"}.items()
    for written in forms.split()
}
"""As printed, and as a scan reads them."""
_LEAST = (
    r"(?:(?:chậm|muộn|trễ)\s+nhất|hạn\s+cuối(?:\s+cùng)?|hạn\s+chót|(?<!có )thời\s+hạn|(?<!không )không\s+"
    r"(?:quá|(?:muộn|chậm|trễ)\s+(?:hơn|quá)|sau)|(?<!gia )(?<!quá )(?<!thời )(?<!kỳ )hạn)"
)
_WHAT = r"(?:\s+(?:gửi|nộp|trình|báo\s+cáo|hoàn\s+thành|đăng\s+ký|góp\s+ý|nhận|trả\s+lời|phản\s+hồi)[^,.;:]{0,40}?)?"

BEFORE = re.compile(
    rf"{_DONE}(?:{_LEAST}{_WHAT}\s*:?\s+(?:là\s+)?)?trước\s+{_AT}{_DAY}"
    r"(?!\s*(?:của\s+năm|năm\s+sau)|(?:\s*(?:,|và)\s*(?:trước\s+)?(?:ngày\s+)?\d{1,2}/\d{1,2})*\s*h[ằà]ng\s+năm)"
)
BY = re.compile(
    rf"{_DONE}(?:{_LEAST}{_WHAT}\s*:?(?:\s+(?:là|vào|đến|tới|trong))*(?:\s+hết)?|(?P<bare>(?:đến\s+)?hết))\s+{_AT}{_DAY}"
)
ON = re.compile(
    rf"(?:(?:thời\s+gian\s+)?hoàn\s+thành(?:\s+(?:trong|vào|đến|xong))*\s*:?|gửi\s+(?:báo\s+cáo\s+)?vào|nộp(?=\s+ngày)"
    rf"|thời\s+(?:gian|điểm)\s+(?:gửi|nộp|nhận|báo\s+cáo|thực\s+hiện){_WHAT}\s*(?::|là|vào|đến|trong)"
    r"(?:\s+(?:là|vào|đến))?|(?:gửi|nộp|báo\s+cáo|xong|hoàn\s+thành|đăng\s+ký)\b[^,.;:]{0,40}?\btrong"
    rf"(?:\s+(?:hai|ba|0?[2-9]))?)\s+{_AT}{_DAY}"
)
WEEK = re.compile(
    rf"(?:trước\s+(?:{_WEEKDAY_NAMED})(?!\s*,?\s*\(?(?:ngày|{DATE}))(?P<next>\s+tuần\s+(?:sau|tới))?"
    r"|trong\s+tuần\s+(?P<this>này|sau|tới))"
)
IN_MONTH = re.compile(
    rf"{_DONE}(?:(?:{_LEAST}\s+(?:là\s+)?(?:trong\s+)?)?"
    r"(?P<part>trong|trước|đến\s+hết|hết|cuối|đầu|giữa|(?<=thành )|(?<=thành: )|(?<=gian: )|(?<=thực hiện: ))\s*)"
    r"tháng\s+(?:(?:1[0-2]|0?[1-9])\s*(?:,|và|-)\s*(?:tháng\s+)?)*(?P<month>1[0-2]|0?[1-9])(?!\s*năm\s+trước)"
    r"(?:\s*/\s*(?P<year>\d{4})|\s+năm\s+(?P<year2>\d{4}))?(?![\d/])"
)
_QUARTER = r"(?:iv|tv|1v|lv|i{1,3}|hi|ih|hii|l{1,3}|[1-4])"
IN_QUARTER = re.compile(
    rf"(?:{_DONE}(?:trong|đến\s+hết|hết|cuối|trước\s+hết|từ)\s+|hoàn\s+thành:?\s+"
    r"|thời\s+gian(?:\s+(?:thực\s+hiện|triển\s+khai|tiến\s+hành))?:?\s+(?:từ\s+)?)(?:các\s+)?quý\s+"
    r"(?P<first>{_Q})(?:\s*(?:,|và|-|đến|đến\s+hết)\s*(?:quý\s+)?(?P<last>{_Q}))*\b"
    r"(?P<to_end>\s+đến\s+(?:hết|cuối)\s+năm)?(?:\s*[/,]?\s*(?:năm\s+)?(?P<year>\d{4}))?".replace("{_Q}", _QUARTER)
)
IN_YEAR = re.compile(
    r"(?:hoàn\s+thành\s+(?:trong|trước\s+khi\s+hết|đến\s+hết)\s+năm"
    r"|thời\s+gian\s+hoàn\s+thành:?\s+(?:trong\s+)?năm)\s+(?P<year>\d{4})"
)
RELATIVE = re.compile(
    r"(?:^|hoàn\s+thành\s+(?:trong\s+)?|trong\s+|sau\s+"
    r"|(?:chậm\s+nhất(?:\s+là)?|không\s+quá|tối\s+đa|thời\s+(?:hạn|gian)):?\s+)"
    r"(?:(?:vòng|thời\s+hạn|thời\s+gian|sau)\s+)?"
    r"(?:(?:không\s+quá|tối\s+đa|chậm\s+nhất)\s+(?:là\s+)?)?(?P<count>\d{1,3})\s*(?:\([^()]{1,15}\)\s*)?"
    r"(?P<unit>ngày\s+làm\s+việc|ngày|tuần|tháng|năm|giờ)\s*,?\s*(?:kể\s+)?(?:từ|sau)\s+(?P<event>[^,.;()]{3,60})"
)
ELSEWHERE = re.compile(
    r"(?:theo\s+)?đúng\s+(?:thời\s+hạn|thời\s+gian\s+(?:yêu\s+cầu|quy\s+định))|theo\s+đúng\s+quy\s+định(?=[\s./]*$)"
)
SENDING = re.compile(r"\b(?:báo\s+cáo|gửi|nộp)\b[^.;]*$")
AT_ONCE = re.compile(
    r"(?:^|:\s)\W*(?P<words>khẩn\s+trương)|(?P<words2>(?:báo\s+cáo|gửi|triển\s+khai|thực\s+hiện)\s+ngay)\b"
)
DATA = re.compile(r"(?:kết\s+quả|tình\s+hình|số\s+liệu|nhiệm\s+vụ|báo\s+cáo|dự\s+kiến)[^,.;:]{0,40}$")
EXISTING = re.compile(
    r"\b(?:các|những|văn\s+bản|quyết\s+định|hồ\s+sơ|trường\s+hợp|dự\s+án|đối\s+với|giấy|người|được)\b[^,.;:]*"
    r"(?:ban\s+hành|cấp|phê\s+duyệt|hiệu\s+lực|tiếp\s+nhận|phát\s+sinh|tuyển\s+dụng|bổ\s+nhiệm|áp\s+dụng"
    r"|(?<!học )(?<!vệ )sinh)\s+$|\bđã\s+(?:(?!gửi|báo|nộp|trình|về)[^\W\d_]+\s+){0,4}$"
)
"""Something that exists: the day before which it came about is no deadline."""
MADE = re.compile(r"\b(?:trình|tham\s+mưu|xây\s+dựng|hoàn\s+th(?:ành|iện)|soạn|giao)\b[^,.;:]*$")
COUNTED = re.compile(
    r"(?:tính|số\s+liệu|lũy\s+kế|luỹ\s+kế|kết\s+quả|tình\s+hình|từ\s+đầu\s+năm|giai\s+đoạn|hiệu\s+lực|áp\s+dụng"
    r"|gia\s+hạn)[^,.;]{0,60}$"
)
ENDING_EVENT = re.compile(
    r"(?:(?:báo\s+cáo|gửi|trình|hoàn\s+thành|tổng\s+hợp)[^.;]{0,80}?\s(?P<words>trước\s+khi\s+[^,.;()]{3,60}))"
    r"|(?P<words2>(?:sau\s+khi\s+|khi\s+)?kết\s+thúc\s+(?:mỗi|từng|các)\s+[^,.;()]{2,40})(?=[^.;]{0,60}báo\s+cáo)"
    r"|(?:báo\s+cáo|gửi)[^.;]{0,160}?\s(?P<words3>(?:ngay\s+)?sau\s+khi\s+(?:kết\s+thúc|hoàn\s+thành)[^,.;()]{2,60})"
)
RANGE = re.compile(
    r"thời\s+(?:gian|hạn)\s+(?:thực\s+hiện|hoàn\s+thành|nộp|gửi|đăng\s+ký|góp\s+ý|lấy\s+ý\s+kiến|nhận)[^.;:\d]{0,40}:?\s+"
    rf"(?:từ\s+)?(?:ngày\s+)?{DATE}\s*(?:đến|-|–)\s*(?:hết\s+)?(?:ngày\s+)?(?P<date>{DATE})"
)
"""The time that work is given, from one day to another."""
YEARLY = re.compile(r"\b(?:hằng|hàng|mỗi)\s+năm\b[^.;]*$")
"""In front of a day without a year: the day comes back."""
FRACTION = re.compile(r"\s*(?:[,.;:()]|$|(?:để|gửi|về|và|qua|theo|trình|báo|phải|tới|này|thì)\b)")
"""What may follow `30/6` where nobody says «ngày»; before anything else it may be a part (`hết 2/3 số hộ`)."""
