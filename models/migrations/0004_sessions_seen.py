"""When a session was last used, so that people know their own from a stranger's."""

from tortoise import fields, migrations
from tortoise.fields.db_defaults import Now
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0003_tickets')]

    initial = False

    operations = [
        ops.AddField('Session', 'seen_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
    ]
