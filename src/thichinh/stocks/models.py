"""The books: movements between stocks, and what the fold has added up so far."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from thichinh.accounts.models import Account, Unit


def _amount() -> models.DecimalField[Any, Any]:
    """A sum of amounts; null in a book that counts items only."""
    return models.DecimalField(max_digits=24, decimal_places=4, null=True)


class Book(models.Model):
    """A book that has been written in, and by which declaration its sums are kept.

    An app declares books in code; the row comes with the first movement. Months begin on
    `month_day`; a year begins `year_lead` months before January (`PeriodScheme`).
    """

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    dimensions = models.JSONField(default=list)
    grains = models.JSONField(default=list)
    month_day = models.SmallIntegerField()
    year_lead = models.SmallIntegerField()

    def __str__(self) -> str:
        return self.code


class Cell(models.Model):
    """A place in a book: a unit and a value for some of the book's dimensions.

    `grain` says which dimensions are given. The *leaf*, with all of them, is what movements name.
    The fold also keeps the coarser grains that the book declares, so that the commonest questions
    read few rows; in those called "below/…" the unit stands for everything below it too.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    grain = models.CharField(max_length=200)
    dims = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "grain", "unit", "dims"], name="one_cell"),
            models.UniqueConstraint(fields=["id", "book"], name="cell_in_book"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.unit_id}/{self.dims}"


class CellParent(models.Model):
    """Which cells a leaf adds to: itself and the coarser ones."""

    leaf = models.ForeignKey(Cell, models.PROTECT, related_name="+")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaf", "cell"], name="one_parent")]

    def __str__(self) -> str:
        return f"{self.leaf_id} -> {self.cell_id}"


class Movement(models.Model):
    """One item of a book went from one stock to another at an instant. Append-only.

    `at` is when it took effect, `recorded_at` when the books learned of it; `amount` only in a book
    that counts amounts. A correction is a further movement that names the one it corrects. The
    database holds that the cell is one of this book (constraint `movement_cell`).
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.BigIntegerField()
    cell = models.ForeignKey(
        Cell, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    amount = _amount()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["book", "item", "at"], name="movement_item"),
            models.Index(fields=["book", "at"], name="movement_at"),
            models.Index(fields=["book", "target", "at", "id"], name="movement_entry"),
            models.Index(
                fields=["book", "at"],
                condition=models.Q(corrects__isnull=False),
                name="movement_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.source} -> {self.target} @ {self.at}"


class Correction(models.Model):
    """Who corrected a movement, on whose behalf, when and why. Append-only."""

    movement = models.OneToOneField(Movement, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.reason}"


class Tail(models.Model):
    """A movement that the fold has not added up yet. A trigger on Movement writes it."""

    movement = models.OneToOneField(Movement, models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.movement_id)


class Scheduled(models.Model):
    """A movement that time itself will make, such as becoming overdue at the due instant.

    A read counts it as soon as its instant has passed, whether or not the worker has posted it.
    """

    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.BigIntegerField()
    cell = models.ForeignKey(
        Cell, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(db_index=True)
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    amount = _amount()

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
    amount = _amount()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.source} -> {self.target} x {self.n}"


class MonthFlow(models.Model):
    """The same per month of the book's period scheme; `on` is the month's first day."""

    pk = models.CompositePrimaryKey("cell_id", "on", "source", "target")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    source = models.SmallIntegerField()
    target = models.SmallIntegerField()
    n = models.IntegerField()
    amount = _amount()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.source} -> {self.target} x {self.n}"


class Closing(models.Model):
    """What lay in a stock of a cell when a year of the book's period scheme began."""

    pk = models.CompositePrimaryKey("cell_id", "on", "stock")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    stock = models.SmallIntegerField()
    n = models.BigIntegerField()
    amount = _amount()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.on}: {self.stock} = {self.n}"


class ClosedYear(models.Model):
    """The years of a book whose opening balances are kept: a read starts from the latest one."""

    pk = models.CompositePrimaryKey("book_id", "on")
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.book_id} {self.on}"


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
