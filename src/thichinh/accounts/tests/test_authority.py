"""Who may do what where: scopes, dates, delegation, and the cache that must never lie."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from thichinh.accounts import actions, queries
from thichinh.accounts.models import Account, Delegation, Role, RoleAssignment
from thichinh.accounts.rules import (
    SYSTEM,
    DelegationTerms,
    Holding,
    UnitNode,
    UnitTree,
    delegated_grants,
    grants_of,
    within,
)
from thichinh.foundation import audit
from thichinh.foundation.clock import today
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.models import AuditEntry

DAY = timedelta(days=1)


def test_a_role_holds_over_the_unit_and_all_below_it(official, unit):
    actor = queries.actor_for(official("lan", "duc-pho", town_leader="duc-pho"))
    assert actor.may("dossier.decide", unit("pho-an"))
    assert actor.may("dossier.decide", unit("duc-pho.tu-phap").pk)
    assert not actor.may("dossier.decide", unit("quang-ngai"))
    assert not actor.may("account.manage")


def test_a_role_without_subunits_holds_over_the_unit_alone(official, unit):
    account = official("lan", "duc-pho")
    terms = actions.RoleTerms("town-leader", unit("duc-pho").pk, today(), include_subunits=False)
    actions.give_role(SYSTEM, account, terms)
    actor = queries.actor_for(account)
    assert actor.units("dossier.view") == {unit("duc-pho").pk}


def test_require_names_nothing_but_refuses(official, unit):
    actor = queries.actor_for(official("an", "pho-an", specialist="pho-an"))
    actor.require("dossier.process", unit("pho-an"))
    with pytest.raises(NotAllowed):
        actor.require("dossier.process", unit("pho-van"))


@pytest.mark.parametrize(("offset", "may"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_role_counts_from_its_first_day_to_its_last(official, unit, offset, may):
    account = official("an", "pho-an")
    start = date(2022, 3, 1)
    terms = actions.RoleTerms("clerk", unit("pho-an").pk, start, start + 5 * DAY)
    actions.give_role(SYSTEM, account, terms)
    actor = queries.actor_for(account, on=start + offset * DAY)
    assert actor.may("dossier.receive", unit("pho-an")) is may


def test_a_newer_version_of_a_role_counts_from_its_day(official, unit):
    account = official("an", "pho-an", clerk="pho-an")
    Role.objects.create(
        code="clerk", version=9, title="x", title_en="x", scope="unit",
        permissions=["task.view"], valid_from=date(2023, 1, 1),
    )  # fmt: skip
    assert queries.actor_for(account, on=date(2022, 12, 31)).may("dossier.receive")
    assert not queries.actor_for(account, on=date(2023, 1, 1)).may("dossier.receive")


def test_a_citizen_may_file_and_nothing_else(citizen):
    actor = queries.actor_for(citizen)
    assert actor.may("dossier.file")
    assert set(actor.grants) == {"dossier.file"}
    assert actor.roles == ("citizen",)
    assert not actor.is_official


def test_a_disabled_account_is_nobody(official):
    account = official("an", "pho-an", clerk="pho-an")
    account.is_active = False
    with pytest.raises(NotAllowed):
        queries.actor_for(account)


def test_the_system_may_everything_everywhere(town, unit):
    assert SYSTEM.may("anything.at_all", unit("pho-an"))
    assert type(unit("pho-an")).objects.filter(within(SYSTEM, "x.y", "id")).count() > 30


# Delegation -------------------------------------------------------------------------------------


def terms_for(taker: Account, unit_id: int, **changes: object) -> DelegationTerms:
    facts = {
        "taker_id": taker.pk,
        "role": "unit-leader",
        "unit_id": unit_id,
        "valid_from": today(),
        "valid_to": today() + 3 * DAY,
        "reason": "Nghỉ phép",
    }
    return DelegationTerms(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def leader(official):
    return official("lan", "duc-pho.tu-phap", unit_leader="duc-pho.tu-phap")


@pytest.fixture
def deputy(official):
    """Signs in their own right, at a unit below that of the leader of the town."""
    return official("minh", "duc-pho.tu-phap", unit_leader="duc-pho.tu-phap")


@pytest.fixture
def specialist(official):
    return official("chuyen", "duc-pho.tu-phap", specialist="duc-pho.tu-phap")


def delegate(leader: Account, deputy: Account, unit_id: int, **changes: object) -> Delegation:
    return actions.delegate_role(queries.actor_for(leader), terms_for(deputy, unit_id, **changes))


def test_a_deputy_acts_with_the_leaders_role_and_on_their_behalf(leader, deputy, unit):
    office = unit("duc-pho.tu-phap")
    delegate(leader, deputy, office.pk)
    acting = queries.actor_for(deputy, on_behalf_of=leader.pk)
    assert acting.may("dossier.decide", office)
    assert (acting.account_id, acting.on_behalf_of_id) == (deputy.pk, leader.pk)
    assert acting.acting_for_id == leader.pk
    assert acting.on_behalf_of_name == "Lan"


def test_who_signs_nothing_themselves_is_lent_everything_but_the_signing(
    leader, specialist, deputy, unit
):
    office = unit("duc-pho.tu-phap")
    lent = delegate(leader, specialist, office.pk)
    acting = queries.actor_for(specialist, on_behalf_of=leader.pk)
    assert acting.may("dossier.assign", office)
    assert not acting.may("dossier.decide", office)
    assert queries.withholds_signing(lent)
    assert not queries.withholds_signing(delegate(leader, deputy, office.pk))


def test_a_clerk_elsewhere_and_a_head_elsewhere_do_not_sign_for_the_head(leader, official, unit):
    office = unit("duc-pho.tu-phap")
    for name, where, role in (
        ("quay", "duc-pho.mot-cua", {"clerk": "duc-pho.mot-cua"}),
        ("xa", "pho-an", {"unit_leader": "pho-an"}),
    ):
        taker = official(name, where, **role)
        delegate(leader, taker, office.pk)
        acting = queries.actor_for(taker, on_behalf_of=leader.pk)
        assert not acting.may("dossier.decide", office)


def test_what_a_deputy_does_is_recorded_on_behalf_of_the_leader(leader, deputy, unit):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    acting = queries.actor_for(deputy, on_behalf_of=leader.pk)
    audit.record(acting, "dossier.decided")
    row = AuditEntry.objects.latest("id")
    assert (row.account_id, row.on_behalf_of_id) == (deputy.pk, leader.pk)


def test_nobody_acts_for_someone_who_delegated_nothing(leader, deputy):
    with pytest.raises(NotAllowed):
        queries.actor_for(deputy, on_behalf_of=leader.pk)


@pytest.mark.parametrize(("offset", "works"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_delegation_counts_on_its_days_only(leader, deputy, unit, offset, works):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    if works:
        queries.actor_for(deputy, on_behalf_of=leader.pk, on=today() + offset * DAY)
    else:
        with pytest.raises(NotAllowed):
            queries.actor_for(deputy, on_behalf_of=leader.pk, on=today() + offset * DAY)


def test_a_delegate_never_has_more_than_the_giver_still_has(leader, deputy, unit):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    RoleAssignment.objects.filter(account=leader).update(valid_to=today() - DAY)
    assert not queries.actor_for(deputy, on_behalf_of=leader.pk).grants


def test_a_delegation_to_a_part_is_of_that_part(official, deputy, unit):
    boss = official("boss", "duc-pho", town_leader="duc-pho")
    where = unit("duc-pho.tu-phap")
    delegate(boss, deputy, where.pk, role="town-leader")
    acting = queries.actor_for(deputy, on_behalf_of=boss.pk)
    assert acting.units("dossier.decide") == {where.pk}


def test_a_giver_whose_account_is_closed_lends_nothing(leader, deputy, unit):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    Account.objects.filter(pk=leader.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        queries.actor_for(deputy, on_behalf_of=leader.pk)


def test_what_was_lent_cannot_be_lent_on(leader, deputy, official, unit):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    acting = queries.actor_for(deputy, on_behalf_of=leader.pk)
    third = official("ba", "duc-pho.tu-phap")
    with pytest.raises(NotAllowed):
        actions.delegate_role(acting, terms_for(third, unit("duc-pho.tu-phap").pk))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "town-leader"}, "role"),
        ({"valid_to": date(2020, 3, 1), "valid_from": date(2020, 2, 1)}, "valid_to"),
        ({"valid_to": date(2039, 1, 1)}, "valid_to"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_a_wrong_delegation_is_refused_at_its_field(leader, deputy, unit, changes, field):
    with pytest.raises(Refused) as refused:
        delegate(leader, deputy, unit("duc-pho.tu-phap").pk, **changes)
    assert field in refused.value.fields
    assert not Delegation.objects.exists()


def test_nobody_delegates_to_themselves_or_to_a_citizen(leader, citizen, unit):
    for taker in (leader, citizen):
        with pytest.raises(Refused) as refused:
            delegate(leader, taker, unit("duc-pho.tu-phap").pk)
        assert "taker" in refused.value.fields


def test_a_delegation_taken_back_stops_at_once(leader, deputy, unit):
    lent = delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    actions.end_delegation(queries.actor_for(leader), lent.pk)
    with pytest.raises(NotAllowed):
        queries.actor_for(deputy, on_behalf_of=leader.pk)


def test_what_was_lent_is_proved_by_its_row_after_it_was_taken_back(leader, deputy, unit):
    lent = delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    actions.end_delegation(queries.actor_for(leader), lent.pk)
    kept = Delegation.objects.get(pk=lent.pk)
    assert (kept.valid_from, kept.valid_to, kept.reason) == (
        lent.valid_from, lent.valid_to, lent.reason,
    )  # fmt: skip
    first = kept.ended_at
    assert first is not None
    actions.end_delegation(queries.actor_for(leader), lent.pk)
    kept.refresh_from_db()
    assert kept.ended_at == first, "ended once"


@pytest.mark.parametrize("model", [Delegation, RoleAssignment])
def test_the_database_keeps_what_was_given(leader, deputy, unit, model):
    delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()


def test_a_role_that_was_taken_away_keeps_its_dates_and_who_took_it(official, deputy):
    manager = queries.actor_for(official("it", "duc-pho", it_officer="duc-pho"))
    role = RoleAssignment.objects.get(account=deputy)
    given = (role.valid_from, role.valid_to)
    actions.end_role(manager, role.pk)
    role.refresh_from_db()
    assert (role.valid_from, role.valid_to) == given
    assert role.ended_by_id == manager.account_id
    assert not queries.actor_for(deputy).grants


# The cache --------------------------------------------------------------------------------------


def test_an_actor_known_already_costs_no_query(official, django_assert_num_queries):
    account = official("an", "pho-an", clerk="pho-an")
    account.authority_epoch = queries.current_epoch()
    first = queries.actor_for(account)
    with django_assert_num_queries(0):
        assert queries.actor_for(account) is first


def test_an_unknown_actor_costs_two_queries_once_the_tree_is_known(
    official, django_assert_num_queries
):
    account = official("an", "pho-an", clerk="pho-an")
    account.authority_epoch = queries.current_epoch()
    queries.unit_tree(account.authority_epoch)
    with django_assert_num_queries(2):
        queries.actor_for(account)


def test_every_change_of_authority_gives_a_new_epoch(official, leader, deputy, unit):
    seen = [queries.current_epoch()]

    def changed() -> bool:
        seen.append(queries.current_epoch())
        return seen[-1] not in seen[:-1]

    official("moi", "pho-an", clerk="pho-an")
    assert changed()
    lent = delegate(leader, deputy, unit("duc-pho.tu-phap").pk)
    assert changed()
    actions.end_delegation(queries.actor_for(leader), lent.pk)
    assert changed()
    Role.objects.filter(code="clerk").update(permissions=["task.view"])
    assert changed()
    Account.objects.filter(pk=leader.pk).update(unit=unit("pho-an"))
    assert changed()
    Account.objects.filter(pk=leader.pk).update(last_login=None)
    assert not changed()


def test_an_undone_change_does_not_leave_its_epoch_to_another(official, unit):
    account = official("an", "pho-an")

    def with_role(role: str) -> set[str]:
        terms = actions.RoleTerms(role, unit("pho-an").pk, date(2020, 2, 1))
        actions.give_role(SYSTEM, account, terms)
        return set(queries.actor_for(account).roles)

    with transaction.atomic():
        assert with_role("clerk") == {"clerk"}
        transaction.set_rollback(True)
    assert with_role("specialist") == {"specialist"}


@pytest.mark.django_db(transaction=True)
def test_another_process_changes_a_role_and_this_one_notices_at_the_next_request(
    town, client, official, unit
):
    account = official("an", "pho-an", clerk="pho-an")
    client.force_login(account)
    assert client.get("/tai-khoan/").wsgi_request.actor.may("dossier.receive")
    settings = connection.get_connection_params()
    address = {k: settings[k] for k in ("dbname", "user", "host", "port") if settings.get(k)}
    with psycopg.connect(**address) as elsewhere:
        elsewhere.execute(
            "UPDATE accounts_roleassignment SET role = 'specialist' WHERE account_id = %s",
            [account.pk],
        )
    actor = client.get("/tai-khoan/").wsgi_request.actor
    assert actor.may("dossier.process")
    assert not actor.may("dossier.receive")


# Laws that hold for any tree --------------------------------------------------------------------

DAY_ONE = date(2020, 1, 1)


@st.composite
def trees(draw: st.DrawFn) -> UnitTree:
    """Random forests of up to 12 units with random successions."""
    nodes: dict[int, UnitNode] = {}
    for pk in range(1, draw(st.integers(1, 12)) + 1):
        parent = draw(st.sampled_from([None, *nodes]))
        path = f"{nodes[parent].path if parent else ''}{pk}/"
        nodes[pk] = UnitNode(
            pk, str(pk), str(pk), str(pk), "office", parent, path, str(pk), DAY_ONE, None
        )
    ids = st.sampled_from(sorted(nodes))
    taken = draw(st.dictionaries(ids, st.lists(ids, max_size=3).map(tuple), max_size=4))
    return UnitTree(nodes, {n: tuple(o for o in olds if o != n) for n, olds in taken.items()})


roles = {"r1": ["a.x", "a.y"], "r2": ["a.y", "a.z"]}


def holdings(tree: UnitTree) -> st.SearchStrategy[list[Holding]]:
    one = st.builds(
        Holding, st.sampled_from(["r1", "r2"]), st.sampled_from(sorted(tree.nodes)), st.booleans()
    )
    return st.lists(one, max_size=4)


@given(st.data())
def test_a_subtree_is_closed_under_children_and_predecessors(data):
    tree = data.draw(trees())
    root = data.draw(st.sampled_from(sorted(tree.nodes)))
    found = tree.subtree(root)
    assert root in found
    for node in tree.nodes.values():
        if node.parent_id in found:
            assert node.id in found
    for new, olds in tree.predecessors.items():
        if new in found:
            assert set(olds) <= found


@given(st.data())
def test_another_role_never_takes_authority_away(data):
    tree = data.draw(trees())
    some, more = data.draw(holdings(tree)), data.draw(holdings(tree))
    before, after = grants_of(some, roles, tree), grants_of([*some, *more], roles, tree)
    assert all(units <= after[permission] for permission, units in before.items())


@given(st.data())
def test_a_delegate_has_at_most_what_the_giver_has(data):
    tree = data.draw(trees())
    held, lent = data.draw(holdings(tree)), data.draw(holdings(tree))
    giver, delegate_ = grants_of(held, roles, tree), delegated_grants(lent, held, roles, tree)
    assert all(units <= giver[permission] for permission, units in delegate_.items())
