from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.ui.sorting import icon

_PAGES = (
    # address, label, icon, permission, order, letter, group
    ("overview", _("Tổng quan"), icon("dashboard"), "indicator.view", 2, "t", "work"),
    ("counter", _("Tiếp nhận"), icon("clipboard-plus"), "dossier.receive", 5, "q", "work"),
    ("list", _("Hồ sơ"), icon("folders"), "dossier.view", 20, "h", "work"),
    ("register", _("Sổ theo dõi"), icon("book"), "dossier.view", 60, "", "report"),
)
_TASKS = (
    ("accept", _("Tiếp nhận trực tuyến"), icon("world-download")),
    ("transfer", _("Chuyển hồ sơ"), icon("send")),
    ("process", _("Xử lý hồ sơ"), icon("progress")),
    ("decide", _("Ký kết quả"), icon("writing-sign")),
    ("return", _("Trả kết quả"), icon("file-check")),
)


def _register_pages() -> None:
    """The one-stop pages in the officials' navigation, and the kinds of work they bring."""
    from thichinh.dossiers.queries import hold
    from thichinh.dossiers.rules.record import SUBJECT
    from thichinh.foundation.ui.nav import NavItem, register_nav
    from thichinh.work.rules import TaskKind, register_hold, register_kind

    for name, label, drawing, permission, order, key, group in _PAGES:
        register_nav(
            NavItem(
                label=label,
                url_name=f"dossiers:{name}",
                icon=drawing,
                permission=permission,
                order=order,
                key=key,
                group=group,
            )
        )
    for name, label, drawing in _TASKS:
        kind = f"dossier.{name}"  # named like the permission that doing it needs
        register_kind(TaskKind(kind, label, icon=drawing, permission=kind))
    register_hold(SUBJECT, hold)


def _follow_work() -> None:
    """The officer of a dossier is the officer of its task; the applicant is who filed it."""
    from thichinh.accounts.events import AccountDetached
    from thichinh.dossiers import handlers
    from thichinh.foundation.events import subscribe
    from thichinh.work.events import TaskAssigned, TasksHandedOver

    subscribe(AccountDetached, handlers.account_detached)
    subscribe(TaskAssigned, handlers.task_assigned)
    subscribe(TasksHandedOver, handlers.tasks_handed_over)


def _take_files() -> None:
    """One request may carry a few of the largest files; each is measured when it is kept."""
    from thichinh.dossiers.actions import UPLOAD_LIMIT
    from thichinh.foundation.uploads import takes_files

    takes_files("dossiers:filing_papers", 5 * UPLOAD_LIMIT)
    takes_files("api:upload", 2 * UPLOAD_LIMIT)


class DossiersConfig(AppConfig):
    name = "thichinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.dossiers.measures import register_measures
        from thichinh.dossiers.rules.book import DOSSIERS
        from thichinh.dossiers.rules.case_mapping import CaseMapping
        from thichinh.foundation.definitions import Kind, register
        from thichinh.stocks.rules import register_book

        register_book(DOSSIERS)
        register_measures()
        register(Kind("mapping", "mappings", CaseMapping, rank=90))
        _register_pages()
        _follow_work()
        _take_files()
