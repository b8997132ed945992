"""The outbox against a real mail server and a real gateway on the loopback address."""

from __future__ import annotations

import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for, own_authority
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import Missing, Refused
from thichinh.notifications import actions, tasks
from thichinh.notifications.actions import About, notify
from thichinh.notifications.models import Attempt, Contact, Delivery, Notification
from thichinh.notifications.tests.conftest import FOUND, LISTED, NOW

Thing = Callable[..., About]
State = Delivery.State


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a sender needs. `says` answers RCPT in place of 250."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.got: list[EmailMessage] = []
        self.says = b"250 ok"
        self.conversations = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Smtp(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.conversations += 1
        self.wfile.write(b"220 loopback\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._keep()
            self.wfile.write((self.server.says if verb == b"RCPT" else b"250 ok") + b"\r\n")
            if verb == b"QUIT":
                return

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.got.append(message)


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    """A mail server of our own, named in the settings as an IT officer would."""
    with serving(MailServer()) as server:
        by_smtp(settings, server.port)
        yield server


def by_smtp(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 2
    settings.DEFAULT_FROM_EMAIL = "UBND xã Phổ An <pho-an@example.test>"


class Gateway(ThreadingHTTPServer):
    """Takes SMS as JSON; answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Sms)
        self.got: list[tuple[dict[str, str], dict[str, str]]] = []
        self.status = 202


class _Sms(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        """Says nothing on the terminal."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    with serving(Gateway()) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/sms"
        settings.SMS_TOKEN, settings.SMS_SENDER = "khoa", "UBND PHO AN"
        yield server


def send(at: object = NOW) -> None:
    """What the worker does every twenty seconds."""
    with standing_at(at):  # type: ignore[arg-type]
        tasks.send.func(0)


def found(citizen: Account, about: About) -> Notification:
    values = {"number": about.reference, "name": "Trần Văn Mẫu"}
    made = notify(FOUND.code, citizen, about=about, values=values)
    return Notification.objects.get(pk=made)


def way(channel: str = "email") -> Delivery:
    return Delivery.objects.get(channel=channel)


def test_a_message_arrives_by_mail(mail: MailServer, citizen: Account, thing: Thing) -> None:
    found(citizen, thing())
    send()
    (got,) = mail.got
    assert got["To"] == "mau@example.test"
    assert got["From"] == "UBND xã Phổ An <pho-an@example.test>"
    assert got["Subject"] == "Thưa ĐỒ-7 Trần Văn Mẫu"
    assert got["Message-ID"] == f"<thichinh-{way().pk}.0@example.test>"
    assert got["Auto-Submitted"] == "auto-generated"
    body = got.get_content()
    assert body.startswith("Thưa ĐỒ-7 Trần Văn Mẫu: http")
    assert "/tra-cuu/?7" in body
    assert "Đổi cách nhận thông báo: http" in body
    assert (way().state, way().sent_at) == (State.SENT, NOW)
    send()
    assert len(mail.got) == 1


def test_a_server_that_is_down_is_tried_again_until_it_is_back(
    settings: Any, citizen: Account, thing: Thing
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        by_smtp(settings, nobody.getsockname()[1])
    found(citizen, thing(1))
    found(citizen, thing(2))
    send()
    first = Delivery.objects.filter(channel="email")
    assert [(w.state, w.tries, w.due_at - NOW) for w in first] == [
        (State.WAITING, 1, timedelta(minutes=1))
    ] * 2
    assert "ConnectionRefusedError" in first[0].reason
    send(NOW + timedelta(seconds=30))
    assert Attempt.objects.filter(delivery__channel="email").count() == 2
    send(NOW + timedelta(minutes=1))
    assert {w.due_at - NOW for w in first.all()} == {timedelta(minutes=3)}
    with serving(MailServer()) as server:
        by_smtp(settings, server.port)
        send(NOW + timedelta(minutes=3))
        assert len(server.got) == 2
        assert server.conversations == 1
    outcomes = Attempt.objects.filter(delivery=first[0]).order_by("pk")
    assert [a.outcome for a in outcomes] == ["later", "later", "sent"]
    assert {(w.state, w.reason) for w in first.all()} == {(State.SENT, "")}


def test_a_sender_killed_before_the_commit_sends_the_same_message_again(
    mail: MailServer, citizen: Account, thing: Thing
) -> None:
    """At least once: the receiver's server can tell the double by its Message-ID."""
    found(citizen, thing())
    (taken,) = actions.take_due("email")
    next(iter(tasks.EmailSender().send([taken])))  # and then the power is cut
    send(NOW + timedelta(minutes=9))
    assert len(mail.got) == 1
    send(NOW + timedelta(minutes=10))
    first, second = mail.got
    assert first["Message-ID"] == second["Message-ID"]
    assert way().state == State.SENT


def test_an_address_refused_for_good_is_given_up_with_an_alarm(
    mail: MailServer, citizen: Account, thing: Thing, caplog: pytest.LogCaptureFixture
) -> None:
    mail.says = b"550 5.1.1 no such user"
    found(citizen, thing())
    send()
    assert (way().state, way().reason) == (State.GIVEN_UP, "550 5.1.1 no such user")
    assert [r.levelno for r in caplog.records if "given up" in r.message] == [logging.CRITICAL]


def test_one_that_is_put_off_again_and_again_is_given_up_after_a_day_and_a_half(
    mail: MailServer, citizen: Account, thing: Thing
) -> None:
    mail.says = b"451 come back later"
    found(citizen, thing())
    at = NOW
    for _ in range(16):
        assert way().state == State.WAITING
        at = max(way().due_at, at)
        send(at)
    assert way().state == State.GIVEN_UP
    assert timedelta(hours=24) < at - NOW < timedelta(hours=40)
    assert Attempt.objects.filter(delivery=way()).count() == 16


def test_without_a_mail_server_the_outbox_says_so_and_is_sent_once_there_is_one(
    settings: Any, citizen: Account, thing: Thing
) -> None:
    settings.EMAIL_HOST = settings.SMS_URL = ""
    found(citizen, thing())
    send()
    assert {w.state for w in Delivery.objects.all()} == {State.NOT_CONFIGURED}
    assert not Attempt.objects.exists()
    with serving(MailServer()) as server:
        by_smtp(settings, server.port)
        send(NOW + timedelta(days=2))
        assert len(server.got) == 1
    assert (way().state, way("sms").state) == (State.SENT, State.NOT_CONFIGURED)


def test_what_waited_too_long_for_a_mail_server_is_no_news_any_more(
    settings: Any, citizen: Account, thing: Thing
) -> None:
    settings.EMAIL_HOST = ""
    found(citizen, thing())
    send()
    with serving(MailServer()) as server:
        by_smtp(settings, server.port)
        send(NOW + timedelta(days=8))
        assert server.got == []


def test_many_low_messages_become_one_mail_a_day(
    mail: MailServer, official: Callable[..., Account], thing: Thing
) -> None:
    clerk, other = official("clerk"), official("specialist")
    for account in (clerk, other):
        Contact.objects.create(account=account, email=f"{account.username}@example.test")
    for number in range(30):
        about = thing(number)
        notify(LISTED.code, clerk, about=about, values={"number": about.reference})
    notify(LISTED.code, other, about=thing(1), values={"number": "ĐỒ-1"})
    send()
    assert mail.got == []
    send(NOW.replace(hour=7, minute=30) + timedelta(days=1))
    by_address = {got["To"]: got for got in mail.got}
    assert len(mail.got) == 2
    whole = by_address["clerk.pho-an@example.test"]
    assert whole["Subject"].strip().startswith("30 thông báo từ ")
    assert whole.get_content().count("- Thưa ĐỒ-") == 30
    assert by_address["specialist.pho-an@example.test"]["Subject"] == "Thưa ĐỒ-1"
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_an_sms_goes_to_the_gateway_as_json(
    gateway: Gateway, citizen: Account, thing: Thing, settings: Any
) -> None:
    found(citizen, thing())
    send()
    ((headers, body),) = gateway.got
    assert headers["Authorization"] == "Bearer khoa"
    assert body == {
        "to": "0105000001",
        "text": f"Thưa ĐỒ-7, {own_authority().name}",
        "sender": "UBND PHO AN",
        "reference": f"thichinh-{way('sms').pk}.0",
    }
    assert way("sms").state == State.SENT


@pytest.mark.parametrize(
    ("status", "state"),
    [(400, State.GIVEN_UP), (429, State.WAITING), (503, State.WAITING), (401, State.WAITING)],
)
def test_a_gateway_that_refuses_is_asked_again_only_when_that_helps(
    gateway: Gateway, citizen: Account, thing: Thing, status: int, state: State
) -> None:
    gateway.status = status
    found(citizen, thing())
    send()
    assert way("sms").state == state
    assert way("sms").reason.startswith(str(status))


def test_the_console_takes_the_place_of_a_gateway(
    settings: Any, citizen: Account, thing: Thing, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_URL = "console:"
    found(citizen, thing())
    send()
    assert "sms → 0105000001: Thưa ĐỒ-7" in caplog.text


def test_the_example_town_sends_no_sms_to_invented_numbers(
    gateway: Gateway, citizen: Account, thing: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.clock, "is_shifted", lambda: True)
    found(citizen, thing())
    send()
    assert gateway.got == []
    assert way("sms").state == State.SENT


def test_two_workers_never_take_the_same_message(citizen: Account, thing: Thing) -> None:
    for number in range(3):
        found(citizen, thing(number))
    first = actions.take_due("email", 2)
    second = actions.take_due("email", 2)
    assert (len(first), len(second)) == (2, 1)
    assert {m.deliveries for m in first} & {m.deliveries for m in second} == set()
    assert actions.take_due("email") == []


def test_a_clerk_sends_again_to_the_address_known_today(
    mail: MailServer, citizen: Account, clerk: Account, thing: Thing
) -> None:
    found(citizen, thing())
    actor = actor_for(clerk)
    with pytest.raises(Refused, match="đang chờ gửi"):
        actions.resend(actor, way().pk)
    send()
    assert citizen.person is not None
    type(citizen.person).objects.update(email="moi@example.test")
    actions.resend(actor, way().pk)
    send()
    assert [got["To"] for got in mail.got] == ["mau@example.test", "moi@example.test"]
    assert mail.got[1]["Message-ID"] == f"<thichinh-{way().pk}.1@example.test>"
    type(citizen.person).objects.update(email="")
    with pytest.raises(Refused, match="không còn địa chỉ"):
        actions.resend(actor, way().pk)


def test_who_may_not_read_the_log_of_a_unit_sends_nothing_again(
    citizen: Account, official: Callable[..., Account], thing: Thing
) -> None:
    found(citizen, thing())
    Delivery.objects.update(state=State.SENT)
    for account in (official("clerk", "pho-thanh"), official("specialist"), citizen):
        with pytest.raises(Missing):
            actions.resend(actor_for(account), way().pk)


def test_old_messages_go_with_their_log(
    settings: Any, mail: MailServer, citizen: Account, thing: Thing
) -> None:
    settings.NOTIFICATION_DAYS = 365
    found(citizen, thing(1))
    send()
    with standing_at(NOW + timedelta(days=300)):
        found(citizen, thing(2))
    with standing_at(NOW + timedelta(days=366)):
        tasks.forget_old.func(0)
    assert list(Notification.objects.values_list("subject_id", flat=True)) == [2]
    assert not Attempt.objects.exists()
