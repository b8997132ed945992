"""The people, businesses and households the authority serves."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models.units import Unit


class Person(models.Model):
    """Someone the authority serves: a citizen, a business or a household business.

    `search_name` is the name folded (no marks, lower case), `sort_name` its Vietnamese sort key.
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("Cá nhân")
        BUSINESS = "business", _("Doanh nghiệp, tổ chức")
        HOUSEHOLD = "household", _("Hộ kinh doanh")

    class Sex(models.TextChoices):
        MALE = "m", _("Nam")
        FEMALE = "f", _("Nữ")
        UNKNOWN = "", _("Không rõ")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CITIZEN)
    full_name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=400)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True, default="")
    identity_number = models.CharField(max_length=12, null=True, unique=True)  # noqa: DJ001
    tax_code = models.CharField(max_length=14, blank=True, default="")
    phone = models.CharField(max_length=15, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    residence_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="residents")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_identity_number_12_digits",
                condition=Q(identity_number=None) | Q(identity_number__regex=r"^[0-9]{12}$"),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="person_sort_name"),
            models.Index(
                fields=["phone"],
                name="person_phone",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(phone=""),
            ),
            models.Index(
                fields=["tax_code"],
                name="person_tax_code",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(tax_code=""),
            ),
            GinIndex(SearchVector("search_name", config="simple"), name="person_name_words"),
        ]

    def __str__(self) -> str:
        return self.full_name
