"""People: found in many ways, by those who may; written down once."""

from __future__ import annotations

from datetime import date

import pytest

from thichinh.accounts import actions, queries
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts, password_problem
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.text import clean_phone

AN = PersonFacts("Nguyễn Văn An", "051190000001", phone="0905000001", address="Phổ An")
ANH = PersonFacts("Trần Đức Ánh", "051190000002", phone="0905000002")
SHOP = PersonFacts("Hộ kinh doanh Bún Bò", kind="household", tax_code="4300123456")


@pytest.fixture
def people(town):
    return [actions.upsert_person(SYSTEM, facts) for facts in (ANH, AN, SHOP)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nguyen van an", ["Nguyễn Văn An"]),
        ("Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("an nguyen", ["Nguyễn Văn An"]),
        ("ng v", ["Nguyễn Văn An"]),
        ("an", ["Nguyễn Văn An", "Trần Đức Ánh"]),
        ("duc", ["Trần Đức Ánh"]),
        ("051190000002", ["Trần Đức Ánh"]),
        ("051 190 000 00", ["Nguyễn Văn An", "Trần Đức Ánh"]),
        ("0905000001", ["Nguyễn Văn An"]),
        ("4300", ["Hộ kinh doanh Bún Bò"]),
        ("bun bo", ["Hộ kinh doanh Bún Bò"]),
        ("05", []),
        ("' & | ! :*", []),
        ("", []),
    ],
)
def test_a_person_is_found_by_number_phone_tax_code_or_begun_words(
    people, clerk_actor, typed, found
):
    assert [p.full_name for p in queries.find_people(clerk_actor, typed)] == found


def test_who_is_called_exactly_so_stands_before_others_of_that_name_without_marks(
    town, clerk_actor
):
    names = ["Trần Thị Hoa", "Trần Thị Hoà", "Trần Thị Hòa", "Trần Thị Hoa Mai", "Trần Thị Hoạ"]
    for number, name in enumerate(names):
        facts = PersonFacts(full_name=name, identity_number=f"05119000010{number}")
        actions.upsert_person(SYSTEM, facts)
    for name in names:
        found = [p.full_name for p in queries.find_people(clerk_actor, name.lower(), 8)]
        assert found[0] in {name, name.replace("oà", "òa"), name.replace("òa", "oà")}
    bare = [p.full_name for p in queries.find_people(clerk_actor, "tran thi hoa")]
    assert bare[0] == "Trần Thị Hoa"
    assert bare[-1] == "Trần Thị Hoa Mai"


def test_the_list_of_people_goes_on_however_many_there_are(clerk, town, django_assert_num_queries):
    for number in range(60):
        facts = PersonFacts(full_name=f"Lê An {number}", identity_number=f"0511900002{number:02}")
        actions.upsert_person(SYSTEM, facts)
    first = clerk.get("/nguoi-dan/", {"q": "le an"}).context
    with django_assert_num_queries(4):  # session, bell, people, kept views
        second = clerk.get("/nguoi-dan/" + first["next_url"]).context
    shown = [line.key for page in (first, second) for line in page["lines"]]
    assert len(set(shown)) == 60


def test_who_may_not_see_people_finds_nobody(people, citizen):
    with pytest.raises(NotAllowed):
        queries.find_people(queries.actor_for(citizen), "an")


def test_a_citizen_sees_only_themselves(people, citizen):
    actor = queries.actor_for(citizen)
    assert queries.person(actor, citizen.person_id).full_name == "Trần Thị Bưởi"
    with pytest.raises(Missing):
        queries.person(actor, people[0].pk)


def test_numbers_are_masked_for_those_without_the_permission(people, clerk_actor, citizen):
    subject = people[1]
    assert queries.person_card(clerk_actor, subject).identity_number == "051190000001"
    masked = queries.person_card(queries.actor_for(citizen), subject)
    assert masked.identity_number == "•••••••••001"
    assert (masked.phone, masked.address) == ("•••••••001", "")


