"""The books: movements between stocks, and what the fold has added up so far."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from thichinh.accounts.models import Unit


class Cell(models.Model):
    """A place in the books: one combination of dimensions.

    A *leaf* (every dimension given, `rolled` false) is what movements name. The fold also keeps
    coarser cells, so that the commonest questions read few rows: unit x field x channel, and
    `rolled` cells, unit x channel with everything below the unit. An absent dimension is null.
    """

    book = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    field = models.CharField(max_length=60, null=True)  # noqa: DJ001  # null means "all", '' would be a value
    procedure = models.CharField(max_length=120, null=True)  # noqa: DJ001
    channel = models.SmallIntegerField()
    rolled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "unit", "rolled", "field", "procedure", "channel"],
                nulls_distinct=False,
                name="one_cell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.book}/{self.unit_id}/{self.field}/{self.procedure}/{self.channel}"


class CellParent(models.Model):
    """Which cells a leaf adds to: itself and the coarser ones."""

    leaf = models.ForeignKey(Cell, models.PROTECT, related_name="+")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaf", "cell"], name="one_parent")]

    def __str__(self) -> str:
        return f"{self.leaf_id} -> {self.cell_id}"


class Movement(models.Model):
    """One item went from one stock to another at an instant. Append-only.

    `at` is when it took effect, `recorded_at` when the books learned of it. A correction is a
    further movement that names the one it corrects.
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    item = models.BigIntegerField()
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["item", "at"], name="movement_item"),
            models.Index(fields=["at"], name="movement_at"),
            models.Index(fields=["target", "at", "id"], name="movement_entry"),
            models.Index(
                fields=["at"],
                condition=models.Q(corrects__isnull=False),
                name="movement_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.source} -> {self.target} @ {self.at}"


class Tail(models.Model):
    """A movement that the fold has not added up yet. A trigger on Movement writes it."""

    movement = models.OneToOneField(Movement, models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.movement_id)


class Scheduled(models.Model):
    """A movement that time itself will make, such as becoming overdue at the due instant.

    A read counts it as soon as its instant has passed, whether or not the worker has posted it.
    """

    item = models.BigIntegerField()
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    book = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "item"], name="one_schedule")]

    def __str__(self) -> str:
        return f"{self.item}: {self.source} -> {self.target} @ {self.at}"


class DayFlow(models.Model):
    """How many items moved so in this cell on this day (Việt Nam)."""

    pk = models.CompositePrimaryKey("cell_id", "on", "source", "target")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.source} -> {self.target} x {self.n}"


class MonthFlow(models.Model):
    """The same per statutory month, which runs from the 15th to the 14th; `on` is its 15th."""

    pk = models.CompositePrimaryKey("cell_id", "on", "source", "target")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.source} -> {self.target} x {self.n}"


class Closing(models.Model):
    """What lay in a stock of a cell when a statutory year (from 15 December) began."""

    pk = models.CompositePrimaryKey("cell_id", "on", "stock")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    stock = models.SmallIntegerField()
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.stock} = {self.n}"


class ClosedYear(models.Model):
    """The years whose opening balances are kept: a read starts from the latest one."""

    on = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.on)


class Proof(models.Model):
    """One recount of the books from scratch: how many differences each look found, and the first."""

    at = models.DateTimeField(db_default=Now())
    balanced = models.BooleanField()
    movements = models.BigIntegerField()
    items = models.BigIntegerField()
    differences = models.JSONField(default=list)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.at}: {'balanced' if self.balanced else 'DIFFERENT'}"

    @property
    def found(self) -> int:
        """How many differences there are; `differences` lists the first of each look."""
        return sum(self.counts.values()) or len(self.differences)
