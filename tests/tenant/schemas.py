"""What crosses the wire."""

from ninja import ModelSchema

from tests.tenant.models import Thing


class ThingOut(ModelSchema):
    """A thing; value and proceeds in đồng."""

    class Meta:
        model = Thing
        exclude = ("id", "unit", "form", "answers", "claimant", "proof")
