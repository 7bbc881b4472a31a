"""Judging: gold among the tasks, what the judge leaves to people and why, what items come to, and samples of it to look at again."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.review import Why
from models.verdict import Decision, VerdictBasis
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise import fields

RULES = """
DROP INDEX tasks_open;
CREATE INDEX tasks_open ON tasks (project_id, round, id) WHERE state = 'OPEN' AND NOT is_gold;
CREATE INDEX tasks_gold_open ON tasks (project_id, item_id, id) WHERE state = 'OPEN' AND is_gold;
CREATE INDEX reviews_for_the_judge ON reviews (judge_at) WHERE judge_at IS NOT NULL AND decided_at IS NULL;
CREATE INDEX reviews_ranked ON reviews ((judge_at IS NOT NULL), rank, id) WHERE decided_at IS NULL AND claimed_by_id IS NULL;
CREATE INDEX reviews_ranked_of_project ON reviews (project_id, (judge_at IS NOT NULL), rank, id)
    WHERE decided_at IS NULL AND claimed_by_id IS NULL;
CREATE INDEX reviews_decided_of_project ON reviews (project_id, id DESC) WHERE decided_at IS NOT NULL;
CREATE INDEX items_not_summed_up ON items (id) WHERE completed_at IS NOT NULL AND consensus IS NULL;
CREATE INDEX items_gold ON items (project_id, id) WHERE gold IS NOT NULL;
CREATE INDEX audit_samples_waiting ON audit_samples (id) WHERE decided_at IS NULL;
CREATE INDEX audit_samples_of_project ON audit_samples (project_id) WHERE decided_at IS NOT NULL;
CREATE TRIGGER verdicts_keep_what_they_rest_on BEFORE UPDATE OF basis, conflicts ON verdicts FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE projects ADD CONSTRAINT project_most_overlap_above_overlap CHECK (most_overlap > overlap);
INSERT INTO tasks (project_id, item_id, round, is_gold)
    SELECT i.project_id, i.id, 0, true FROM items i JOIN projects p ON p.id = i.project_id, generate_series(1, 2)
    WHERE i.gold IS NOT NULL AND i.removed_at IS NULL AND p.state <> 'CLOSED';
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0005_payouts')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditSample',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('verdict', fields.OneToOneField('models.Verdict', source_field='verdict_id', db_constraint=True, to_field='id', related_name='audit', on_delete=OnDelete.RESTRICT)),
                ('project', fields.ForeignKeyField('models.Project', source_field='project_id', db_constraint=True, to_field='id', related_name='audits', on_delete=OnDelete.RESTRICT)),
                ('drawn_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('agrees', fields.BooleanField(null=True)),
                ('comment', fields.TextField(null=True, unique=False)),
                ('decided_by', fields.ForeignKeyField('models.User', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='audits', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'audit_samples', 'app': 'models', 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Annotation',
            name='elapsed_seconds',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='Item',
            name='agreement',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='Item',
            name='asked',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Item',
            name='consensus',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Item',
            name='gold_judged',
            field=fields.IntField(db_default=0),
        ),
        ops.AddField(
            model_name='Item',
            name='gold_retired_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Item',
            name='gold_right',
            field=fields.IntField(db_default=0),
        ),
        ops.AddField(
            model_name='Project',
            name='judging',
            field=fields.JSONField(db_default=SqlDefault("'{}'"), encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Project',
            name='most_overlap',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Review',
            name='conflicts',
            field=fields.JSONField(db_default=SqlDefault("'[]'"), encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Review',
            name='judge_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Review',
            name='rank',
            field=fields.FloatField(db_default=SqlDefault('extract(epoch FROM now())')),
        ),
        ops.AddField(
            model_name='Review',
            name='risk',
            field=fields.FloatField(db_default=0.0),
        ),
        ops.AddField(
            model_name='Review',
            name='suggestion',
            field=fields.CharEnumField(null=True, description='APPROVED: APPROVED\nREJECTED: REJECTED', enum_type=Decision, max_length=10),
        ),
        ops.AddField(
            model_name='Review',
            name='why',
            field=fields.CharEnumField(null=True, description='DISAGREEMENT: DISAGREEMENT\nLOW_SCORE: LOW_SCORE\nNEW_ANNOTATOR: NEW_ANNOTATOR\nCOPY: COPY\nTOO_FAST: TOO_FAST\nALONE: ALONE', enum_type=Why, max_length=15),
        ),
        ops.AddField(
            model_name='Standing',
            name='gold_share',
            field=fields.FloatField(db_default=0.3),
        ),
        ops.AddField(
            model_name='Task',
            name='is_gold',
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name='Verdict',
            name='basis',
            field=fields.CharEnumField(null=True, description='GOLD: GOLD\nCONSENSUS: CONSENSUS', enum_type=VerdictBasis, max_length=10),
        ),
        ops.AddField(
            model_name='Verdict',
            name='conflicts',
            field=fields.JSONField(db_default=SqlDefault("'[]'"), encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.RunSQL(RULES),
    ]
