"""What the one-stop shop gives to the engines: pages, kinds of work, files, what it listens to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.events import AccountDetached
from thichinh.accounts.queries import somebody_may
from thichinh.accounts.rules.setup import SetupItem
from thichinh.dossiers import handlers
from thichinh.dossiers.actions import UPLOAD_LIMIT
from thichinh.dossiers.measures import COUNT, DOSSIERS, MEASURES
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import lock_all, open_since
from thichinh.dossiers.rules import notices
from thichinh.dossiers.rules.record import SUBJECT
from thichinh.dossiers.rules.verbs import PERMISSIONS, VERBS
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.events import Subscription
from thichinh.foundation.ui.badges import Badge
from thichinh.foundation.ui.nav import NavItem
from thichinh.foundation.ui.shells import FooterNote, KeyHint, PublicLink, SearchPlace, StateBadges
from thichinh.foundation.ui.sorting import icon
from thichinh.foundation.uploads import TakesFiles
from thichinh.notifications.rules import KeepsMessages
from thichinh.work.events import TaskAssigned, TasksHandedOver
from thichinh.work.rules import TaskKind, TaskSubject

PAGES = tuple(
    NavItem(
        label=label,
        url_name=f"dossiers:{name}",
        icon=drawing,
        permission=permission,
        order=order,
        key=key,
        group=group,
    )
    for name, label, drawing, permission, order, key, group in (
        ("overview", _("Tổng quan"), icon("dashboard"), "indicator.view", 2, "t", "work"),
        ("counter", _("Tiếp nhận"), icon("clipboard-plus"), "dossier.receive", 5, "q", "work"),
        ("list", _("Hồ sơ"), icon("folders"), "dossier.view", 20, "h", "work"),
        ("register", _("Sổ theo dõi"), icon("book"), "dossier.view", 60, "", "report"),
    )
)
TASKS = tuple(  # each is named like the permission that doing it needs
    TaskKind(f"dossier.{name}", label, icon=drawing, permission=f"dossier.{name}")
    for name, label, drawing in (
        ("accept", _("Tiếp nhận trực tuyến"), icon("world-download")),
        ("transfer", _("Chuyển hồ sơ"), icon("send")),
        ("process", _("Xử lý hồ sơ"), icon("progress")),
        ("decide", _("Ký kết quả"), icon("writing-sign")),
        ("return", _("Trả kết quả"), icon("file-check")),
    )
)

State = Dossier.State
STATES = StateBadges(
    SUBJECT,
    {
        State.SUBMITTED: Badge(_("Mới đăng ký"), "info", icon="send"),
        State.ACCEPTED: Badge(_("Được tiếp nhận"), "info", icon="circle-check"),
        State.REFUSED: Badge(_("Không được tiếp nhận"), "bad", icon="circle-x"),
        State.PROCESSING: Badge(_("Đang xử lý"), "info", icon="progress"),
        State.SUPPLEMENT: Badge(_("Yêu cầu bổ sung giấy tờ"), "warn", icon="file-plus"),
        State.PAYMENT: Badge(_("Yêu cầu nộp phí, lệ phí"), "warn", icon="coin"),
        State.WITHDRAWN: Badge(_("Công dân yêu cầu rút hồ sơ"), "neutral", icon="arrow-back-up"),
        State.STOPPED: Badge(_("Dừng xử lý"), "bad", icon="hand-stop"),
        State.RESOLVED: Badge(_("Đã xử lý xong"), "good", icon="checks"),
        State.RETURNED: Badge(_("Đã trả kết quả"), "good", icon="circle-check"),
    },
)

CONTRIBUTION = Contribution(
    app="dossiers",
    parts=(
        *PERMISSIONS,
        STATES,
        DOSSIERS,
        COUNT,
        *MEASURES,
        *PAGES,
        SearchPlace(
            url_name="dossiers:list",
            label=_("Tìm hồ sơ"),
            placeholder=_("Số hồ sơ, tên, số định danh…"),
            permission="dossier.view",
            order=10,
        ),
        PublicLink(
            url_name="dossiers:track",
            label=_("Tra cứu hồ sơ"),
            footer_label=_("Tra cứu hồ sơ"),
            order=20,
        ),
        PublicLink(
            url_name="dossiers:mine", label=_("Hồ sơ của tôi"), audience="signed_in", order=30
        ),
        KeyHint(("F4",), _("Tại quầy: tìm hoặc đổi thủ tục"), "dossier.receive"),
        KeyHint(("F2",), _("Tại quầy: ghi người mới"), "dossier.receive"),
        KeyHint(("F9", "Ctrl Enter"), _("Tại quầy: tiếp nhận"), "dossier.receive"),
        SetupItem(
            "dossier-people",
            _("Có người tiếp nhận, thụ lý và ký"),
            _("Ít nhất một người giữ vai trò tiếp nhận, một người thụ lý và một người ký kết quả."),
            "accounts:accounts",
            lambda: all(
                map(somebody_may, ("dossier.receive", "dossier.process", "dossier.decide"))
            ),
            35,
        ),
        FooterNote(_("Nhận hồ sơ trực tuyến mọi lúc; thời hạn tính theo giờ làm việc.")),
        *TASKS,
        *VERBS.values(),
        TaskSubject(SUBJECT, lock_all, _("hồ sơ")),
        # The officer of a dossier is the officer of its task; the applicant is who filed it.
        Subscription(AccountDetached, handlers.account_detached),
        Subscription(TaskAssigned, handlers.task_assigned),
        Subscription(TasksHandedOver, handlers.tasks_handed_over),
        *notices.KINDS.values(),
        KeepsMessages(SUBJECT, open_since),
        *(
            Subscription(verb.event, handlers.tells_applicant(notices.KINDS[verb.message]))
            for verb in VERBS.values()
            if verb.event and verb.message
        ),
        # One request may carry a few of the largest files; each is measured when it is kept.
        TakesFiles("dossiers:filing_papers", 5 * UPLOAD_LIMIT),
        TakesFiles("api:upload", 2 * UPLOAD_LIMIT),
    ),
)
