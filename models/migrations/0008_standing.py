"""Standing: the steps of the ladder, appeals against them, what looks like fraud, and what work on a project has been like."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.fraud_signal import FraudKind
from models.project_spec import TaskKind
from orjson import loads
from quality.ladder import Step
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise import fields
from tortoise.indexes import Index

RULES = """
CREATE INDEX standings_to_weigh ON standings (weigh_at) WHERE weigh_at IS NOT NULL;
CREATE UNIQUE INDEX one_step_of_a_fraud ON standing_steps (verdict_id) WHERE verdict_id IS NOT NULL;
CREATE TRIGGER standing_steps_keep_what_was_decided
    BEFORE UPDATE OF user_id, step, rule, kind, figures, reason, advice, by_id, verdict_id, at ON standing_steps
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER standing_steps_stay BEFORE DELETE ON standing_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE standing_steps ADD CONSTRAINT step_of_the_ladder_says_what_to_do CHECK ((rule IS NULL) = (advice IS NULL));
CREATE UNIQUE INDEX one_appeal_of_a_step ON appeals (step_id) WHERE step_id IS NOT NULL;
ALTER TABLE appeals ADD CONSTRAINT appeal_is_about_one_thing CHECK ((annotation_id IS NULL) <> (step_id IS NULL));
CREATE INDEX projects_to_measure ON projects (measured_at NULLS FIRST) WHERE state IN ('OPEN', 'PAUSED');
CREATE INDEX fraud_signals_open ON fraud_signals (id) WHERE dismissed_at IS NULL;
CREATE INDEX withdrawals_by_address ON withdrawals (coin, address);
CREATE TABLE watched (name text PRIMARY KEY, position bigint NOT NULL DEFAULT 0);
-- What stood against people before steps were kept can be appealed like the rest.
INSERT INTO standing_steps (user_id, step, reason, until)
    SELECT user_id, status, coalesce(reason, ''), until FROM standings WHERE status <> 'ACTIVE';
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0007_qualifications')]

    initial = False

    operations = [
        ops.CreateModel(
            name='FraudSignal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('kind', fields.CharEnumField(description='SAME_ADDRESS: SAME_ADDRESS\nSAME_ANSWERS: SAME_ANSWERS\nIMPOSSIBLE_SPEED: IMPOSSIBLE_SPEED\nONE_BUTTON: ONE_BUTTON', enum_type=FraudKind, max_length=20)),
                ('key', fields.CharField(unique=True, max_length=200)),
                ('users', ArrayField(element_type='BIGINT')),
                ('evidence', fields.JSONField(db_default=SqlDefault("'{}'"), encoder=JSON_DUMPS, decoder=loads)),
                ('at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('dismissed_by', fields.ForeignKeyField('models.User', source_field='dismissed_by_id', null=True, db_constraint=True, to_field='id', related_name='dismissed_signals', on_delete=OnDelete.RESTRICT)),
                ('dismissed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reason', fields.TextField(null=True, unique=False)),
            ],
            options={'table': 'fraud_signals', 'app': 'models', 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='StandingStep',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name='steps', on_delete=OnDelete.RESTRICT)),
                ('step', fields.CharEnumField(description='WARNED: WARNED\nRESTRICTED: RESTRICTED\nSUSPENDED: SUSPENDED\nBANNED: BANNED', enum_type=Step, max_length=10)),
                ('rule', fields.CharField(null=True, max_length=60)),
                ('kind', fields.CharEnumField(null=True, description='CLASSIFICATION: CLASSIFICATION\nDETECTION: DETECTION\nSEGMENTATION: SEGMENTATION\nTEXT_REVIEW: TEXT_REVIEW\nSEARCH_RELEVANCE: SEARCH_RELEVANCE\nCATEGORIZATION: CATEGORIZATION\nTRANSCRIPTION: TRANSCRIPTION\nSURVEY: SURVEY\nCUSTOM: CUSTOM', enum_type=TaskKind, max_length=20)),
                ('figures', fields.JSONField(db_default=SqlDefault("'{}'"), encoder=JSON_DUMPS, decoder=loads)),
                ('reason', fields.TextField(unique=False)),
                ('advice', fields.TextField(null=True, unique=False)),
                ('by', fields.ForeignKeyField('models.User', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='imposed_steps', on_delete=OnDelete.RESTRICT)),
                ('verdict', fields.ForeignKeyField('models.Verdict', source_field='verdict_id', null=True, db_constraint=True, to_field='id', related_name='steps', on_delete=OnDelete.RESTRICT)),
                ('at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('overturned_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lapsed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'standing_steps', 'app': 'models', 'indexes': [Index(fields=['user_id', 'id'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Appeal',
            name='alerted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Appeal',
            name='step',
            field=fields.ForeignKeyField('models.StandingStep', source_field='step_id', null=True, db_constraint=True, to_field='id', related_name='appeals', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Project',
            name='least_seconds',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='Project',
            name='measured_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Project',
            name='outlook',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Standing',
            name='weigh_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(RULES),
    ]
