"""Names, icons and tones of the acts as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ActWords:
    """An act as a button asks for it and as the history tells it."""

    ask: str | Promise
    done: str | Promise
    icon: str
    tone: str = "neutral"


ACTS: Mapping[str, ActWords] = {
    "submit": ActWords(_("Nộp trực tuyến"), _("Nộp trực tuyến"), icon="world-upload"),
    "receive": ActWords(_("Tiếp nhận"), _("Tiếp nhận tại quầy"), icon="circle-check", tone="info"),
    "accept": ActWords(
        _("Tiếp nhận hồ sơ"), _("Tiếp nhận hồ sơ"), icon="circle-check", tone="info"
    ),
    "refuse": ActWords(_("Không tiếp nhận"), _("Không tiếp nhận"), icon="circle-x", tone="bad"),
    "transfer": ActWords(_("Chuyển đơn vị giải quyết"), _("Chuyển đơn vị giải quyết"), icon="send"),
    "assign": ActWords(_("Phân công"), _("Phân công cán bộ thụ lý"), icon="user-check"),
    "advance": ActWords(_("Xong bước này"), _("Xong một bước"), icon="player-track-next"),
    "decide": ActWords(_("Ký kết quả"), _("Ký kết quả"), icon="writing-sign", tone="good"),
    "return": ActWords(_("Trả kết quả"), _("Trả kết quả"), icon="file-check", tone="good"),
    "withdraw": ActWords(_("Rút hồ sơ"), _("Người nộp rút hồ sơ"), icon="arrow-back-up"),
    "stop": ActWords(_("Dừng giải quyết"), _("Dừng giải quyết"), icon="circle-x", tone="bad"),
    # What the log of an imported case tells besides; its title is the log's own word.
    "event": ActWords(_("Việc đã ghi"), _("Việc ghi trong nhật ký"), icon="history"),
    "settle": ActWords(
        _("Giải quyết và trả kết quả ngay"), _("Giải quyết ngay"), icon="checks", tone="good"
    ),
}
