"""Money out: withdrawals, the batches that pay them, rates and hot wallets."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.coin import Coin
from models.ledger import EntryKind
from models.payout_batch import PayoutBatchState
from models.withdrawal import WithdrawalState
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise import fields

# What the ORM cannot say. Nothing that was signed is ever signed anew, and no withdrawal moves but with its batch: here even against our own code.
RULES = """
CREATE UNIQUE INDEX one_batch_under_way_a_coin ON payout_batches (coin) WHERE state NOT IN ('SETTLED', 'ABANDONED') AND resolved_at IS NULL;
ALTER TABLE payout_batches
    ADD CONSTRAINT batch_signed_all_or_nothing CHECK (
        num_nulls(signed, txid, inputs, network_fee) = CASE WHEN state IN ('CLAIMED', 'ABANDONED') THEN 4 ELSE 0 END
    ),
    ADD CONSTRAINT batch_of_something CHECK (size > 0 AND amount > 0 AND satoshis > 0 AND rate_micros > 0);
ALTER TABLE withdrawals
    ADD CONSTRAINT withdrawal_amount_above_its_fee CHECK (amount > fee AND fee >= 0),
    ADD CONSTRAINT withdrawal_in_a_batch_has_its_coins CHECK ((batch_id IS NULL) = (satoshis IS NULL)),
    ADD CONSTRAINT withdrawal_in_its_batch CHECK (
        CASE WHEN state IN ('REQUESTED', 'CANCELLED') THEN batch_id IS NULL WHEN state = 'FAILED' THEN true ELSE batch_id IS NOT NULL END
    );
CREATE INDEX withdrawals_of_user ON withdrawals (user_id, id DESC);
CREATE INDEX withdrawals_of_batch ON withdrawals (batch_id, id) WHERE batch_id IS NOT NULL;
CREATE INDEX withdrawals_waiting ON withdrawals (coin, id) WHERE state = 'REQUESTED';
CREATE INDEX withdrawals_by_state ON withdrawals (state, id DESC);
CREATE INDEX withdrawals_held ON withdrawals (id DESC) WHERE held_until IS NOT NULL;
CREATE INDEX entries_of_withdrawal ON entries (withdrawal_id) WHERE withdrawal_id IS NOT NULL;

CREATE FUNCTION batch_goes_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.coin, OLD.rate_micros, OLD.size, OLD.amount, OLD.satoshis)
            IS DISTINCT FROM (NEW.coin, NEW.rate_micros, NEW.size, NEW.amount, NEW.satoshis)
        OR OLD.txid IS NOT NULL AND (OLD.signed, OLD.txid, OLD.inputs, OLD.network_fee)
            IS DISTINCT FROM (NEW.signed, NEW.txid, NEW.inputs, NEW.network_fee) THEN
        RAISE EXCEPTION 'what batch % pays is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
        'CLAIMED>SIGNED', 'CLAIMED>ABANDONED', 'SIGNED>BROADCAST', 'SIGNED>CONFLICTED', 'BROADCAST>CONFIRMED', 'BROADCAST>CONFLICTED',
        'CONFIRMED>BROADCAST', 'CONFIRMED>SETTLED', 'CONFIRMED>CONFLICTED', 'CONFLICTED>BROADCAST', 'CONFLICTED>CONFIRMED') THEN
        RAISE EXCEPTION 'batch % does not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_goes_its_way BEFORE UPDATE ON payout_batches FOR EACH ROW EXECUTE FUNCTION batch_goes_its_way();
CREATE TRIGGER batches_stay BEFORE DELETE ON payout_batches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION withdrawal_goes_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
            'REQUESTED>PROCESSING', 'REQUESTED>CANCELLED', 'REQUESTED>FAILED', 'PROCESSING>SENT', 'SENT>CONFIRMED')
        AND NOT (OLD.state = 'PROCESSING' AND NEW.state = 'REQUESTED'
            AND EXISTS (SELECT 1 FROM payout_batches WHERE id = OLD.batch_id AND state = 'ABANDONED'))
        AND NOT (OLD.state IN ('PROCESSING', 'SENT') AND NEW.state = 'FAILED'
            AND EXISTS (SELECT 1 FROM payout_batches WHERE id = OLD.batch_id AND resolved_at IS NOT NULL)) THEN
        RAISE EXCEPTION 'withdrawal % does not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER withdrawal_goes_its_way BEFORE UPDATE OF state ON withdrawals FOR EACH ROW EXECUTE FUNCTION withdrawal_goes_its_way();
CREATE FUNCTION keep_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.state <> NEW.state THEN
        NEW.timeline := NEW.timeline || jsonb_build_object('state', NEW.state, 'at', now());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER withdrawals_keep_their_timeline BEFORE INSERT OR UPDATE OF state ON withdrawals FOR EACH ROW EXECUTE FUNCTION keep_timeline();
