"""An app of others from a folder of apps: found by every verb and process, refused with a sentence."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.frontdoor.founding import WARD, init
from tests.frontdoor.other_app import lay_into
from tests.suite import databases
from thichinh.launcher import cluster
from thichinh.launcher.prepare import _digest
from thichinh.launcher.town import ROOT, open_town

pytestmark = pytest.mark.frontdoor


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A data folder whose `apps/` holds the app; its server is gone afterwards."""
    data = tmp_path / "data"
    lay_into(data / "apps")
    usual = {n: v for n, v in os.environ.items() if n not in ("DATABASE_URL", "THICHINH_APPS_PATH")}
    yield usual | {"THICHINH_DATA": str(data), "THICHINH_EXTRA_APPS": "bulletin"}
    cluster.destroy(cluster.describe(open_town(data)))


def said(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """The front door itself, called from a folder that has nothing to do with the app."""
    command = [str(ROOT / "thichinh"), *words]
    return subprocess.run(
        command, env=variables, cwd="/tmp", capture_output=True, text=True, check=False
    )


@pytest.fixture
def _nothing_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test finds in its folder of apps, no other test finds."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    sys.modules.pop("bulletin", None)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.usefixtures("_nothing_imported")
def test_what_prepares_a_database_knows_of_them(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THICHINH_DATA", variables["THICHINH_DATA"])
    without = _digest()
    monkeypatch.setenv("THICHINH_EXTRA_APPS", "bulletin")
    installed = _digest()
    (Path(variables["THICHINH_DATA"]) / "apps" / "bulletin" / "rules.py").write_text("")
    assert len({without, installed, _digest()}) == 3


def test_it_is_run_from_the_folder_of_apps_and_a_check_publishes_nothing(
    variables: dict[str, str], port: int
) -> None:
    data = Path(variables["THICHINH_DATA"])
    status, told = init(data, variables, WARD)
    assert status == 0, told
    assert said(variables, "definitions", "override", "calendar", "gio-lam-viec").returncode == 0
    for _ in range(2):  # to check is to publish nothing, also before the first run
        assert said(variables, "definitions", "check").stdout.startswith("1 phiên bản mới")
    town = subprocess.Popen(
        [str(ROOT / "thichinh"), "run", "--no-example", "--port", str(port)],
        env=variables, cwd="/tmp", stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert town.stderr is not None
    heard = []
    for line in town.stderr:
        heard.append(line)
        if "Ctrl-C" in line:
            break
    try:
        assert town.poll() is None, "".join(heard)
        with urlopen(f"http://127.0.0.1:{port}/bang-tin/") as answer:
            assert answer.read().decode() == "Bảng tin"
    finally:
        town.send_signal(signal.SIGINT)
        town.communicate()


@pytest.mark.usefixtures("_nothing_imported")
def test_a_template_of_the_tests_knows_of_them(
    variables: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(variables["THICHINH_DATA"]) / "apps"

    def digest(*extra: str) -> str:
        changed = {"extra_apps": list(extra), "apps_path": folder}
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changed)
        return databases._digest.__wrapped__()

    both = digest("bulletin", "tests.tenant")
    (folder / "bulletin" / "rules.py").write_text("")
    assert len({both, digest("bulletin"), digest("bulletin", "tests.tenant")}) == 3


def test_its_words_are_gathered_in_its_own_folder_and_compiled(
    variables: dict[str, str],
) -> None:
    app = Path(variables["THICHINH_DATA"]) / "apps" / "bulletin"
    shutil.rmtree(app / "locale")
    (app / "rules.py").write_text(
        "from django.utils.translation import gettext as _\n_('Bảng tin của phường')\n_('Chỉ tiêu')\n"
    )
    done = said(variables, "messages", "--write")
    path = app / "locale" / "en" / "LC_MESSAGES" / "django.po"
    keys = re.findall('^msgid "(.+)"', path.read_text(), re.MULTILINE)
    assert sorted(keys) == ["Bảng tin", "Bảng tin của phường"]  # the house says the third one
    assert done.returncode == 1
    assert "✗ bulletin en: 2 missing" in done.stderr
    path.write_text(re.sub(r'(msgid "Bảng.*"\n)msgstr ""', r'\1msgstr "Board"', path.read_text()))
    done = said(variables, "messages")
    assert done.returncode == 0, done.stderr
    assert path.with_suffix(".mo").exists()


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("buletin", "There is no app buletin. Is it bulletin? We looked in {folder}"),
        (
            "bulletin.apps",
            "bulletin.apps is a file of the app bulletin: name the package, bulletin.",
        ),
        ("bulletin,bulletin", "The app bulletin is named twice"),
    ],
)
def test_a_wrong_name_is_answered_in_both_languages(
    variables: dict[str, str], named: str, sentence: str
) -> None:
    done = said(variables | {"THICHINH_EXTRA_APPS": named}, "manage", "check")
    folder = Path(variables["THICHINH_DATA"]) / "apps"
    vietnamese, english = done.stderr.splitlines()
    assert vietnamese.startswith("✗ ")
    assert sentence.format(folder=folder) in english


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        (
            "contribution.py",
            "CONTRIBUTION =",
            "GIVEN =",
            "bulletin.contribution has no CONTRIBUTION",
        ),
        (
            "contribution.py",
            'app="bulletin"',
            'app="board"',
            "but its label in apps.py is 'bulletin'",
        ),
        (
            "urls.py",
            "from bulletin import views",
            """from bulletin import views
from thichinh.foundation.acts.api import body_of
from thichinh.foundation.acts.declaring import Field, Form
body_of(Form("Pin", (Field(code="a", label="A"),)), "bulletin.pin")
body_of(Form("Pin", (Field(code="b", label="B"),)), "bulletin.unpin")""",
            "The verbs bulletin.pin and bulletin.unpin have forms named 'Pin'",
        ),
        ("apps.py", 'label = "bulletin"', 'label = "work"', "bulletin and thichinh.work both have"),
    ],
)
def test_an_app_that_cannot_be_installed_is_said_in_both_languages(
    variables: dict[str, str], file: str, before: str, after: str, sentence: str
) -> None:
    path = Path(variables["THICHINH_DATA"]) / "apps" / "bulletin" / file
    path.write_text(path.read_text().replace(before, after))
    done = said(variables, "manage", "check")
    vietnamese, english = done.stderr.splitlines()
    assert done.returncode == 1
    assert vietnamese.startswith("✗ ")
    assert sentence in english


def test_its_tests_are_run_where_they_lie_with_the_fixtures_of_the_house(
    variables: dict[str, str],
) -> None:
    tests = Path(variables["THICHINH_DATA"]) / "apps" / "bulletin" / "tests"
    tests.mkdir()
    (tests / "__init__.py").write_text("")
    (tests / "test_front.py").write_text(
        "def test_it_opens(client, settings, tmp_path):\n"
        "    assert client.get('/bang-tin/').content.decode() == 'Bảng tin'\n"
        "    assert settings.FILES_ROOT == tmp_path / 'files'\n"
    )
    done = said(variables, "test", "-n0", "-p", "no:cacheprovider", str(tests))
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
