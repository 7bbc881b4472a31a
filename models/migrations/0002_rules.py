"""What the ORM cannot say: the rules that the database itself holds, the indexes of the hot paths, the ledger's postings, and the outbox."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# ------------------------------------------------------------------ the ledger
LEDGER = """
CREATE TABLE postings (
    entry_id bigint NOT NULL REFERENCES entries (id) ON DELETE RESTRICT,
    account text NOT NULL,
    owner_id bigint NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    amount bigint NOT NULL CHECK (amount <> 0),
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (entry_id, account, owner_id, currency)
);
CREATE INDEX postings_by_account ON postings (account, owner_id, currency, xid) INCLUDE (amount)
    WHERE account NOT IN ('PENDING', 'AVAILABLE', 'WITHDRAWING', 'WITHDRAWN');
CREATE TABLE checkpoints (
    account text NOT NULL,
    owner_id bigint NOT NULL,
    currency text NOT NULL,
    balance bigint NOT NULL,
    xid bigint NOT NULL,
    PRIMARY KEY (account, owner_id, currency)
);
ALTER TABLE wallets
    ADD CONSTRAINT wallet_pending_not_negative CHECK (pending >= 0),
    ADD CONSTRAINT wallet_available_not_negative CHECK (available >= 0),
    ADD CONSTRAINT wallet_withdrawing_not_negative CHECK (withdrawing >= 0),
    ADD CONSTRAINT wallet_withdrawn_not_negative CHECK (withdrawn >= 0);
CREATE INDEX entries_of_user ON entries (user_id, id DESC);
CREATE INDEX entries_of_user_by_kind ON entries (user_id, kind, id DESC);
CREATE INDEX entries_earned ON entries (user_id, created_at) INCLUDE (available) WHERE kind IN ('APPROVED', 'APPEAL_WON');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entries_are_immutable BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_are_immutable BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_are_immutable BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER annotations_keep_what_was_submitted
    BEFORE UPDATE OF answers, digest, reward_micros, annotator_id, item_id, task_id, project_id, assignment_id, submitted_at ON annotations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER annotations_stay BEFORE DELETE ON annotations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER verdicts_keep_what_was_decided
    BEFORE UPDATE OF annotation_id, decision, source, decided_by_id, reasons, comment, decided_at ON verdicts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER verdicts_stay BEFORE DELETE ON verdicts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION require_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unbalanced bigint;
BEGIN
    SELECT entry_id INTO unbalanced FROM added GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not sum to zero', unbalanced USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_sum_to_zero AFTER INSERT ON postings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_balanced();
"""

# ------------------------------------------------------------------ work
WORK = """
ALTER TABLE projects
    ADD CONSTRAINT project_reward_positive CHECK (reward_micros > 0),
    ADD CONSTRAINT project_overlap_positive CHECK (overlap > 0);
CREATE INDEX projects_open ON projects (id) WHERE state = 'OPEN';
CREATE INDEX items_of_project ON items (project_id, id);
CREATE INDEX items_completed ON items (project_id, completed_xid, id) WHERE completed_xid IS NOT NULL;
CREATE INDEX items_reported ON items (project_id, id) WHERE held_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_open ON tasks (project_id, round, id) WHERE state = 'OPEN';
CREATE INDEX tasks_waiting ON tasks (project_id, round, id) WHERE state = 'WAITING';
CREATE INDEX tasks_leased ON tasks (project_id) WHERE state = 'LEASED';
CREATE UNIQUE INDEX one_lease_of_a_task ON assignments (task_id) WHERE state = 'LEASED';
CREATE UNIQUE INDEX nobody_answers_an_item_twice ON assignments (annotator_id, item_id)
    WHERE state IN ('LEASED', 'SUBMITTED', 'SKIPPED') OR problem IS NOT NULL;
