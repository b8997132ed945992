"""How somebody can be reached now."""

from __future__ import annotations

from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.queries import is_claimed, own_language
from thichinh.notifications.models import Contact
from thichinh.notifications.rules import (
    NOTIFICATION_KINDS,
    Audience,
    Channel,
    KindGroup,
    Reach,
    choice,
    choices_for,
)

NOWHERE = Reach()


def reach_of(to: Account | Person | Unit, audience: Audience) -> Reach:
    """The addresses and choices of a receiver: one query when there is an account, else none.

    As an official somebody is reached where they said for their work, as a citizen where the books
    know them: one account may be both.

    Somebody may have signed up with another's number and written their own address down for that
    person. Until papers were compared, what is told to the person goes to no address at all.
    """
    if isinstance(to, Unit):
        return NOWHERE
    if isinstance(to, Account):
        return _reach(to, to.person, audience)
    if is_claimed(to):
        return NOWHERE
    return _reach(getattr(to, "account", None), to, audience)


def _reach(account: Account | None, person: Person | None, audience: Audience) -> Reach:
    contact = contact_of(account) if account is not None else Contact(language=own_language())
    known = person if audience == "citizen" and person is not None else contact
    return Reach(
        email=known.email,
        phone=known.phone,
        language=contact.language,
        wanted=frozenset(contact.wanted),
        unwanted=frozenset(contact.unwanted),
    )


def contact_of(account: Account) -> Contact:
    """What an account chose; the usual choices and the authority's language when it chose nothing."""
    return Contact.objects.filter(pk=account.pk).first() or Contact(
        account=account, language=own_language()
    )


def has_inbox(to: Account | Person | Unit) -> bool:
    """Whether anybody can open the inbox that a message would lie in."""
    return not isinstance(to, Person) or getattr(to, "account", None) is not None


def offered_choices(account: Account) -> list[tuple[KindGroup, Channel]]:
    """What the owner of an account may choose, by what they are here: a citizen, an official."""
    audiences = {"citizen": account.person_id is not None, "official": account.is_official}
    groups = choices_for(frozenset(name for name, is_one in audiences.items() if is_one))
    return [(group, channel) for group, channels in groups.items() for channel in channels]


def usual_choices(offered: list[tuple[KindGroup, Channel]]) -> frozenset[str]:
    """The choices that hold while somebody chose nothing: what any kind of the group does."""
    usual = {choice(kind.group, channel) for kind in NOTIFICATION_KINDS for channel in kind.default}
    return frozenset(usual & {choice(group, channel) for group, channel in offered})
