"""Tickets and what was said about them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ticket import TicketState
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise import fields
from tortoise.indexes import Index

# What the ORM cannot say: whose a ticket is, and that what it names has both halves or none.
RULES = """
ALTER TABLE tickets
    ADD CONSTRAINT ticket_of_a_person_or_an_address CHECK ((user_id IS NULL) <> (email IS NULL)),
    ADD CONSTRAINT ticket_about_all_or_nothing CHECK ((about_type IS NULL) = (about_id IS NULL));
CREATE INDEX tickets_waiting_of_user ON tickets (user_id) WHERE state = 'OPEN';
CREATE INDEX tickets_of_address ON tickets (email, id) WHERE email IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0002_rules')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Ticket',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', null=True, db_constraint=True, to_field='id', related_name='tickets', on_delete=OnDelete.RESTRICT)),
                ('email', fields.CharField(null=True, max_length=254)),
                ('subject', fields.CharField(max_length=120)),
                ('state', fields.CharEnumField(description='OPEN: OPEN\nANSWERED: ANSWERED\nCLOSED: CLOSED', db_default='OPEN', enum_type=TicketState, max_length=10)),
                ('about_type', fields.CharField(null=True, max_length=40)),
                ('about_id', fields.BigIntField(null=True)),
                ('created_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'tickets', 'app': 'models', 'indexes': [Index(fields=['user_id', 'id']), Index(fields=['state', 'id'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='TicketMessage',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ticket', fields.ForeignKeyField('models.Ticket', source_field='ticket_id', db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.RESTRICT)),
                ('author', fields.ForeignKeyField('models.User', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='ticket_messages', on_delete=OnDelete.RESTRICT)),
                ('body', fields.TextField(unique=False)),
                ('from_staff', fields.BooleanField()),
                ('attachments', fields.JSONField(db_default=SqlDefault("'[]'"), encoder=JSON_DUMPS, decoder=loads)),
                ('sent_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ticket_messages', 'app': 'models', 'indexes': [Index(fields=['ticket_id', 'id'])], 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.RunSQL(RULES),
    ]
