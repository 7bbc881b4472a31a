"""Qualifications: tests made of gold, what people drew and answered of them, and which projects ask for them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.qualification_attempt import AttemptState
from orjson import loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise import fields
from tortoise.indexes import Index

RULES = """
ALTER TABLE qualifications
    ADD CONSTRAINT qualification_pass_score_is_a_share CHECK (pass_score BETWEEN 0 AND 1),
    ADD CONSTRAINT qualification_retry_hours_not_negative CHECK (retry_hours >= 0),
    ADD CONSTRAINT qualification_asks_something CHECK (question_count > 0);
ALTER TABLE qualification_attempts
    ADD CONSTRAINT attempt_is_decided_with_its_score CHECK ((state IN ('PASSED', 'FAILED')) = (score IS NOT NULL AND decided_at IS NOT NULL)),
    ADD CONSTRAINT attempt_score_is_a_share CHECK (score BETWEEN 0 AND 1);
CREATE UNIQUE INDEX one_attempt_at_a_time ON qualification_attempts (user_id, qualification_id) WHERE state = 'PENDING';
CREATE UNIQUE INDEX passed_once ON qualification_attempts (user_id, qualification_id) WHERE state = 'PASSED';
CREATE TRIGGER attempts_keep_what_was_decided BEFORE UPDATE OR DELETE ON qualification_attempts FOR EACH ROW
    WHEN (OLD.state IN ('PASSED', 'FAILED')) EXECUTE FUNCTION refuse_change();
CREATE INDEX projects_open_with_tests ON projects USING gin (qualification_ids) WHERE state = 'OPEN' AND qualification_ids <> '{}';
CREATE INDEX qualification_notices_due ON qualification_notices (id) WHERE done_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0006_judging')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Qualification',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organization', fields.ForeignKeyField('models.Organization', source_field='organization_id', db_constraint=True, to_field='id', related_name='qualifications', on_delete=OnDelete.RESTRICT)),
                ('project', fields.ForeignKeyField('models.Project', source_field='project_id', db_constraint=True, to_field='id', related_name='qualifications', on_delete=OnDelete.RESTRICT)),
                ('title', fields.CharField(max_length=120)),
                ('guide', fields.TextField(unique=False)),
                ('pass_score', fields.FloatField()),
                ('retry_hours', fields.IntField()),
                ('question_count', fields.IntField()),
                ('pool', ArrayField(db_default=SqlDefault("'{}'"), element_type='BIGINT')),
                ('created_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'qualifications', 'app': 'models', 'indexes': [Index(fields=['organization_id', 'id'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='QualificationAttempt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('qualification', fields.ForeignKeyField('models.Qualification', source_field='qualification_id', db_constraint=True, to_field='id', related_name='attempts', on_delete=OnDelete.RESTRICT)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name='qualification_attempts', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='PENDING: PENDING\nPASSED: PASSED\nFAILED: FAILED\nLAPSED: LAPSED', db_default='PENDING', enum_type=AttemptState, max_length=10)),
                ('score', fields.FloatField(null=True)),
                ('drawn_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'qualification_attempts', 'app': 'models', 'indexes': [Index(fields=['user_id', 'qualification_id', 'id']), Index(fields=['qualification_id', 'state'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='QualificationNotice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('project', fields.ForeignKeyField('models.Project', source_field='project_id', db_constraint=True, to_field='id', related_name='qualification_notices', on_delete=OnDelete.RESTRICT)),
                ('qualification', fields.ForeignKeyField('models.Qualification', source_field='qualification_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.RESTRICT)),
                ('told_up_to', fields.BigIntField(db_default=0)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'qualification_notices', 'app': 'models', 'unique_together': (('project_id', 'qualification_id'),), 'pk_attr': 'id', 'table_description': 'That people whom an open project would fit are told of its test: how far through them it came.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='QualificationQuestion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('attempt', fields.ForeignKeyField('models.QualificationAttempt', source_field='attempt_id', db_constraint=True, to_field='id', related_name='questions', on_delete=OnDelete.RESTRICT)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name='qualification_questions', on_delete=OnDelete.RESTRICT)),
                ('item', fields.ForeignKeyField('models.Item', source_field='item_id', db_constraint=True, to_field='id', related_name='qualification_questions', on_delete=OnDelete.RESTRICT)),
                ('answers', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'qualification_questions', 'app': 'models', 'unique_together': (('attempt_id', 'item_id'),), 'indexes': [Index(fields=['user_id', 'item_id'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Project',
            name='qualification_ids',
            field=ArrayField(db_default=SqlDefault("'{}'"), element_type='BIGINT'),
        ),
        ops.RunSQL(RULES),
    ]
