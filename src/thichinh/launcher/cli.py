"""The program `thichinh`: a verb in, an exit status out (0 only when it worked)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from thichinh.config import environment
from thichinh.foundation.commands import sentence
from thichinh.foundation.contributions import WrongApp
from thichinh.foundation.errors import DomainError
from thichinh.launcher import running, server, verbs
from thichinh.launcher.failures import failures_as_json, wrong_setting
from thichinh.launcher.parsing import Formatter, speak_vietnamese
from thichinh.launcher.terminal import Trouble, complain, prepare_streams, show, wants_json
from thichinh.launcher.town import Town, open_town, secret_key

HELP = {"help", "--help", "-h"}


def main() -> None:
    """Entry of the program; `sys.argv` without the program's name is the verb and its arguments."""
    prepare_streams()
    speak_vietnamese()
    os.environ["DJANGO_SETTINGS_MODULE"] = "thichinh.config.settings"
    arguments = sys.argv[1:]
    try:
        with failures_as_json() if wants_json(arguments) else nullcontext():
            sys.exit(_answer_whole(arguments))
    except Trouble as trouble:
        sys.exit(complain(trouble))
    except DomainError as error:
        show(sentence(error))
        sys.exit(1)
    except (environment.WrongSetting, WrongApp) as error:
        sys.exit(complain(wrong_setting(error)))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output (head, less) had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _answer_whole(arguments: list[str]) -> int:
    """All is written before `main` stops looking: a short text waits in the buffer until then."""
    try:
        return _answer(arguments)
    finally:
        sys.stdout.flush()


def _answer(arguments: list[str]) -> int:
    if not arguments or arguments[0] in HELP:
        print(verbs.help_text())
        return 0
    own = OWN.get(arguments[0])
    if own is not None:
        return own(arguments[1:])
    found = verbs.find(arguments)
    if found is None:
        return _unknown(arguments)
    verb, rest = found
    return _manage(f"thichinh {verb.name}", verb.command, [*verb.arguments, *rest], verb)


def _unknown(arguments: list[str]) -> int:
    halves = verbs.halves(arguments[0])
    if halves and wants_json(arguments):
        names = ", ".join(verb.name for verb in halves)
        raise Trouble(f"Hãy nêu đủ việc (name the whole verb): {names}", status=2)
    if halves:
        asks_help = bool(HELP & set(arguments[1:]))
        for verb in halves:
            print(f"  ./thichinh {verb.name:<18} {verb.vietnamese} ({verb.english})")
        return 0 if asks_help else 2
    typed = " ".join(arguments[:2])
    raise Trouble(
        f"Không có việc nào tên '{typed}'. Xem danh sách: ./thichinh help",
        f"There is no verb '{typed}'. See ./thichinh help",
    )


def _run(arguments: list[str]) -> int:
    parser = _parser("run", "Mở cửa: cơ sở dữ liệu, web và việc nền. (Database, web and worker.)")
    _web_options(parser)
    parser.add_argument(
        "--no-example", action="store_true", help="không nạp thị xã mẫu (no example town)"
    )
    options = parser.parse_args(arguments)
    return _open(options, running.Wanted(example=not options.no_example))


def _init(arguments: list[str]) -> int:
    from thichinh.launcher import init

    return init.run(arguments)


def _serve(arguments: list[str]) -> int:
    parser = _parser("serve", "Chỉ máy chủ web. (The web server alone.)")
    _web_options(parser)
    return _open(parser.parse_args(arguments), running.Wanted(worker=False, example=False))


def _worker(arguments: list[str]) -> int:
    parser = _parser("worker", "Chỉ việc nền. (The background worker alone.)")
    return _open(parser.parse_args(arguments), running.Wanted(web=False, example=False))


def _open(options: argparse.Namespace, wanted: running.Wanted) -> int:
    given = environment.read()
    changes = {
        name: value
        for name in ("port", "address")
        if (value := getattr(options, name, None)) is not None
    }
    return running.run(open_town(), given.model_copy(update=changes), wanted)


def _parser(verb: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"thichinh {verb}", description=description, formatter_class=Formatter
    )


def _web_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, help="cổng, mặc định 8000 (the port)")
    parser.add_argument("--address", help="địa chỉ nghe, mặc định 127.0.0.1 (where to listen)")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("cổng là số từ 1 đến 65535 (a number from 1 to 65535)")
    return int(text)


def _prepare(arguments: list[str]) -> int:
    """Run by `run` as a process of its own; the server is already there."""
    from thichinh.launcher.management import plain_troubles, set_up
    from thichinh.launcher.prepare import prepare

    town = open_town()
    embedded = os.environ["DATABASE_URL"].startswith("postgresql:///thichinh?host=")
    set_up()
    with plain_troubles():
        prepare(town if embedded else None, town.data, example="--no-example" not in arguments)
        _require_authority()
    return 0


def _require_authority() -> None:
    """Nobody opens a town hall that belongs to nobody."""
    from thichinh.accounts.queries import own_authority

    if not own_authority().exists:
        raise Trouble(
            "Thư mục này chưa có cơ quan nào. Lập cơ quan trước: ./thichinh init (hỏi từng điều), hoặc "
            "./thichinh init --from TỆP; rồi chạy lại. Muốn xem thị xã mẫu: ./thichinh run",
            "No authority lives in this folder. Found one first: ./thichinh init, or ./thichinh init "
            "--from FILE; then run this again. For the example town: ./thichinh run",
        )


