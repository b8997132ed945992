"""`thichinh init`: an empty data folder becomes the installation of a real authority."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from thichinh.foundation.errors import DomainError
from thichinh.launcher import server
from thichinh.launcher.parsing import Formatter
from thichinh.launcher.terminal import Trouble, show
from thichinh.launcher.town import Town, open_town, secret_key

QUESTIONS = (
    ("code", "Mã của cơ quan, ví dụ mã xã 21439 (code)"),
    ("name", "Tên, ví dụ Phường Đức A (name)"),
    ("kind", "Loại: phường, xã, tỉnh, … (kind)"),
    ("from", "Ngày đầu của các đơn vị, ví dụ 2025-07-01 (first day)"),
    ("language", "Ngôn ngữ của cơ quan: vi hoặc en (language) [vi]"),
    ("address", "Địa chỉ trang, có thể để trống (base address)"),
    ("admin.name", "Họ tên cán bộ CNTT đầu tiên (first IT officer)"),
    ("admin.email", "Thư điện tử của người ấy (e-mail)"),
)
MAY_BE_EMPTY = ("language", "address")
EXAMPLES = """Ví dụ (examples):
  ./thichinh init
  ./thichinh init --from phuong.yaml --format json
  ./thichinh init --code 21439 --admin-name 'Nguyễn Thị An' --admin-email an@example.vn"""


class UnreadableFile(Trouble):
    """The file of wishes, or of units, cannot be read."""


def run(arguments: list[str]) -> int:
    """Ask or read, check everything, found the authority, and print the link and what is to do."""
    options = _parser().parse_args(arguments)
    as_json = options.format == "json"
    try:
        given = _given(options)
        town = open_town()
        return _found(town, given, as_json=as_json)
    except Trouble as trouble:
        if not as_json:
            raise
        where = "file" if isinstance(trouble, UnreadableFile) else "folder"
        return _refused({where: trouble.vietnamese})
    except DomainError as error:
        if not as_json:
            raise
        return _refused({"folder": error.message})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thichinh init",
        description="Lập một cơ quan thật trong thư mục dữ liệu trống: không có thị xã mẫu, không ai "
        "được đặt ra. (Found a real authority in an empty data folder.)",
        epilog=EXAMPLES,
        formatter_class=Formatter,
    )
    parser.add_argument(
        "--from", dest="file", type=Path, metavar="TỆP", help="tệp YAML hoặc JSON (a file)"
    )
    for name, _question in QUESTIONS:
        option = "first-day" if name == "from" else name.replace(".", "-")
        parser.add_argument(f"--{option}", dest=name, metavar="…", help=_question)
    parser.add_argument(
        "--units", dest="units", type=Path, metavar="TỆP", help="tệp đơn vị (units)"
    )
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="cách in (format)"
    )
    return parser


def _given(options: argparse.Namespace) -> Any:
    """What the file says, under what the options say."""
    given: Any = _read(options.file) if options.file else {}
    if not isinstance(given, dict):
        return given
    named = {name: getattr(options, name) for name, _ in QUESTIONS}
    for name, value in named.items():
        if value is not None:
            _put(given, name, value)
    if options.units:
        found = _read(options.units)
        given["units"] = found.get("units", found) if isinstance(found, dict) else found
    return given


def _put(given: dict[str, Any], name: str, value: str) -> None:
    first, _, second = name.partition(".")
    if second:
        inner = given.setdefault(first, {})
        if isinstance(inner, dict):
            inner[second] = value
    else:
        given[first] = value


def _read(path: Path) -> Any:
    from thichinh.foundation.errors import Refused
    from thichinh.foundation.yaml_files import read_yaml

    try:
        documents = read_yaml(path)
    except Refused as error:
        raise UnreadableFile(
            f"Không đọc được {path}: {error.message}", f"Cannot read {path}."
        ) from error
    return documents[0] if documents else {}


def _found(town: Town, given: Any, *, as_json: bool) -> int:
    folder = town.data / "definitions"
    os.environ["THICHINH_DEFINITIONS"] = str(folder)
    os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
    with server.addressed(town):
        from thichinh.launcher import management

        management.set_up()
    from django.utils import translation

    from thichinh.accounts.actions import founding as actions
    from thichinh.accounts.rules.founding import read_founding

    language = str(given.get("language") or "vi") if isinstance(given, dict) else "vi"
    with translation.override(language if language in ("vi", "en") else "vi"):
        areas = actions.known_areas()
        if folder.exists():
            actions.refuse_unless_free_folder(folder)
        wanted, errors = read_founding(given, actions.shipped_kinds, areas)
        if errors and sys.stdin.isatty() and not as_json and isinstance(given, dict):
            _ask(given, errors)
            wanted, errors = read_founding(given, actions.shipped_kinds, areas)
        if wanted is None:
            return _refused(errors) if as_json else _complain(errors)
        with server.database(town, quiet=True), management.plain_troubles():
            from thichinh.launcher import prepare

            prepare.migrate()
            secret = actions.found_authority(wanted, folder)
            _tell(secret, as_json=as_json)
    return 0


def _ask(given: dict[str, Any], errors: dict[str, str]) -> None:
    """Ask at the keyboard for what is missing or wrong, one question after the other."""
    for name, question in QUESTIONS:
        if name in errors or (name in MAY_BE_EMPTY and name not in given):
            if errors.get(name) and _has(given, name):
                show(f"✗ {errors[name]}")
            answer = input(f"{question}: ").strip()
            if answer or name not in MAY_BE_EMPTY:
                _put(given, name, answer)


def _has(given: dict[str, Any], name: str) -> bool:
    first, _, second = name.partition(".")
    inner = given.get(first)
    return bool(inner.get(second) if second and isinstance(inner, dict) else inner)


def _complain(errors: dict[str, str]) -> int:
    for field, sentence in errors.items():
        show(f"✗ {field}: {sentence}")
    show("Chưa ghi gì. (Nothing was written.)")
    return 1


def _refused(errors: dict[str, str]) -> int:
    message = " ".join(f"{field}: {sentence}" for field, sentence in errors.items())
    told = {"status": "refused", "message": message, "errors": errors}
    print(json.dumps(told, ensure_ascii=False))
    return 1


def _tell(secret: str, *, as_json: bool) -> None:
    from thichinh.accounts.queries import base_address, first_day, own_authority

    own = own_authority()
    link = f"{base_address()}/mo-tai-khoan/{secret}/"
    todo = [
        {"code": line.code, "title": line.title, "address": line.address, "done": line.done}
        for line in first_day()
    ]
    if as_json:
        named = {
            "code": own.code,
            "name": own.name,
            "unit": own.unit,
            "language": own.language,
            "address": own.address,
        }
        answer = {"status": "ok", "link": link, "authority": named, "todo": todo}
        print(json.dumps(answer, ensure_ascii=False))
        return
    print(f"✓ Đã lập {own.name}. (Founded.)")
    print("Liên kết dùng một lần cho cán bộ CNTT đầu tiên, có giá trị 7 ngày (one-time link):")
    print(f"  {link}")
    print("Việc còn lại, theo hướng dẫn ở trang Ngày đầu (still to do):")
    for line in todo:
        print(f"  {'✓' if line['done'] else '·'} {line['title']}  {line['address']}")
    print("Mở cửa: ./thichinh run")
