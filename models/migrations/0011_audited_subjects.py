"""What staff did to one thing is found without reading all that they ever did."""

from tortoise import migrations
from tortoise.migrations import operations as ops

RULES = """
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_type, subject_id, id) WHERE subject_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0010_figures")]

    initial = False

    operations = [
        ops.RunSQL(RULES),
    ]
