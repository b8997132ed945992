"""Why a row or a case is refused: a stable English code and a Vietnamese sentence."""

from __future__ import annotations

from dataclasses import dataclass

SENTENCES = {
    "bad-encoding": "Có ký tự không đọc được theo bảng mã của tệp (csv.encoding) ở cột {column}.",
    "nul-byte": "Dòng chứa byte NUL.",
    "too-long": "Dòng dài quá {limit} ký tự.",
    "unclosed-quote": "Dấu nháy mở mà không đóng, hoặc có chữ ngay sau dấu nháy đóng.",
    "too-many-columns": "Thừa cột: có {found}, tiêu đề có {expected}.",
    "too-few-columns": "Thiếu cột: có {found}, tiêu đề có {expected}.",
    "no-case-id": "Thiếu mã vụ việc (case_id).",
    "long-case-id": "Mã vụ việc (case_id) dài quá {limit} ký tự.",
    "no-activity": "Thiếu tên hoạt động (activity).",
    "no-timestamp": "Thiếu thời điểm (timestamp).",
    "bad-timestamp": "Không đọc được {role} {text} theo dạng {formats}.",
    "year-out-of-range": "{role} {text}: năm phải từ {first} đến {last}.",
    "future-timestamp": "{role} {text} ở sau thời điểm nhập.",
    "end-before-start": "{role} {end} trước {other} {start}.",
    "duplicate-event": "Trùng với dòng {other}.",
    "unknown-channel": "Kênh {text} không có trong bảng channel.map.",
    "no-channel": "Thiếu kênh tiếp nhận (channel) và không có channel.default.",
    "no-received": "Không xác định được ngày tiếp nhận (received_at).",
    "no-due": "Không xác định được hạn trả kết quả (due_at).",
    "bad-term": "Không đọc được số trong thời hạn due_at.term: {text}.",
    "no-calendar": "Không tính được hạn theo lịch làm việc: {why}",
    "due-before-received": "Hẹn trả {due} trước khi tiếp nhận {received}.",
    "event-refused": "Vụ việc có dòng {other} bị từ chối (faults.bad_event: case).",
    "outside-trace": "Sự kiện nằm ngoài mọi trace.",
    "unknown-unit": "Không có đơn vị {text} dưới đơn vị nhận hồ sơ; thêm vào unit.map.",
    "number-taken": "Số hồ sơ {text} đã thuộc một hồ sơ khác.",
}


@dataclass(frozen=True, slots=True)
class Bad:
    """A refused row (or, through its first row, a refused case). `line` counts from 1."""

    line: int
    code: str
    reason: str
    case: str = ""

    def as_json(self) -> dict[str, object]:
        return {"line": self.line, "reason": self.reason, "code": self.code, "case": self.case}


class Fault(Exception):
    """Raised while a row or case is read; whoever knows the line turns it into a `Bad`."""

    def __init__(self, code: str, *, line: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.reason = SENTENCES[code].format(**values)

    def at(self, line: int, case: str = "") -> Bad:
        return Bad(self.line or line, self.code, self.reason, case)