CREATE TRIGGER withdrawals_keep_what_was_asked BEFORE UPDATE OF user_id, key, coin, address, amount, fee, requested_at ON withdrawals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER withdrawals_stay BEFORE DELETE ON withdrawals FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [('models', '0004_sessions_seen')]

    initial = False

    operations = [
        ops.CreateModel(
            name='HotWallet',
            fields=[
                ('coin', fields.CharEnumField(primary_key=True, unique=True, db_index=True, description='LTC: LTC\nBCH: BCH', enum_type=Coin, max_length=3)),
                ('balance', fields.BigIntField(null=True)),
                ('checked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('problem', fields.TextField(null=True, unique=False)),
                ('problem_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('needs_human', fields.BooleanField(db_default=False)),
                ('lacking', fields.BigIntField(db_default=0)),
                ('last_block', fields.CharField(null=True, max_length=64)),
            ],
            options={'table': 'hot_wallets', 'app': 'models', 'pk_attr': 'coin', 'table_description': 'Written by the worker, which alone knows the node. A coin that no worker has a node for has no row.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('coin', fields.CharEnumField(description='LTC: LTC\nBCH: BCH', enum_type=Coin, max_length=3)),
                ('state', fields.CharEnumField(description='CLAIMED: CLAIMED\nSIGNED: SIGNED\nBROADCAST: BROADCAST\nCONFIRMED: CONFIRMED\nSETTLED: SETTLED\nABANDONED: ABANDONED\nCONFLICTED: CONFLICTED', db_default='CLAIMED', enum_type=PayoutBatchState, max_length=10)),
                ('rate_micros', fields.BigIntField()),
                ('rate_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('rate_sources', fields.CharField(max_length=200)),
                ('size', fields.IntField()),
                ('amount', fields.BigIntField()),
                ('satoshis', fields.BigIntField()),
                ('signed', fields.BinaryField(null=True)),
                ('txid', fields.CharField(null=True, unique=True, max_length=64)),
                ('inputs', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('network_fee', fields.BigIntField(null=True)),
                ('confirmations', fields.IntField(null=True)),
                ('conflict', fields.TextField(null=True, unique=False)),
                ('resolved_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('signed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('broadcast_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('confirmed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'payout_batches', 'app': 'models', 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Quote',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('coin', fields.CharEnumField(description='LTC: LTC\nBCH: BCH', enum_type=Coin, max_length=3)),
                ('source', fields.CharField(max_length=100)),
                ('micros', fields.BigIntField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'quotes', 'app': 'models', 'unique_together': (('coin', 'source'),), 'pk_attr': 'id', 'table_description': 'The last word of a source on a coin.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name='withdrawals', on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=64)),
                ('coin', fields.CharEnumField(description='LTC: LTC\nBCH: BCH', enum_type=Coin, max_length=3)),
                ('address', fields.CharField(max_length=128)),
                ('amount', fields.BigIntField()),
                ('fee', fields.BigIntField()),
                ('state', fields.CharEnumField(description='REQUESTED: REQUESTED\nPROCESSING: PROCESSING\nSENT: SENT\nCONFIRMED: CONFIRMED\nCANCELLED: CANCELLED\nFAILED: FAILED', db_default='REQUESTED', enum_type=WithdrawalState, max_length=10)),
                ('batch', fields.ForeignKeyField('models.PayoutBatch', source_field='batch_id', null=True, db_constraint=True, to_field='id', related_name='withdrawals', on_delete=OnDelete.RESTRICT)),
                ('satoshis', fields.BigIntField(null=True)),
                ('held_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('hold_reason', fields.TextField(null=True, unique=False)),
                ('reason', fields.TextField(null=True, unique=False)),
                ('requested_at', fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ('timeline', fields.JSONField(db_default=SqlDefault("'[]'"), encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'withdrawals', 'app': 'models', 'unique_together': (('user_id', 'key'),), 'pk_attr': 'id'},
            bases=['Row'],
        ),
        ops.AlterField(
            model_name='Entry',
            name='kind',
            field=fields.CharEnumField(description='CREDITED: CREDITED\nFUNDED: FUNDED\nRESERVED: RESERVED\nUNRESERVED: UNRESERVED\nEARNED: EARNED\nAPPROVED: APPROVED\nREJECTED: REJECTED\nAPPEAL_WON: APPEAL_WON\nRELEASED: RELEASED\nCLOSED: CLOSED\nWITHDRAWAL_REQUESTED: WITHDRAWAL_REQUESTED\nWITHDRAWAL_RETURNED: WITHDRAWAL_RETURNED\nWITHDRAWN: WITHDRAWN\nPAID_OUT: PAID_OUT\nTOPPED_UP: TOPPED_UP', enum_type=EntryKind, max_length=30),
        ),
        ops.AddField(
            model_name='Entry',
            name='withdrawal',
            field=fields.ForeignKeyField('models.Withdrawal', source_field='withdrawal_id', null=True, db_constraint=True, to_field='id', related_name='entries', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Standing',
            name='for_fraud',
            field=fields.BooleanField(db_default=False),
        ),
        ops.RunSQL(RULES),
    ]
