"""Figures of a project's judging, appeals that the platform pays for, and browsers from which several people sign in."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.fraud_signal import FraudKind
from tortoise import fields

RULES = """
CREATE TABLE judged_days (
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE RESTRICT,
    day date NOT NULL,
    by_gold int NOT NULL DEFAULT 0,
    gold_right int NOT NULL DEFAULT 0,
    by_consensus int NOT NULL DEFAULT 0,
    by_moderators int NOT NULL DEFAULT 0,
    rejected int NOT NULL DEFAULT 0,
    overturned int NOT NULL DEFAULT 0,
    results int NOT NULL DEFAULT 0,
    compared int NOT NULL DEFAULT 0,
    agreement float NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, day)
);
CREATE TABLE judged_fields (
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE RESTRICT,
    field text NOT NULL,
    answers int NOT NULL DEFAULT 0,
    answers_right int NOT NULL DEFAULT 0,
    compared int NOT NULL DEFAULT 0,
    agreement float NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, field)
);
CREATE TABLE confusions (
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE RESTRICT,
    field text NOT NULL,
    wanted text NOT NULL,
    given text NOT NULL,
    times int NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, field, wanted, given)
);
CREATE INDEX items_not_counted ON items (id) WHERE completed_at IS NOT NULL AND counted_at IS NULL;
CREATE INDEX sessions_of_device ON sessions (device) WHERE device IS NOT NULL;
CREATE TRIGGER verdicts_keep_who_pays BEFORE UPDATE OF on_platform ON verdicts FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE verdicts ADD CONSTRAINT platform_pays_for_appeals_alone CHECK (NOT on_platform OR source = 'APPEAL');
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0009_corrections')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Item',
            name='counted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Session',
            name='device',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='Verdict',
            name='on_platform',
            field=fields.BooleanField(db_default=False),
        ),
        ops.AlterField(
            model_name='FraudSignal',
            name='kind',
            field=fields.CharEnumField(description='SAME_ADDRESS: SAME_ADDRESS\nSAME_DEVICE: SAME_DEVICE\nSAME_ANSWERS: SAME_ANSWERS\nIMPOSSIBLE_SPEED: IMPOSSIBLE_SPEED\nONE_BUTTON: ONE_BUTTON', enum_type=FraudKind, max_length=20),
        ),
        ops.RunSQL(RULES),
    ]
