"""Dimensions, periods and amounts become data of a book, and every movement names its book.

What was there is carried over: the cells of the only dimensions there were (field, procedure,
channel), and the sums by statutory months that belong to them.
"""

import django.db.models.deletion
from django.db import migrations, models

# Books get their numbers in the order in which they were begun. The constraints that wait for the
# end of the transaction are checked at once: a table with checks pending cannot be altered.
CARRY_CELLS = """
INSERT INTO stocks_book (code, dimensions, grains, month_day, year_lead)
SELECT book_code, '["field", "procedure", "channel"]', '["unit/field/channel", "below/channel"]',
       15, 1
FROM stocks_cell GROUP BY book_code ORDER BY min(id);

UPDATE stocks_cell c SET book_id = b.id,
    dims = jsonb_strip_nulls(
        jsonb_build_object('field', field, 'procedure', procedure, 'channel', channel)),
    grain = CASE WHEN rolled THEN 'below/channel'
                 WHEN procedure IS NULL THEN 'unit/field/channel'
                 ELSE 'unit/field/procedure/channel' END
FROM stocks_book b WHERE b.code = c.book_code;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# The default fills old rows without writing them again; only rows of further books are written, for
# which the guard of the append-only table is lifted.
CARRY_MOVEMENTS = """
ALTER TABLE stocks_movement ADD COLUMN book_id smallint NOT NULL DEFAULT 1;
ALTER TABLE stocks_movement DISABLE TRIGGER movement_no_change;
UPDATE stocks_movement m SET book_id = c.book_id
FROM stocks_cell c WHERE c.id = m.cell_id AND c.book_id <> m.book_id;
ALTER TABLE stocks_movement ENABLE TRIGGER movement_no_change;
ALTER TABLE stocks_movement ALTER COLUMN book_id DROP DEFAULT;

ALTER TABLE stocks_scheduled ADD COLUMN book_id smallint;
UPDATE stocks_scheduled s SET book_id = c.book_id FROM stocks_cell c WHERE c.id = s.cell_id;
ALTER TABLE stocks_scheduled ALTER COLUMN book_id SET NOT NULL;
"""
CELL_IN_BOOK = """
ALTER TABLE stocks_movement ADD CONSTRAINT movement_cell FOREIGN KEY (cell_id, book_id)
    REFERENCES stocks_cell (id, book_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stocks_scheduled ADD CONSTRAINT scheduled_cell FOREIGN KEY (cell_id, book_id)
    REFERENCES stocks_cell (id, book_id) DEFERRABLE INITIALLY DEFERRED;
"""
CARRY_YEARS = """
ALTER TABLE stocks_closedyear RENAME TO stocks_closedyear_of_all;
CREATE TABLE stocks_closedyear (
    book_id smallint NOT NULL REFERENCES stocks_book (id) DEFERRABLE INITIALLY DEFERRED,
    "on" date NOT NULL,
    PRIMARY KEY (book_id, "on"));
INSERT INTO stocks_closedyear SELECT b.id, y."on" FROM stocks_book b, stocks_closedyear_of_all y;
DROP TABLE stocks_closedyear_of_all;
"""


def to_book(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="stocks.book",
        db_index=False,
        **options,
    )


def unchecked_cell():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="stocks.cell",
        db_index=False,
        db_constraint=False,
    )


def amount(model):
    field = models.DecimalField(decimal_places=4, max_digits=24, null=True)
    return migrations.AddField(model_name=model, name="amount", field=field)


class Migration(migrations.Migration):
    dependencies = [("stocks", "0004_correction_index")]

    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("dimensions", models.JSONField(default=list)),
                ("grains", models.JSONField(default=list)),
                ("month_day", models.SmallIntegerField()),
                ("year_lead", models.SmallIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(model_name="cell", name="one_cell"),
        migrations.RenameField(model_name="cell", old_name="book", new_name="book_code"),
        migrations.AddField(model_name="cell", name="book", field=to_book(null=True)),
        migrations.AddField(model_name="cell", name="dims", field=models.JSONField(null=True)),
        migrations.AddField(
            model_name="cell",
            name="grain",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.RunSQL(CARRY_CELLS),
        migrations.AlterField(model_name="cell", name="book", field=to_book()),
        migrations.AlterField(model_name="cell", name="dims", field=models.JSONField()),
        migrations.AlterField(
            model_name="cell", name="grain", field=models.CharField(max_length=200)
        ),
        *(
            migrations.RemoveField(model_name="cell", name=name)
            for name in ("book_code", "field", "procedure", "channel", "rolled")
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.UniqueConstraint(
                fields=("book", "grain", "unit", "dims"), name="one_cell"
            ),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.UniqueConstraint(fields=("id", "book"), name="cell_in_book"),
        ),
        migrations.RemoveConstraint(model_name="scheduled", name="one_schedule"),
        migrations.RemoveField(model_name="scheduled", name="book"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CARRY_MOVEMENTS)],
            state_operations=[
                migrations.AddField(
                    model_name=model, name="book", field=to_book(db_constraint=False)
                )
                for model in ("movement", "scheduled")
            ],
        ),
        migrations.AlterField(model_name="movement", name="cell", field=unchecked_cell()),
        migrations.AlterField(model_name="scheduled", name="cell", field=unchecked_cell()),
        migrations.RunSQL(CELL_IN_BOOK),
        migrations.AddConstraint(
            model_name="scheduled",
            constraint=models.UniqueConstraint(fields=("book", "item"), name="one_schedule"),
        ),
        *map(amount, ("movement", "scheduled", "dayflow", "monthflow", "closing")),
        *(
            migrations.RemoveIndex(model_name="movement", name=f"movement_{name}")
            for name in ("item", "at", "entry", "correction")
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["book", "item", "at"], name="movement_item"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["book", "at"], name="movement_at"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["book", "target", "at", "id"], name="movement_entry"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)),
                fields=["book", "at"],
                name="movement_correction",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CARRY_YEARS)],
            state_operations=[
                migrations.DeleteModel(name="ClosedYear"),
                migrations.CreateModel(
                    name="ClosedYear",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "book_id",
                                "on",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("book", to_book()),
                        ("on", models.DateField()),
                    ],
                ),
            ],
        ),
    ]