def _assets(arguments: list[str]) -> int:
    from thichinh.launcher import assets

    assets.ensure()
    return 0


def _manage(title: str, command: str, arguments: list[str], verb: verbs.Verb | None = None) -> int:
    """A management command over a prepared database; wrong words and `--help` start none."""
    from thichinh.launcher import management

    if HELP & set(arguments):  # works on a read-only disk too
        management.understand(title, command, ["--help"], verb)
    town = open_town()
    os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
    with server.addressed(town):
        call = management.understand(title, command, arguments, verb)
    with server.database(town, quiet=True) as line:
        if line is not None and command not in management.WITHOUT_SCHEMA:
            _bring_in_step(town, publish=verb is None or not verb.only_reads)
        return management.run(call)


def _bring_in_step(town: Town, *, publish: bool) -> None:
    """A verb on a fresh clone works: the structure and definitions come first, the example not.

    A verb that only reads gets the structure alone: what is published is there for good.
    """
    from thichinh.launcher import management, prepare

    if prepare.is_prepared(town, example=False):
        return
    management.set_up()
    if publish:
        prepare.prepare(town, town.data, example=False)
    else:
        prepare.bring_structure(town.data)


def _any_command(arguments: list[str]) -> int:
    if not arguments:
        raise Trouble(
            "Hãy nêu tên lệnh: ./thichinh manage LỆNH", "Name a command: ./thichinh manage COMMAND"
        )
    return _manage(f"thichinh manage {arguments[0]}", arguments[0], arguments[1:])


def _backup(arguments: list[str]) -> int:
    from thichinh.launcher import backup

    return backup.run_backup(arguments)


def _restore(arguments: list[str]) -> int:
    from thichinh.launcher import restore

    return restore.run_restore(arguments)


def _doctor(arguments: list[str]) -> int:
    from thichinh.launcher import doctor, security

    options = _parser("doctor", "Khám bản cài đặt. (Examine this installation.)")
    options.add_argument(
        "--security", action="store_true", help="ai được làm gì, chỗ nào còn hở (who may do what)"
    )
    options.add_argument(
        "--format", choices=["text", "json"], default="text", help="cách in (how to print)"
    )
    given = options.parse_args(arguments)
    if given.security:
        return security.examine(as_json=given.format == "json")
    return doctor.examine(as_json=given.format == "json")


def _test(arguments: list[str]) -> int:
    from thichinh.launcher import testing

    return testing.run(arguments)


def _check(arguments: list[str]) -> int:
    from thichinh.launcher import checks

    _parser("check", "Kiểm tra mã nguồn. (Lint, types, contracts, lock files.)").parse_args(
        arguments
    )
    return checks.run()


def _bench(arguments: list[str]) -> int:
    from thichinh.launcher import testing

    return testing.bench(arguments)


def _pictures(arguments: list[str]) -> int:
    from thichinh.launcher import testing

    _parser("pictures", "Chụp màn hình cho hướng dẫn. (Screenshots for the guides.)").parse_args(
        arguments
    )
    return testing.pictures()


def _size(arguments: list[str]) -> int:
    from thichinh.launcher import size

    _parser("size", "Hàm và tệp dài nhất. (The longest functions and files.)").parse_args(arguments)
    print(size.report())
    return 0


def _lock(arguments: list[str]) -> int:
    from thichinh.launcher import locking

    options = _parser("lock", "Khoá lại các thư viện. (Renew the lock files.)")
    options.add_argument("--upgrade", action="store_true", help="lên bản mới nhất (newest)")
    return locking.renew(upgrade=options.parse_args(arguments).upgrade)


def _reference(arguments: list[str]) -> int:
    """Show which written pages are out of step, or write them."""
    from thichinh.launcher import management

    options = _parser(
        "reference", "Trang tra cứu viết ra từ mã nguồn. (Pages written from the code.)"
    )
    options.add_argument("--write", action="store_true", help="ghi lại các trang (write the pages)")
    write = options.parse_args(arguments).write
    management.set_up()
    from thichinh.launcher import reference

    stale = {path: text for path, text in reference.pages().items() if _content(path) != text}
    for path, text in stale.items():
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        show(f"{'✓ đã ghi' if write else '✗ cũ'} {path.relative_to(environment.ROOT)}")
    return 1 if stale and not write else 0


def _messages(arguments: list[str]) -> int:
    """How each language's catalogue stands against the sources, or bring its keys in step and
    compile it: those of the house and of the apps of others that are installed."""
    from thichinh.launcher import assets, messages

    options = _parser("messages", "Lời của giao diện bằng tiếng khác. (The words in English.)")
    options.add_argument("--write", action="store_true", help="ghi khoá mới, bỏ khoá cũ (keys)")
    if options.parse_args(arguments).write:
        for path in messages.write():
            show(f"✓ đã ghi {path}")
    assets.compile_catalogues()
    states = messages.states()
    for state in states:
        show(state.sentence())
    return 0 if all(state.complete for state in states) else 1


def _content(path: Path) -> str:
    return path.read_text() if path.exists() else ""


OWN: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "init": _init,
    "backup": _backup,
    "restore": _restore,
    "serve": _serve,
    "worker": _worker,
    "prepare": _prepare,
    "assets": _assets,
    "doctor": _doctor,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "pictures": _pictures,
    "size": _size,
    "lock": _lock,
    "reference": _reference,
    "messages": _messages,
    "manage": _any_command,
}

if __name__ == "__main__":
    main()
