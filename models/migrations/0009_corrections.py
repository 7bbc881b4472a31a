"""Answers that moderators mended, and which result a known answer was made of."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now
from tortoise import fields

RULES = """
CREATE TRIGGER corrections_stay BEFORE UPDATE OR DELETE ON corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE items ADD CONSTRAINT only_gold_is_made_of_a_result CHECK (made_of_id IS NULL OR gold IS NOT NULL);
CREATE UNIQUE INDEX items_made_of_once ON items (made_of_id) WHERE made_of_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0008_standing')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Correction',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('annotation', fields.OneToOneField('models.Annotation', source_field='annotation_id', db_constraint=True, to_field='id', related_name='correction', on_delete=OnDelete.RESTRICT)),
                ('answers', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('corrected_by', fields.ForeignKeyField('models.User', source_field='corrected_by_id', db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.RESTRICT)),
                ('corrected_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'corrections', 'app': 'models', 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Item',
            name='made_of',
            field=fields.ForeignKeyField('models.Item', source_field='made_of_id', null=True, db_constraint=True, to_field='id', related_name='golds', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL(RULES),
    ]
