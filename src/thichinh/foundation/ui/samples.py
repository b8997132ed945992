"""What the living page shows: invented people, the figures of the 2022 report."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import forms
from django.conf import settings

from thichinh.foundation import clock
from thichinh.foundation.calendar import LegalCalendar, from_folder
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import shown
from thichinh.foundation.ui import form_sample
from thichinh.foundation.ui.badges import Badge, Clock, timing_badge
from thichinh.foundation.ui.charts import Chart, Series
from thichinh.foundation.ui.forms import (
    IdentityNumberField,
    PhoneField,
    UploadField,
    VNDateField,
    add_refusal,
)
from thichinh.foundation.ui.nav import NavGroup, NavItem, NavLink

NOW = datetime(2022, 6, 24, 10, 42, tzinfo=clock.ZONE)
LONG = (
    "Thủ tục đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất trong các "
    "trường hợp chuyển nhượng, cho thuê, cho thuê lại, thừa kế, tặng cho, góp vốn bằng quyền sử "
    "dụng đất của hộ gia đình, cá nhân tại phường Hoa Sen, thị xã Mẫu"
)
COMMUNES = {
    "Hoa An": (108.935, 14.875, 1204),
    "Hoa Phong": (108.86, 14.86, 1530),
    "Hoa Thuận": (108.9, 14.85, 1466),
    "Hoa Nghiêm": (108.955, 14.81, 2310),
    "Hoa Hòa": (108.945, 14.8, 890),
    "Hoa Cường": (108.96, 14.74, 1610),
    "Hoa Thạnh": (109.06, 14.67, 2018),
    "Hoa Châu": (109.07, 14.63, 655),
}
MONTHS = [
    "1/2021",
    "2/2021",
    "3/2021",
    "4/2021",
    "5/2021",
    "6/2021",
    "7/2021",
    "8/2021",
    "9/2021",
    "10/2021",
    "11/2021",
    "12/2021",
]


class SampleForm(forms.Form):
    """One field of every kind."""

    full_name = forms.CharField(label="Họ và tên", help_text="Viết như trên thẻ căn cước.")
    identity_number = IdentityNumberField(label="Số định danh cá nhân", help_text="12 chữ số.")
    birth_date = VNDateField(label="Ngày sinh", help_text="Ví dụ 25/6/1990.")
    phone = PhoneField(label="Số điện thoại", required=False)
    unit = forms.ChoiceField(
        label="Nơi nộp", choices=[("", "Chọn nơi nộp"), ("a", "Xã Hoa An"), ("b", "Phường Hoa Hòa")]
    )
    channel = forms.ChoiceField(
        label="Cách nhận kết quả",
        widget=forms.RadioSelect,
        choices=[
            ("desk", "Tại bộ phận một cửa"),
            ("post", "Qua bưu điện"),
            ("online", "Bản điện tử"),
        ],
    )
    papers = forms.MultipleChoiceField(
        label="Giấy tờ kèm theo",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("cccd", "Bản sao thẻ căn cước công dân"), ("tokhai", LONG)],
    )
    reason = forms.CharField(label="Nội dung yêu cầu", widget=forms.Textarea(attrs={"rows": 3}))
    scan = UploadField(
        label="Bản chụp giấy khai sinh", max_bytes=6_000_000, types=(".pdf", ".jpg"), required=False
    )
    promise = forms.BooleanField(label="Tôi cam đoan những điều khai trên là đúng sự thật.")


def _wrong_form() -> SampleForm:
    form = SampleForm(
        {"full_name": "Võ Thị Sương Mai", "identity_number": "0511", "birth_date": "31/2/1990"}
    )
    add_refusal(
        form, Refused("Hồ sơ này đã được nộp lúc 9:15. Hãy tra cứu bằng mã trong tin nhắn.")
    )
    return form


@cache
def _calendar() -> LegalCalendar:
    return from_folder(settings.SHIPPED_DEFINITIONS / "national" / "calendars")


def _timings() -> list[Badge]:
    def at(days: float) -> datetime:
        return NOW + timedelta(days=days)

    clocks = [
        Clock(at(5)),
        Clock(at(3)),
        Clock(at(0.2)),
        Clock(at(-4)),
        Clock(at(1), at(-1)),
        Clock(at(0.1), at(0)),
        Clock(at(-2), at(0)),
        Clock(at(3), paused=True),
        Clock(None),
    ]
    return [timing_badge(known, NOW, _calendar()) for known in clocks]


def navigation() -> tuple[NavGroup, ...]:
    """A navigation as an official would see it; it leads nowhere."""
    work = [
        NavItem(label="Hộp việc", url_name="a", icon="inbox", key="v"),
        NavItem(label="Tiếp nhận tại quầy", url_name="b", icon="desk", key="q"),
        NavItem(label="Hồ sơ", url_name="c", icon="files", key="h"),
    ]
    numbers = [
        NavItem(label="Tổng quan", url_name="d", icon="layout-dashboard", key="t"),
        NavItem(label="Báo cáo", url_name="e", icon="report-analytics", key="b"),
        NavItem(label="Chỉ tiêu", url_name="f", icon="target-arrow", key="c"),
        NavItem(label="Sổ cái", url_name="g", icon="book-2", key="s"),
    ]
    return (
        NavGroup("Công việc", tuple(NavLink(item, "#", item.url_name == "c") for item in work)),
        NavGroup("Số liệu", tuple(NavLink(item, "#", False) for item in numbers)),
    )


def _events() -> list[dict[str, Any]]:
    return [
        {
            "at": NOW - timedelta(days=3),
            "title": "Nộp trực tuyến",
            "who": "Võ Thị Sương Mai",
            "icon": "send",
            "tone": "info",
        },
        {
            "at": NOW - timedelta(days=2),
            "title": "Tiếp nhận, hẹn trả ngày 29/6/2022",
            "who": "Nguyễn Lê Bảo Trân",
            "unit": "Bộ phận một cửa",
            "icon": "circle-check",
            "tone": "good",
        },
        {
            "at": NOW - timedelta(days=1),
            "title": "Yêu cầu bổ sung giấy tờ",
            "who": "Phạm Quốc Duy",
            "unit": "Phòng Tài nguyên và Môi trường",
            "note": LONG,
            "icon": "file-plus",
            "tone": "warn",
        },
        {
            "at": NOW,
            "title": "Đang xử lý",
            "unit": "Phòng Tài nguyên và Môi trường",
            "icon": "progress",
            "current": True,
        },
        {"title": "Trả kết quả (dự kiến)"},
    ]


ON_TIME = [1512, 988, 1745, 1690, 1722, 1803, 1688, 1540, 1611, 1702, 1816, 1922]
LATE = [96, 40, 88, 71, 69, 83, 92, 120, 77, 61, 58, 59]
RATE_OF_TOWN = [94.0, 96.1, 95.2, 96, 96.1, 95.6, 94.8, 92.8, None, 96.5, 96.9, 97.0]
RATE_OF_COMMUNES = [97.2, 97, 98, 98.1, 98, 97.7, 97.9, 96, 97, 98.3, 98.2, 98.4]
CHANNELS = {"Trực tiếp": [17801, 15990], "Trực tuyến": [1528, 1844], "Bưu chính": [359, 303]}


def _charts() -> list[Chart]:
    by_month = [Series("Đúng hạn", ON_TIME, "good"), Series("Trễ hạn", LATE, "bad")]
    rates = [Series("Thị xã", RATE_OF_TOWN, "1"), Series("Cấp xã", RATE_OF_COMMUNES, "2")]
    by_channel = [Series(name, counts) for name, counts in CHANNELS.items()]
    by_commune = [Series("Tiếp nhận", [n for *_xy, n in COMMUNES.values()])]
    periods = ["Năm 2021", "6 tháng 2022"]
    links = ["#charts"] * len(COMMUNES)
    return [
        Chart("Hồ sơ giải quyết theo tháng", MONTHS, by_month, kind="stack", unit="hồ sơ"),
        Chart("Tỷ lệ đúng hạn", MONTHS, rates, kind="line", unit="%", places=1),
        Chart("Tiếp nhận theo kỳ", periods, by_channel, unit="hồ sơ"),
        Chart(
            "Hồ sơ theo xã, phường",
            list(COMMUNES),
            by_commune,
            kind="hbar",
            unit="hồ sơ",
            links=links,
        ),
    ]


def _features() -> list[dict[str, Any]]:
    biggest = max(n for *_xy, n in COMMUNES.values())
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [x, y]},
            "properties": {"name": name, "text": f"{n} hồ sơ", "size": n / biggest, "url": "#maps"},
        }
        for name, (x, y, n) in COMMUNES.items()
    ]


def _rows() -> list[dict[str, Any]]:
    people = ["Võ Thị Sương Mai", "Huỳnh Tấn Đạt", "Phạm Nguyễn Hoàng Bảo Ngân", "Đỗ Ý Nhi"]
    names = [
        "Đăng ký khai sinh",
        LONG,
        "Chứng thực bản sao từ bản chính",
        "Đăng ký thành lập hộ kinh doanh",
    ]
    marks = ["", "row-bad", "row-warn", ""]
    return [
        {
            "number": f"000.23.15.H48-220624-000{i}",
            "person": people[i - 1],
            "procedure": names[i - 1],
            "state": (DOING, DOING, Badge("Chờ bổ sung", "warn", icon="file-plus"), DONE)[i - 1],
            "timing": _timings()[(0, 3, 7, 4)[i - 1]],
            "fee": (0, 120000, 4000, 100000)[i - 1],
            "css": marks[i - 1],
        }
        for i in range(1, 5)
    ]


DOING = Badge("Đang xử lý", "info", icon="progress")
DONE = Badge("Đã trả kết quả", "good", icon="circle-check")


def everything() -> dict[str, Any]:
    """Return the context of the living page."""
    return {
        "long": LONG,
        "now": NOW,
        "stages": [DOING, DONE, Badge("Đã dừng", "bad", icon="hand-stop")],
        "timings": _timings(),
        "events": _events(),
        "charts": _charts(),
        "features": _features(),
        "rows": _rows(),
        "form": SampleForm(),
        "asked": form_sample.typed(),
        "asked_wrong": form_sample.wrong(),
        "answers": shown(form_sample.DEFINITION, form_sample.kept()),
        "wrong": _wrong_form(),
        "crumbs": [("Hộp việc", "#"), ("Hồ sơ", "#"), ("000.23.15.H48-220624-0001", None)],
        "steps": ["Chọn nơi nộp", "Kê khai", "Giấy tờ", "Kiểm tra và nộp"],
        "tabs": [
            ("Tất cả", "#", True, 1334),
            ("Chưa đến hạn", "#", False, 1204),
            ("Quá hạn", "#", False, 130),
        ],
        "facts": [("Người nộp", "Võ Thị Sương Mai"), ("Thủ tục", LONG), ("Lệ phí", None)],
        "tree": [
            {
                "label": "Thị xã Mẫu",
                "count": 1334,
                "children": [
                    {"label": "Bộ phận một cửa", "count": 310, "url": "#"},
                    {"label": "Phường Hoa Sen", "count": 142, "url": "#"},
                ],
            }
        ],
        "tones": ["neutral", "info", "good", "warn", "bad", "accent"],
        "alerts": ["info", "good", "warn", "bad", "neutral"],
    }
