"""A term and a fee in the words of a notice board."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thichinh.foundation.text import vn_money
from thichinh.procedures.models import Fee, Term


def term_phrase(term: Term) -> str:
    """`3 ngày làm việc`, `12 giờ`, `30 ngày`, `trong ngày`."""
    count = {"count": term.amount}
    if term.unit == "working_days":
        return ngettext("%(count)d ngày làm việc", "%(count)d ngày làm việc", term.amount) % count
    if term.unit == "days":
        return ngettext("%(count)d ngày", "%(count)d ngày", term.amount) % count
    if term.unit == "hours":
        return ngettext("%(count)d giờ làm việc", "%(count)d giờ làm việc", term.amount) % count
    return _("trong ngày")


def fee_phrase(fee: Fee) -> str:
    """`Không thu`, `100.000 đồng`, or that a rule has to be read."""
    if fee.amount is None:
        return _("Theo quy định")
    return vn_money(fee.amount) if fee.amount else _("Không thu")
