"""The inbox, the choices and the log, through their doors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Unit
from thichinh.accounts.queries import actor_for
from thichinh.foundation.models import AuditEntry
from thichinh.notifications import queries
from thichinh.notifications.actions import About, notify
from thichinh.notifications.models import Contact, Delivery, Notification
from thichinh.notifications.tests.conftest import FOR_UNIT, FOUND

Thing = Callable[..., About]
INBOX, CHOICES, LOG = "/thong-bao/", "/tai-khoan/thong-bao/", "/thong-bao/nhat-ky/"


@pytest.fixture
def told(citizen: Account, thing: Thing) -> Callable[[int], int]:
    def tell(number: int) -> int:
        about = thing(number)
        values = {"number": about.reference, "name": "Trần Văn Mẫu"}
        made = notify(FOUND.code, citizen, about=about, values=values)
        assert made is not None
        return made

    return tell


@pytest.fixture
def at_home(client: Client, citizen: Account) -> Client:
    client.force_login(citizen)
    return client


@pytest.fixture
def at_desk(clerk: Account) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_inbox_shows_the_unread_first_and_opening_one_reads_it(
    at_home: Client, told: Callable[[int], int]
) -> None:
    first, second = told(1), told(2)
    answer = at_home.post(f"{INBOX}{second}/")
    assert (answer.status_code, answer["Location"]) == (302, "/tra-cuu/?2")
    page = words(at_home, INBOX)
    assert page.index("Đồ ĐỒ-1") < page.index("Đồ ĐỒ-2")
    assert page.count("Chưa đọc") == 1
    at_home.post(f"{INBOX}{first}/da-doc/")
    assert not Notification.objects.filter(read_at=None).exists()


def test_an_address_that_is_only_fetched_reads_nothing(
    at_desk: Client, clerk: Account, unit: Unit, thing: Thing
) -> None:
    made = notify(FOR_UNIT.code, unit, about=thing(), values={"number": "ĐỒ-7"})
    answer = at_desk.get(f"{INBOX}{made}/")
    assert (answer.status_code, answer["Location"]) == (302, "/tra-cuu/?7")
    assert Notification.objects.get().read_at is None
    page = words(at_desk, INBOX)
    assert "Của cả đơn vị" in page
    assert f'href="{INBOX}{made}/"' not in page
    at_desk.post(f"{INBOX}{made}/")
    assert Notification.objects.get().read_by_id == clerk.pk


def test_everything_is_read_at_once(at_home: Client, told: Callable[[int], int]) -> None:
    told(1), told(2)
    answer = at_home.post(f"{INBOX}da-doc/", follow=True)
    assert "Đã đánh dấu 2 thông báo." in answer.content.decode()


def test_a_long_inbox_has_pages_without_a_gap(at_home: Client, told: Callable[[int], int]) -> None:
    made = [told(number) for number in range(70)]
    Notification.objects.filter(pk__in=made[:40]).update(read_at="2022-03-15T09:00:00+07:00")
    seen: list[int] = []
    after = ""
    for _ in range(3):
        page = queries.inbox_page(actor_for(Account.objects.get(person__isnull=False)), after)
        seen += [line.id for line in page.lines]
        after = page.after
    assert after == ""
    assert seen == [*reversed(made[40:]), *reversed(made[:40])]
    assert words(at_home, f"{INBOX}?after=new-x").count('class="letter is-unread"') == 30


def test_a_stranger_opens_no_message_of_mine(told: Callable[[int], int], clerk: Account) -> None:
    made = told(1)
    client = Client()
    client.force_login(clerk)
    for answer in (client.get(f"{INBOX}{made}/"), client.post(f"{INBOX}{made}/da-doc/")):
        assert answer.status_code == 404
    assert Notification.objects.get().read_at is None


@pytest.mark.parametrize("shell", ["citizen", "official"])
def test_the_bell_counts_the_unread_with_one_query(
    at_home: Client, at_desk: Client, told: Callable[[int], int], shell: str
) -> None:
    client = at_home if shell == "citizen" else at_desk
    if shell == "citizen":
        for number in range(3):
            told(number)
    client.get(CHOICES)
    with CaptureQueriesContext(connection) as seen:
        page = words(client, CHOICES)
    asked = [one["sql"] for one in seen if "count(*)" in one["sql"]]
    assert len(asked) == 1
    assert ('aria-label="Thông báo: 3 chưa xem"' in page) is (shell == "citizen")
    assert ('aria-label="Thông báo"' in page) is (shell == "official")


def test_the_bell_stops_counting_at_a_hundred(told: Callable[[int], int], citizen: Account) -> None:
    for number in range(101):
        told(number)
    actor = actor_for(citizen)
    assert queries.unread_count(actor) == 100
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM notifications_notification "
            "WHERE to_account_id = %s AND read_at IS NULL LIMIT 100",
            [citizen.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "notification_new_account" in plan


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    for address in (INBOX, CHOICES, LOG):
        assert client.get(address)["Location"].startswith("/dang-nhap/")


def test_a_citizen_chooses_channels_and_language(at_home: Client, citizen: Account) -> None:
    page = words(at_home, CHOICES)
    assert "mau@example.test" in page
    assert 'name="email"' not in page
    assert page.count("checked") >= 2
    sent = {"group-thing": ["sms"], "group-dossier": ["email"], "language": "en"}
    answer = at_home.post(CHOICES, sent, follow=True)
    assert "Đã lưu cách nhận thông báo." in answer.content.decode()
    kept = Contact.objects.get(account=citizen)
    assert kept.language == "en"
    assert set(kept.wanted) >= {"thing:sms", "dossier:email"}
    assert set(kept.unwanted) >= {"thing:email", "dossier:sms"}
    assert AuditEntry.objects.filter(action="notification.choices").exists()


def test_an_official_writes_an_address_and_a_wrong_one_is_explained(
    at_desk: Client, clerk: Account
) -> None:
    wrong = {"email": "không phải thư", "phone": "12", "language": "vi"}
    answer = at_desk.post(CHOICES, wrong)
    assert answer.status_code == 422
    assert 'value="không phải thư"' in answer.content.decode()
    right = {"email": " An@Example.VN ", "phone": "0905 123 456", "language": "vi"}
    at_desk.post(CHOICES, right)
    kept = Contact.objects.get(account=clerk)
    assert (kept.email, kept.phone) == ("an@example.vn", "0905123456")


def test_a_clerk_reads_what_was_told_with_masked_addresses(
    at_desk: Client, told: Callable[[int], int]
) -> None:
    made = told(1)
    told(2)
    Delivery.objects.filter(notification=made, channel="email").update(
        state=Delivery.State.GIVEN_UP, reason="550 no such user"
    )
    page = words(at_desk, LOG)
    assert "m•••@example.test" in page
    assert "mau@example.test" not in page
    assert "ĐỒ-2" in page
    stuck = words(at_desk, f"{LOG}?ngan=loi")
    assert "ĐỒ-1" in stuck
    assert "ĐỒ-2" not in stuck
    assert "ĐỒ-2" not in words(at_desk, f"{LOG}?q=ĐỒ-1")
    assert "ĐỒ-2" in words(at_desk, f"{LOG}?q=tran van mau")
    assert "Không có dòng nào khớp" in words(at_desk, f"{LOG}?q=ĐỒ-404")
    one = words(at_desk, f"{LOG}{made}/")
    assert "Đồ ĐỒ-1 Trần Văn Mẫu" in one
    assert "Gửi lại" in one


def test_a_clerk_sends_again_from_the_page(at_desk: Client, told: Callable[[int], int]) -> None:
    told(1)
    way = Delivery.objects.get(channel="email")
    waiting = at_desk.post(f"{LOG}gui-lai/{way.pk}/")
    assert waiting.status_code == 422
    assert "đang chờ gửi" in waiting.content.decode()
    Delivery.objects.update(state=Delivery.State.GIVEN_UP)
    answer = at_desk.post(f"{LOG}gui-lai/{way.pk}/", follow=True)
    assert "sẽ được gửi lại" in answer.content.decode()
    assert AuditEntry.objects.filter(action="notification.resent").count() == 1
    assert at_desk.post(f"{LOG}gui-lai/999999/").status_code == 404


def test_the_log_of_other_units_is_not_there(
    official: Callable[..., Account], told: Callable[[int], int]
) -> None:
    made = told(1)
    client = Client()
    client.force_login(official("clerk", "pho-thanh"))
    assert "ĐỒ-1" not in words(client, LOG)
    assert client.get(f"{LOG}{made}/").status_code == 404
    client.force_login(official("specialist"))
    assert client.get(LOG).status_code == 403


def test_the_log_costs_a_fixed_number_of_queries(
    at_desk: Client, told: Callable[[int], int], django_assert_num_queries: Any
) -> None:
    for number in range(5):
        told(number)
    at_desk.get(LOG)
    with django_assert_num_queries(5):  # session, page, deliveries, kept views, bell
        at_desk.get(LOG)


def test_the_log_pages_both_ways_and_leaves_no_file(
    at_desk: Client, told: Callable[[int], int]
) -> None:
    made = [told(number) for number in range(50 + 1)]
    page = words(at_desk, f"{LOG}?format=csv")
    assert "Xuất" not in page
    assert f'href="{LOG}{made[0]}/"' not in page
    after = re.search(r'after=([^"&]+)', page)
    assert after
    last = words(at_desk, f"{LOG}?after={after[1]}")
    assert f'href="{LOG}{made[0]}/"' in last
    assert "before=" in last


def test_programs_read_mark_and_send_again(
    at_home: Client, at_desk: Client, told: Callable[[int], int]
) -> None:
    made, other = told(1), told(2)
    api = "/api/v1/notifications"
    first = at_home.get(api).json()
    assert (first["unread"], first["next"]) == (2, "")
    assert [n["id"] for n in first["notifications"]] == [other, made]
    assert at_home.post(f"{api}/{made}/read").json() == {"read": 1}
    assert at_home.post(f"{api}/{made}/read").json() == {"read": 0}
    assert at_home.get(f"{api}?unread_only=true").json()["notifications"][0]["id"] == other
    assert at_home.post(f"{api}/read").json() == {"read": 1}
    assert at_home.get(f"{api}/log").status_code == 403
    log = at_desk.get(f"{api}/log?q=ĐỒ-1").json()["notifications"]
    assert [row["to"] for row in log] == ["Trần Văn Mẫu"]
    way = log[0]["deliveries"][0]
    assert way["address"] in ("m•••@example.test", "•••••••001")
    Delivery.objects.update(state=Delivery.State.SENT)
    assert at_desk.post(f"{api}/deliveries/{way['id']}/resend").json()["state"] == 1
    assert at_home.post(f"{api}/deliveries/{way['id']}/resend").status_code == 404


def test_the_inbox_speaks_english_to_who_chose_it(
    at_home: Client, told: Callable[[int], int], settings: Any
) -> None:
    told(1)
    at_home.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Thing ĐỒ-1 Trần Văn Mẫu" in words(at_home, INBOX)
