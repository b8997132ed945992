"""What an app declares and the code does not have is said at start, naming the app and the way out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpResponse
from django.urls import include, path

from thichinh.accounts.access.keys import check_keys
from thichinh.accounts.rules.permissions import PERMISSIONS, Permission
from thichinh.foundation import declared, definitions
from thichinh.foundation.definitions.layers import FOLDERS, DefinitionsFolder
from thichinh.foundation.ui.assets import manifest
from thichinh.foundation.ui.counters import COUNTERS, Counter
from thichinh.foundation.ui.nav import NAVIGATION, NavItem
from thichinh.foundation.ui.shells import PUBLIC_LINKS, SEARCH_PLACES, PublicLink, SearchPlace
from thichinh.notifications.rules import NOTIFICATION_KINDS, KindGroup, NotificationKind
from thichinh.work.rules import TASK_KINDS, TaskKind

ITEM = NavItem(label="Kho", url_name="health", icon="bell")


def _said(check: Any) -> list[str]:
    return [f"{one.msg} {one.hint}" for one in check()]


def test_the_house_itself_is_right() -> None:
    assert [error for error in run_checks() if error.is_serious()] == []


def test_a_page_that_is_not_there_is_named_wherever_it_is_declared() -> None:
    gone = "nobody:here"
    with ExitStack() as lent:
        lent.enter_context(NAVIGATION.lent(replace(ITEM, url_name=gone)))
        lent.enter_context(PUBLIC_LINKS.lent(PublicLink(url_name=gone, label="Kho")))
        place = SearchPlace(url_name=gone, label="Kho", placeholder="Mã", permission="")
        lent.enter_context(SEARCH_PLACES.lent(place))
        counter = Counter(label="Kho", url_name=gone, icon="bell", count=lambda _: 0)
        lent.enter_context(COUNTERS.lent(counter))
        said = _said(declared.check_pages)
    assert len(said) == 4
    assert all("test: a" in one and repr(gone) in one for one in said)
    assert declared.check_pages() == []


def test_an_icon_that_is_not_drawn_is_named_with_those_that_are_near() -> None:
    if not manifest().icons:
        pytest.skip("frontend/dist is not built: ./thichinh assets")
    with TASK_KINDS.lent(TaskKind("store.count", "Kiểm kho", icon="bel")):
        (said,) = _said(declared.check_icons)
    assert "test: a TaskKind names the icon 'bel'" in said
    assert "bell" in said


def test_a_permission_that_nobody_contributes_is_named_with_the_nearest() -> None:
    task = TaskKind("store.count", "Kiểm kho", permission="task.veiw")
    with TASK_KINDS.lent(task), NAVIGATION.lent(replace(ITEM, permission="task.viw")):
        said = _said(check_keys)
    assert [one for one in said if "TaskKind asks for the permission 'task.veiw'" in one]
    assert [one for one in said if "NavItem asks for the permission 'task.viw'" in one]
    assert all("Is it 'task.view'?" in one for one in said)


def test_a_folder_of_definitions_that_is_not_there_is_named(tmp_path: Path) -> None:
    with FOLDERS.lent(DefinitionsFolder(tmp_path / "definitons")):
        (said,) = _said(declared.check_folders)
    assert str(tmp_path / "definitons") in said


def _page(_request: Any, **_parts: Any) -> HttpResponse:
    return HttpResponse()


def _app(name: str, *addresses: str) -> Any:
    module = ModuleType(f"{name}.urls")
    module.__dict__["urlpatterns"] = [path(address, _page) for address in addresses]
    return path("", include(module))


def test_an_address_that_an_app_above_answers_first_is_said_with_both() -> None:
    ours = _app("thichinh.work", "viec/", "viec/<int:pk>/")
    theirs = _app("store", "viec/<slug:any>/", "kho/")
    assert list(declared.taken([theirs, ours])) == [("viec/<int:pk>/", "thichinh.work", "store")]
    assert list(declared.taken([ours])) == []


@pytest.mark.django_db
def test_a_permission_in_no_bundle_and_a_kind_without_texts_are_told(town: None) -> None:
    permission = Permission("lamp.see", "Xem đèn")
    kind = NotificationKind(
        code="lamp.out", title="Đèn tắt", group=KindGroup("lamps", "Đèn"), audience="official"
    )
    with PERMISSIONS.lent(permission), NOTIFICATION_KINDS.lent(kind):
        told = [
            str(warning) for warning in definitions.check(Path(settings.DEFINITIONS_ROOT)).warnings
        ]
    assert [one for one in told if "Quyền “lamp.see” (test) không nằm trong nhóm quyền nào" in one]
    assert [one for one in told if "Loại thông báo “lamp.out” (test) chưa có lời" in one]
