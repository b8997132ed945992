"""Who moved a deadline and who handed work over, and why: kept here, no longer in the audit."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER deadlinechange_no_change BEFORE UPDATE OR DELETE ON work_deadlinechange
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER deadlinechange_no_truncate BEFORE TRUNCATE ON work_deadlinechange
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER workhandover_no_change BEFORE UPDATE OR DELETE ON work_workhandover
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER workhandover_no_truncate BEFORE TRUNCATE ON work_workhandover
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER deadlinechange_no_truncate ON work_deadlinechange;
DROP TRIGGER deadlinechange_no_change ON work_deadlinechange;
DROP TRIGGER workhandover_no_truncate ON work_workhandover;
DROP TRIGGER workhandover_no_change ON work_workhandover;
"""
CARRY = """
INSERT INTO work_workhandover
    (giver_id, taker_id, moved, reason, handed_at, handed_by_id, on_behalf_of_id)
SELECT (a.data->>'giver')::bigint, (a.data->>'taker')::bigint, jsonb_array_length(a.data->'tasks'),
    left(a.data->>'reason', 300), a.at, a.account_id, a.on_behalf_of_id
FROM foundation_auditentry a
WHERE a.action = 'task.handed_over' AND a.data ? 'reason'
ORDER BY a.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_due_at', models.DateTimeField(null=True)),
                ('new_due_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('moved_at', models.DateTimeField()),
                ('moved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadline_changes', to='work.task')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WorkHandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moved', models.IntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('handed_at', models.DateTimeField()),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