def test_a_search_is_one_query(people, clerk_actor, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.find_people(clerk_actor, "an")


def test_a_person_who_comes_again_is_the_same_person_brought_up_to_date(people, clerk_actor):
    again = actions.upsert_person(
        clerk_actor, PersonFacts("NGUYỄN VĂN AN", "051190000001", phone="0905 999 999")
    )
    assert again.pk == people[1].pk
    again.refresh_from_db()
    assert (again.phone, again.address) == ("0905999999", "Phổ An")
    entry = AuditEntry.objects.get(action="person.changed", object_id=again.pk)
    assert entry.account_id == clerk_actor.account_id
    assert entry.data == {"fields": ["full_name", "phone"]}


def test_a_number_alone_renames_nobody(people, clerk_actor):
    stranger = PersonFacts("Trần Văn Khác", "051190000001", phone="0905 999 999")
    with pytest.raises(Refused) as refused:
        actions.upsert_person(clerk_actor, stranger)
    assert people[1].full_name in refused.value.fields["identity_number"]
    people[1].refresh_from_db()
    assert people[1].phone != "0905999999"
    renamed = actions.upsert_person(clerk_actor, stranger, person_id=people[1].pk)
    assert (renamed.pk, renamed.full_name) == (people[1].pk, "Trần Văn Khác")


def test_the_same_facts_again_write_nothing(people, clerk_actor):
    before = AuditEntry.objects.count()
    actions.upsert_person(clerk_actor, AN)
    assert AuditEntry.objects.count() == before


def test_a_business_is_known_by_its_tax_code(people, clerk_actor):
    again = actions.upsert_person(
        clerk_actor, PersonFacts("Hộ Bún Bò", kind="household", tax_code="4300123456")
    )
    assert (again.pk, Person.objects.count()) == (people[2].pk, 3)


def test_a_number_of_somebody_else_is_refused(people, clerk_actor):
    facts = PersonFacts("Nguyễn Văn An", "051190000002")
    with pytest.raises(Refused) as refused:
        actions.upsert_person(clerk_actor, facts, person_id=people[1].pk)
    assert set(refused.value.fields) == {"identity_number"}


def test_a_specialist_may_look_but_not_write(people, official):
    actor = queries.actor_for(official("sp", "pho-an", specialist="pho-an"))
    with pytest.raises(NotAllowed):
        actions.upsert_person(actor, AN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity_number": "0511"}, "identity_number"),
        ({"identity_number": "000000000000"}, "identity_number"),
        ({"phone": "0905"}, "phone"),
        ({"email": "khong phai"}, "email"),
        ({"tax_code": "12"}, "tax_code"),
        ({"birth_date": date(1890, 1, 1)}, "birth_date"),
        ({"kind": "robot"}, "kind"),
        ({"full_name": " "}, "full_name"),
    ],
)
def test_a_wrong_fact_is_refused_at_its_field(town, changes, field):
    with pytest.raises(Refused) as refused:
        actions.upsert_person(SYSTEM, PersonFacts(**{"full_name": "Lê Văn Bê", **changes}))
    assert set(refused.value.fields) == {field}


def test_people_are_listed_by_given_name(people, clerk_actor):
    found = queries.find_people(clerk_actor, "051")
    assert [p.full_name for p in found] == ["Nguyễn Văn An", "Trần Đức Ánh"]


@pytest.mark.parametrize("phone", ["+84905123456", "0084 905 123 456", "0905.123.456"])
def test_a_phone_number_is_kept_as_it_is_dialled_here(phone):
    assert clean_phone(phone) == "0905123456"


def test_a_sentence_is_a_good_password():
    assert password_problem("Con trâu đi trước", ["Lê Thị Sáu"]) == ""


# Pages ------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(client, official):
    client.force_login(official("clerk", "duc-pho.mot-cua", clerk="duc-pho.co-quan"))
    return client


def test_a_clerk_finds_and_corrects_a_person(clerk, people):
    subject = people[1]
    assert "Nguyễn Văn An" in clerk.get("/nguoi-dan/", {"q": "ng an"}).content.decode()
    address = f"/nguoi-dan/{subject.pk}/"
    form = {
        "full_name": "Nguyễn Văn Ân",
        "kind": "citizen",
        "identity_number": "051190000001",
        "birth_date": "1/2/1990",
        "phone": "sai",
    }
    wrong = clerk.post(address, form)
    assert wrong.status_code == 422
    assert 'value="Nguyễn Văn Ân"' in wrong.content.decode()
    assert clerk.post(address, {**form, "phone": "0905 111 222"}).status_code == 302
    subject.refresh_from_db()
    assert (subject.search_name, subject.birth_date) == ("nguyen van an", date(1990, 2, 1))


def test_a_clerk_writes_a_person_down_once(clerk, town):
    form = {"full_name": "Đỗ Thị Én", "kind": "citizen", "identity_number": "051190000009"}
    first = clerk.post("/nguoi-dan/moi/", form)
    again = clerk.post("/nguoi-dan/moi/", form)
    assert first.url == again.url
    assert Person.objects.count() == 1


def test_a_clerk_who_saw_the_papers_opens_an_account(clerk, people):
    subject = people[1]
    page = clerk.post(f"/nguoi-dan/{subject.pk}/tai-khoan/")
    first = page.context["secret"]
    assert page.context["username"] == "051190000001"
    second = clerk.post(f"/nguoi-dan/{subject.pk}/tai-khoan/").context["secret"]
    assert first != second
    subject.refresh_from_db()
    assert subject.account.check_password(second)
    assert subject.account.must_change_password


def test_a_business_without_a_number_gets_no_account(clerk, people):
    assert clerk.post(f"/nguoi-dan/{people[2].pk}/tai-khoan/").status_code == 422


def test_a_specialist_reads_but_has_no_form(client, people, official):
    client.force_login(official("sp", "pho-an", specialist="pho-an"))
    page = client.get(f"/nguoi-dan/{people[1].pk}/").content.decode()
    assert "051190000001" in page
    assert "<textarea" not in page
    assert 'name="full_name"' not in page
    assert client.post(f"/nguoi-dan/{people[1].pk}/tai-khoan/").status_code == 403


def test_a_citizen_sees_no_list_of_people(client, citizen):
    client.force_login(citizen)
    assert client.get("/nguoi-dan/", {"q": "an"}).status_code == 403
