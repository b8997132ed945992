"""Things found, from the form of whoever brings one to what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Person, Unit
from thichinh.foundation.definitions import DefinitionModel, Kind
from thichinh.foundation.forms import FormDefinition
from thichinh.foundation.models import DefinitionVersion


class FoundForm(DefinitionModel):
    """What is asked about a thing that was found: at least kind, place_kind and value."""

    form: FormDefinition


FORM = Kind("found-form", "found-forms", FoundForm)


class Thing(models.Model):
    """A thing somebody found. `value` and `proceeds` are đồng; `form` is the version it was asked by."""

    class State(models.IntegerChoices):
        KEPT = 1, _("Đang giữ")
        CLAIMED = 2, _("Có người nhận")
        HANDED_OVER = 3, _("Đã trả chủ")
        AUCTIONED = 4, _("Đã bán đấu giá")
        GIVEN_UP = 5, _("Đã nộp Nhà nước")

    number = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    form = models.ForeignKey(DefinitionVersion, models.PROTECT, related_name="+")
    answers = models.JSONField()
    kind = models.CharField(max_length=40)
    place_kind = models.CharField(max_length=40)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    value = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State, default=State.KEPT)
    revision = models.IntegerField(default=1)
    recorded_at = models.DateTimeField()
    claimant = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proof = models.TextField(blank=True)
    proceeds = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.number
