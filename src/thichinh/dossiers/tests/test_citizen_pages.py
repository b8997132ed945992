"""Filing online through the pages: nothing typed is lost, nothing is filed twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.models import Attachment, Dossier, Draft
from thichinh.dossiers.tests.filing import (
    ANSWERS,
    CODE,
    MONDAY,
    PAPERS,
    PDF,
    REVIEW,
    START,
    add_papers,
    file_whole,
    fill,
    hidden,
    only_draft,
    scan,
    signed_in,
)
from thichinh.foundation.clock import standing_at
from thichinh.stocks import actions as stocks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def browser(citizen: Actor) -> Client:
    return signed_in(citizen.account_id)


@pytest.fixture
def other(stranger: Actor) -> Client:
    return signed_in(stranger.account_id)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_visitor_is_sent_to_sign_in_and_back(town: None) -> None:
    answer = Client().get(START)
    assert answer.status_code == 302
    assert answer["Location"] == "/dang-nhap/?next=%2Fnop-ho-so%2Fkhai-sinh%2F"


def test_three_steps_give_a_receipt_with_number_and_look_up_code(browser: Client) -> None:
    assert fill(browser)["Location"] == PAPERS
    assert add_papers(browser)["Location"] == REVIEW
    page = browser.get(REVIEW)
    assert "Nguyễn Gia Hân" in text(page)
    assert "Nữ" in text(page)
    answer = browser.post(REVIEW, hidden(page), follow=True)
    dossier = Dossier.objects.get()
    assert dossier.number in text(answer)
    assert f"{dossier.secret[:4]} {dossier.secret[4:]}" in text(answer)
    assert dossier.answers["child_birth_date"] == "2022-06-01"
    assert dossier.papers == {"to-khai": 1, "chung-sinh": 1}
    assert dossier.attachments.count() == 2
    assert not Draft.objects.exists()
    assert stocks.prove().differences == []


def test_wrong_answers_are_named_at_their_fields_and_everything_typed_is_kept(
    browser: Client,
) -> None:
    answer = fill(browser, a__child_birth_date="31/2/2022", a__mother_name="")
    assert answer.status_code == 422
    page = text(answer)
    assert 'id="id_a-child_birth_date_error"' in page
    assert 'href="#id_a-mother_name"' in page
    assert 'value="31/2/2022"' in page
    again = text(browser.get(START))
    assert 'value="31/2/2022"' in again
    assert 'value="Nguyễn Gia Hân"' in again


def test_an_answer_far_too_long_is_told_so_and_not_cut(browser: Client) -> None:
    answer = fill(browser, a__child_name="Â" * 200)
    assert "hãy rút còn nhiều nhất 120 ký tự" in text(answer)
    assert "Â" * 200 in text(browser.get(START))


def test_a_draft_is_saved_without_being_judged_and_found_again(browser: Client) -> None:
    answer = browser.post(START, {"a-child_name": "Gia Hân", "do": "save"}, follow=True)
    assert "Đã lưu nháp lúc 09:00 13/6/2022" in text(answer)
    with standing_at(MONDAY + timedelta(days=1)):
        page = text(browser.get(START))
        assert "Bạn đang điền dở từ 09:00 hôm qua" in page
        assert 'value="Gia Hân"' in page
        assert "Điền dở từ 09:00 hôm qua" in text(browser.get("/ho-so-cua-toi/"))


def test_the_script_saves_the_draft_and_is_told_when(browser: Client) -> None:
    answer = browser.post(f"{START}luu/", {"a-child_name": "Gia"}, headers={"X-Autosave": "1"})
    assert answer.json()["saved_at"] == "09:00"
    assert only_draft().answers["child_name"] == "Gia"


def test_own_data_are_filled_in_and_said_to_be(browser: Client) -> None:
    page = text(browser.get("/nop-ho-so/xac-nhan-tinh-trang-hon-nhan/"))
    assert 'value="051090000001"' in page
    assert "Đã điền sẵn theo tài khoản của bạn" in page


def test_what_is_not_asked_is_not_judged_and_not_kept(browser: Client) -> None:
    fill(browser, a__father_name="Người không được hỏi")
    add_papers(browser)
    assert "Người không được hỏi" not in text(browser.get(REVIEW))
    browser.post(REVIEW, hidden(browser.get(REVIEW)))
    assert "father_name" not in Dossier.objects.get().answers
    fill(browser, a__father_known="on")
    assert "Hãy ghi “Họ và tên cha”" in text(fill(browser, a__father_known="on"))


def test_a_file_is_kept_at_once_and_stays_after_a_wrong_answer(browser: Client) -> None:
    fill(browser)
    browser.post(PAPERS, {"paper-to-khai": scan("tờ khai.pdf"), "do": "upload"})
    assert fill(browser, a__mother_name="").status_code == 422
    assert "tờ khai.pdf" in text(browser.get(PAPERS))


def test_a_bad_file_is_refused_beside_its_paper_and_good_ones_stay(browser: Client) -> None:
    fill(browser)
    files = {"paper-to-khai": scan(), "paper-chung-sinh": scan("virus.pdf", b"MZ not a pdf")}
    answer = browser.post(PAPERS, {**files, "do": "next"})
    assert answer.status_code == 422
    assert "Chỉ nhận tệp PDF hoặc ảnh JPG, PNG" in text(answer)
    assert 'id="paper-chung-sinh_error"' in text(answer)
    assert list(Attachment.objects.values_list("paper", flat=True)) == ["to-khai"]


def test_a_missing_paper_stops_step_two_and_the_review(browser: Client) -> None:
    fill(browser)
    answer = browser.post(PAPERS, {"do": "next"})
    assert answer.status_code == 422
    assert "Hồ sơ còn thiếu: Giấy chứng sinh." in text(answer)
    page = browser.get(REVIEW)
    assert "Hồ sơ chưa đủ để nộp" in text(page)
    assert browser.post(REVIEW, hidden(page)).status_code == 422
    assert not Dossier.objects.exists()


def test_a_file_can_be_taken_off_again(browser: Client) -> None:
    fill(browser)
    browser.post(PAPERS, {"paper-to-khai": [scan("a.pdf"), scan("b.pdf", PDF + b"b")]})
    first = Attachment.objects.order_by("pk")[0]
    answer = browser.post(f"{PAPERS}{first.pk}/bo/", follow=True)
    assert "Đã bỏ tệp “a.pdf”" in text(answer)
    assert list(Attachment.objects.values_list("name", flat=True)) == ["b.pdf"]


def test_sent_twice_gives_the_same_receipt_and_one_dossier(browser: Client) -> None:
    fill(browser)
    add_papers(browser)
    sent = hidden(browser.get(REVIEW))
    first, again = browser.post(REVIEW, sent), browser.post(REVIEW, sent)
    assert first["Location"] == again["Location"]
    assert browser.get(REVIEW)["Location"] == first["Location"]  # going back
    assert Dossier.objects.count() == 1
    assert stocks.prove().differences == []


def test_what_was_not_read_back_is_not_sent(browser: Client) -> None:
    fill(browser)
    add_papers(browser)
    sent = hidden(browser.get(REVIEW))
    with standing_at(MONDAY + timedelta(minutes=1)):
        fill(browser, a__child_name="Nguyễn Gia Bảo")
        answer = browser.post(REVIEW, sent)
    assert answer.status_code == 409
    assert "Bản nháp đã thay đổi" in text(answer)
    assert "Nguyễn Gia Bảo" in text(answer)
    assert not Dossier.objects.exists()


def test_a_made_up_key_files_nothing(browser: Client) -> None:
    assert browser.post(REVIEW, {"key": str(uuid4()), "stamp": "x"}).status_code == 404
    assert browser.post(REVIEW, {"key": "x", "stamp": "x"}).status_code == 422


def test_drafts_files_and_dossiers_of_others_are_not_there(browser: Client, other: Client) -> None:
    fill(browser)
    browser.post(PAPERS, {"paper-to-khai": scan()})
    file_id = Attachment.objects.get().pk
    assert other.get(f"{PAPERS}{file_id}/").status_code == 404
    assert other.post(f"{PAPERS}{file_id}/bo/").status_code == 404
    draft = only_draft()
    answer = other.post(REVIEW, {"key": str(draft.pk), "stamp": "x"})
    assert answer.status_code == 404
    assert "Nguyễn Gia Hân" not in text(other.get(START))
    number = file_whole(browser)
    for path in ("", "da-nop/", "rut/", f"tep/{file_id}/"):
        assert other.get(f"/ho-so-cua-toi/{number}/{path}").status_code == 404
    assert other.post(f"/ho-so-cua-toi/{number}/rut/").status_code == 404
    assert other.get(f"/ho-so/{number}/giay-tiep-nhan.pdf").status_code == 404


def test_an_own_file_is_saved_not_shown(browser: Client) -> None:
    fill(browser)
    browser.post(PAPERS, {"paper-to-khai": scan("tờ khai.pdf")})
    answer = browser.get(f"{PAPERS}{Attachment.objects.get().pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_draft_is_thrown_away_when_asked(browser: Client) -> None:
    fill(browser)
    browser.post(f"{START}xoa/")
    assert not Draft.objects.exists()


def test_an_official_does_not_file_here(clerk: Actor) -> None:
    assert signed_in(clerk.account_id).get(START).status_code == 403


def test_a_procedure_not_offered_online_says_where_to_go(browser: Client) -> None:
    answer = browser.get("/nop-ho-so/chung-thuc-ban-sao/")
    assert answer.status_code in (404, 422)
    assert browser.get("/nop-ho-so/khong-co/").status_code == 404


def test_own_dossiers_say_where_they_are_and_what_to_do(
    browser: Client, commune_clerk: Actor, leader: Actor
) -> None:
    number = file_whole(browser)
    mine = "/ho-so-cua-toi/"
    assert "Đã gửi, chờ tiếp nhận" in text(browser.get(mine))
    actions.perform(commune_clerk, "accept", number)
    actions.perform(commune_clerk, "transfer", number)
    page = text(browser.get(mine))
    assert "Ủy ban nhân dân xã Phổ An đang giải quyết. Hẹn trả kết quả lúc 17:00" in page
    with standing_at(MONDAY + timedelta(days=2)):
        assert "xin lỗi bạn vì chậm trễ" in text(browser.get(f"{mine}{number}/"))
        actions.perform(leader, "decide", number, granted=True)
    assert "Kết quả đang chờ bạn ở Bộ phận Tiếp nhận và Trả kết quả xã Phổ An" in text(
        browser.get(mine)
    )


def test_a_refused_dossier_gives_the_reason_and_may_be_filed_again(
    browser: Client, commune_clerk: Actor
) -> None:
    number = file_whole(browser)
    actions.perform(commune_clerk, "refuse", number, reason="Ảnh chụp mờ, không đọc được.")
    page = text(browser.get(f"/ho-so-cua-toi/{number}/"))
    assert "Ảnh chụp mờ" in page
    assert f'href="{START}"' in page


def test_taking_a_dossier_back_asks_first_and_is_done_once(browser: Client) -> None:
    number = file_whole(browser)
    address = f"/ho-so-cua-toi/{number}/rut/"
    assert "không lấy lại được" in text(browser.get(address))
    assert Dossier.objects.get().state == Dossier.State.SUBMITTED
    sent = {"key": f"rut-{Dossier.objects.get().pk}", "reason": "Tôi nộp nhầm"}
    for _ in range(2):
        answer = browser.post(address, sent, follow=True)
        assert "Đã rút hồ sơ" in text(answer)
    assert Dossier.objects.get().state == Dossier.State.WITHDRAWN
    assert browser.get(address).status_code == 409
    assert stocks.prove().differences == []


@pytest.mark.parametrize(
    ("path", "queries"),
    [(START, 4), (PAPERS, 4), (REVIEW, 5), ("/ho-so-cua-toi/", 4)],
)
def test_pages_cost_a_fixed_number_of_queries(
    browser: Client, django_assert_num_queries: Any, path: str, queries: int
) -> None:
    file_whole(browser)
    fill(browser)
    add_papers(browser)
    browser.get(path)
    with django_assert_num_queries(queries):  # one of them counts for the bell
        browser.get(path)


def test_everything_the_form_asks_stands_on_the_page(browser: Client) -> None:
    page = text(browser.get(START))
    for name in ANSWERS:
        assert f'name="{name}"' in page
    assert f'data-autosave="/nop-ho-so/{CODE}/luu/"' in page
    assert 'data-asked="[&quot;in&quot;,[&quot;answer&quot;,&quot;a-father_known&quot;' in page
