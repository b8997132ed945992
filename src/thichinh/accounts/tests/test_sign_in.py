"""Signing in, up and out, as a browser does it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.test import Client

from thichinh.accounts import actions, queries
from thichinh.accounts.actions import signing_in
from thichinh.accounts.models import Account, Person, Session
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.throttle import TooMany

PASSWORD = "Gạo thơm mùa 9"
SIGN_UP = {
    "full_name": "Lê Thị  Sáu",
    "identity_number": "051 190 000 456",
    "phone": "+84 905 123 456",
    "password": PASSWORD,
}


@pytest.fixture
def officer(official):
    return official("an", "pho-an", make_password(PASSWORD), specialist="pho-an")


def sign_in(client, identifier, password=PASSWORD, **more):
    form = {"identifier": identifier, "password": password, **more}
    return client.post("/dang-nhap/", form)


def test_an_official_signs_in_and_lands_in_the_inbox(client, officer):
    response = sign_in(client, "An ")
    assert (response.status_code, response.url) == (302, "/viec/")
    assert client.get("/tai-khoan/").wsgi_request.actor.account_id == officer.pk
    assert Session.objects.get().account_id == officer.pk
    assert AuditEntry.objects.filter(action="account.signed_in", account_id=officer.pk).exists()


def test_an_official_without_an_inbox_lands_on_their_first_page(client, official):
    official("tin", "duc-pho.van-phong", make_password(PASSWORD), it_officer="duc-pho")
    official("moi", "duc-pho.van-phong", make_password(PASSWORD))
    assert client.get(sign_in(client, "tin").url).status_code == 200
    assert sign_in(client, "moi").url == "/tai-khoan/"


def test_a_citizen_signs_in_with_the_identity_number(client, citizen):
    Account.objects.filter(pk=citizen.pk).update(password=make_password(PASSWORD), username="buoi")
    response = sign_in(client, "051190000123")
    assert (response.status_code, response.url) == (302, "/ho-so-cua-toi/")


@pytest.mark.parametrize(("who", "password"), [("an", "sai mật khẩu"), ("khong-co", PASSWORD)])
def test_a_wrong_pair_says_nothing_of_which_half_was_wrong(client, officer, who, password):
    response = sign_in(client, who, password)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in page
    assert f'value="{who}"' in page
    assert "_auth_user_id" not in client.session


def test_a_closed_account_gets_the_same_answer(client, officer):
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert "chưa đúng" in sign_in(client, "an").content.decode()


def test_an_account_closed_meanwhile_is_out_at_the_next_request(client, officer):
    sign_in(client, "an")
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/tai-khoan/").url.startswith("/dang-nhap/")


def test_opening_a_closed_account_again_brings_back_no_session_and_no_token(
    client, official, officer
):
    manager = queries.actor_for(official("it", "duc-pho", it_officer="duc-pho"))
    client.force_login(officer)
    _, secret = actions.create_token(officer, "máy")
    actions.disable_account(manager, officer.pk)
    actions.enable_account(manager, officer.pk)
    assert client.get("/tai-khoan/").status_code == 302
    me = client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert me.status_code == 401


def test_a_changed_password_ends_other_sessions(client, officer):
    sign_in(client, "an")
    Account.objects.filter(pk=officer.pk).update(password=make_password("Khác hẳn rồi 1"))
    assert client.get("/tai-khoan/").url.startswith("/dang-nhap/")


def test_ten_wrong_passwords_make_one_wait(client, officer):
    for _ in range(10):
        sign_in(client, "an", "sai mật khẩu")
    response = sign_in(client, "an")
    assert response.status_code == 429
    assert "Hãy chờ" in response.content.decode()


def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(client, officer):
    for _ in range(12):
        client.post(
            "/dang-nhap/", {"identifier": "an", "password": "sai"}, REMOTE_ADDR="203.0.113.9"
        )
    assert sign_in(client, "an").status_code == 302


def test_guessing_one_name_from_many_addresses_comes_to_an_end(officer, monkeypatch):
    monkeypatch.setattr(signing_in, "matches", lambda *_: False)
    for n in range(100):
        with pytest.raises(Refused) as refused:
            actions.authenticate("an", "sai", f"203.0.113.{n}")
        assert not isinstance(refused.value, TooMany)
    with pytest.raises(TooMany):
        actions.authenticate("an", "sai", "203.0.113.200")


def test_ten_wrong_passwords_at_the_change_make_one_wait_even_with_the_right_one(client, officer):
    client.force_login(officer)
    form = {"old": "sai mật khẩu", "password": "Khác hẳn rồi 1"}
    for _ in range(10):
        assert client.post("/tai-khoan/mat-khau/", form).status_code == 422
    right = client.post("/tai-khoan/mat-khau/", {**form, "old": PASSWORD})
    assert right.status_code == 429
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/tai-khoan/?a=1", "/tai-khoan/?a=1"),
        ("https://evil.example/", "/viec/"),
        ("//evil.example/", "/viec/"),
        ("javascript:alert(1)", "/viec/"),
    ],
)
def test_after_signing_in_one_goes_where_one_wanted_within_this_site(client, officer, wanted, goes):
    assert sign_in(client, "an", next=wanted).url == goes


def test_a_page_for_the_signed_in_sends_one_to_sign_in_and_back(client, officer):
    response = client.get("/viec/?ngan=unit")
    assert response.url == "/dang-nhap/?next=%2Fviec%2F%3Fngan%3Dunit"
    answer = client.get(
        "/viec/", headers={"HX-Request": "true", "HX-Current-URL": "http://x/viec/"}
    )
    assert answer.status_code == 401  # the script sends the whole form then


def test_signing_out_needs_a_post_and_ends_the_session(client, officer):
    sign_in(client, "an")
    assert client.get("/dang-xuat/").status_code == 405
    left = client.post("/dang-xuat/")
    assert left.url == "/"
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.exists()


def test_what_is_shown_to_one_person_is_kept_by_no_cache_on_the_way(client, officer):
    sign_in(client, "an")
    assert client.get("/tai-khoan/").headers["Cache-Control"] == "private, no-cache"


def test_a_signed_in_page_loads_session_account_and_epoch_in_one_query(
    client, officer, django_assert_num_queries
):
    client.force_login(officer)
    client.get("/tai-khoan/mat-khau/")
    with django_assert_num_queries(2):  # the other counts for the bell
        assert client.get("/tai-khoan/mat-khau/").status_code == 200


def test_a_stranger_costs_no_query(client, town, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/dang-nhap/").status_code == 200


# Signing up -------------------------------------------------------------------------------------


def test_a_citizen_signs_up_and_is_signed_in(client, town):
    response = client.post("/dang-ky/", SIGN_UP)
    assert response.url == "/ho-so-cua-toi/"
    person = Person.objects.get(identity_number="051190000456")
    assert (person.full_name, person.search_name) == ("Lê Thị Sáu", "le thi sau")
    assert person.phone == "0905123456"
    account = Account.objects.get(person=person)
    assert account.password.startswith("argon2$argon2id$")
    assert client.get("/tai-khoan/").wsgi_request.actor.person_id == person.pk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"identity_number": "05119"}, "12 chữ số"),
        ({"phone": "12"}, "Số điện thoại"),
        ({"password": "ngắn"}, "ít nhất 10 ký tự"),
        ({"password": "051190000456"}, "dễ đoán"),
        ({"password": "lethisau-2022"}, "không được chứa họ tên"),
        ({"password": "matkhau12345"}, "quá phổ biến"),
        ({"full_name": ""}, "Hãy điền mục này"),
        ({"full_name": "123"}, "đầy đủ họ và tên"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(client, town, changes, sentence):
    typed = {**SIGN_UP, **changes}
    response = client.post("/dang-ky/", typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    for value in typed.values():
        assert not value or value in page
    assert not Person.objects.filter(identity_number="051190000456").exists()


def test_nobody_signs_up_as_a_person_the_town_already_knows(client, citizen):
    response = client.post("/dang-ky/", {**SIGN_UP, "identity_number": "051190000123"})
    assert response.status_code == 422
    assert "đã có trong hệ thống" in response.content.decode()
    assert Account.objects.filter(person__identity_number="051190000123").count() == 1


def typed_too_late(client, **form):
    """A form sent after the session ended, and the sign-in page that answers."""
    return client.post("/tai-khoan/uy-quyen/", form)


def held_by(page):
    return re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]


def test_what_was_typed_survives_a_session_that_ended(client, officer):
    page = typed_too_late(client, reason="nghỉ\n<phép>", password_hint="")
    assert page.status_code == 401
    wrong = sign_in(client, "an", "sai mật khẩu", held=held_by(page))
    again = sign_in(client, "an", held=held_by(wrong))
    body = again.content.decode()
    assert again.status_code == 200
    assert 'action="/tai-khoan/uy-quyen/"' in body
    assert "nghỉ\n&lt;phép&gt;</textarea>" in body


def test_a_held_form_that_somebody_made_up_is_not_shown(client, officer):
    made_up = signing.dumps(["/tai-khoan/uy-quyen/", [["reason", "x"]], False], salt="khac")
    assert sign_in(client, "an", held=made_up).status_code == 302


def test_a_form_older_than_the_last_sign_in_is_sent_again_only_when_it_is_ours(officer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    form = {"reason": "nghỉ phép", "csrfmiddlewaretoken": "cũ"}
    ours = strict.post("/tai-khoan/uy-quyen/", form, headers={"Origin": "http://testserver"})
    assert ours.status_code == 403
    assert "nghỉ phép</textarea>" in ours.content.decode()
    assert "cũ" not in ours.content.decode()
    theirs = strict.post("/tai-khoan/uy-quyen/", form, headers={"Origin": "http://xau.example"})
    assert theirs.status_code == 403
    assert "nghỉ phép" not in theirs.content.decode()


def test_passwords_are_never_held(client, officer):
    page = client.post("/tai-khoan/mat-khau/", {"old": "a", "password": "b"})
    assert page.status_code == 302