CREATE INDEX assignments_held ON assignments (annotator_id, id) WHERE state = 'LEASED';
CREATE INDEX assignments_of_project_held ON assignments (project_id) WHERE state = 'LEASED';
CREATE INDEX assignments_due ON assignments (lease_expires_at) WHERE state = 'LEASED';
CREATE INDEX assignments_let_go ON assignments (release_at) WHERE state = 'LEASED' AND release_at IS NOT NULL;
CREATE INDEX assignments_with_draft ON assignments (annotator_id, item_id, id) WHERE state IN ('EXPIRED', 'RELEASED') AND draft_version > 0;
CREATE INDEX assignments_worked_on ON assignments (annotator_id, project_id);
CREATE INDEX assignments_reported ON assignments (item_id) WHERE problem IS NOT NULL;
CREATE INDEX memberships_of_organization ON memberships (organization_id);
CREATE INDEX standings_ending ON standings (until) WHERE status IN ('SUSPENDED', 'RESTRICTED') AND until IS NOT NULL;
CREATE INDEX standings_by_status ON standings (status, user_id);
-- How many tasks a person holds, once their other leases have committed: a function's own snapshot sees what came after its caller's.
CREATE FUNCTION held_now(annotator bigint, of_project bigint, OUT held int, OUT held_of_project int) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM 1 FROM standings WHERE user_id = annotator FOR NO KEY UPDATE;
    SELECT count(*), count(*) FILTER (WHERE of_project IS NULL OR project_id = of_project) INTO held, held_of_project
    FROM assignments WHERE annotator_id = annotator AND state = 'LEASED';
END $$;
ALTER TABLE standings
    ADD CONSTRAINT standing_approved_not_negative CHECK (approved >= 0),
    ADD CONSTRAINT standing_rejected_not_negative CHECK (rejected >= 0);
"""

# ------------------------------------------------------------------ judgement
JUDGEMENT = """
CREATE INDEX reviews_waiting ON reviews (id) WHERE decided_at IS NULL AND claimed_by_id IS NULL;
CREATE INDEX reviews_waiting_of_project ON reviews (project_id, id) WHERE decided_at IS NULL AND claimed_by_id IS NULL;
CREATE INDEX reviews_waiting_of_kind ON reviews (kind, id) WHERE decided_at IS NULL AND claimed_by_id IS NULL;
CREATE INDEX reviews_claimed ON reviews (claimed_by_id, id) WHERE decided_at IS NULL AND claimed_by_id IS NOT NULL;
CREATE INDEX reviews_claims_due ON reviews (claim_expires_at) WHERE decided_at IS NULL AND claim_expires_at IS NOT NULL;
CREATE INDEX reviews_decided ON reviews (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX verdicts_of_annotation ON verdicts (annotation_id, id);
CREATE INDEX verdicts_by_decision ON verdicts (decision, id);
CREATE UNIQUE INDEX one_first_verdict ON verdicts (annotation_id) WHERE source <> 'APPEAL';
CREATE UNIQUE INDEX one_verdict_of_an_appeal ON verdicts (annotation_id) WHERE source = 'APPEAL';
CREATE INDEX verdicts_contested ON verdicts (appealable_until) WHERE decision = 'REJECTED' AND settled_at IS NULL;
CREATE UNIQUE INDEX one_appeal_of_a_rejection ON appeals (annotation_id);
CREATE INDEX appeals_open ON appeals (due_at, id) WHERE state = 'OPEN';
"""

# ------------------------------------------------------------------ events
EVENTS = """
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    kind text NOT NULL,
    ids jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sequence bigint
) PARTITION BY RANGE (created_at);
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE INDEX events_unnumbered ON events (id) WHERE sequence IS NULL;
CREATE INDEX events_of_topic ON events (topic, sequence);
CREATE TABLE topics (topic text PRIMARY KEY, sequence bigint NOT NULL);
CREATE TABLE hints (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE installation (
    id int PRIMARY KEY CHECK (id = 1),
    epoch text NOT NULL,
    id_key bytea NOT NULL
);
INSERT INTO installation (id, epoch, id_key)
    VALUES (1, left(replace(gen_random_uuid()::text, '-', ''), 12), sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
DO $$
BEGIN
    FOR day IN 0..7 LOOP
        EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
            to_char((now() AT TIME ZONE 'UTC')::date + day, 'YYYYMMDD'),
            (((now() AT TIME ZONE 'UTC')::date + day)::timestamp AT TIME ZONE 'UTC'),
            (((now() AT TIME ZONE 'UTC')::date + day + 1)::timestamp AT TIME ZONE 'UTC'));
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [ops.RunSQL(LEDGER), ops.RunSQL(WORK), ops.RunSQL(JUDGEMENT), ops.RunSQL(EVENTS)]
