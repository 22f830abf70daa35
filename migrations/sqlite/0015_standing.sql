-- Holds and replacements beside withdrawals, and the list that tells of them.

-- +goose Up
-- A list of states goes with a list of revocations and has the same places.
ALTER TABLE status_list ADD COLUMN states_of TEXT REFERENCES status_list (id);
-- The signed list in the other form, with its proof inside.
ALTER TABLE status_list ADD COLUMN document TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX status_list_states_of ON status_list (states_of) WHERE states_of IS NOT NULL;

INSERT INTO status_list (id, tenant, org, purpose, year, part, seed, reserved, revision, signed_revision, version, token, states_of)
SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    tenant, org, 'message', year, part, x'', 0, 0, -1, 0, '', id FROM status_list WHERE purpose = 'revocation';
-- Every list is signed again, now in both forms.
UPDATE status_list SET signed_revision = -1;

-- What two people change about a credential: withdraw, hold, lift, replace.
ALTER TABLE revocation RENAME TO status_change;
ALTER TABLE status_change ADD COLUMN kind TEXT NOT NULL DEFAULT 'withdraw';

-- The newer document about the same award.
ALTER TABLE credential ADD COLUMN replaced_by TEXT REFERENCES credential (id);
DROP TRIGGER credential_keeps_document;
-- +goose StatementBegin
CREATE TRIGGER credential_keeps_document BEFORE UPDATE ON credential
WHEN NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.award <> OLD.award OR NEW.generation <> OLD.generation
    OR NEW.org <> OLD.org OR NEW.person <> OLD.person OR NEW.document <> OLD.document OR NEW.token <> OLD.token
    OR NEW.payload <> OLD.payload OR NEW.digest <> OLD.digest OR NEW.list <> OLD.list OR NEW.idx <> OLD.idx
    OR (OLD.state <> 'reserved' AND NEW.state = 'reserved')
    OR (OLD.state IN ('revoked', 'superseded') AND NEW.state <> OLD.state)
    OR (OLD.replaced_by IS NOT NULL AND NEW.replaced_by IS NOT OLD.replaced_by)
BEGIN
    SELECT RAISE(ABORT, 'credential keeps its document');
END;
-- +goose StatementEnd
