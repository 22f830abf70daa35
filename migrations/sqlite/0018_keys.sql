-- Keys have a life that two people decide about, and a signed document may have
-- to be signed again: it keeps its id, its place in the status list and its page,
-- and gets another edition of its bytes.

-- +goose Up
ALTER TABLE org_key ADD COLUMN compromised DATETIME;
ALTER TABLE org_key ADD COLUMN keeper TEXT NOT NULL DEFAULT 'envelope'; -- what holds the private half: envelope (sealed, here) or module (PKCS #11)
UPDATE org_key SET compromised = retired WHERE state = 'compromised';

-- What is asked for about keys. It takes effect when a second person agrees.
CREATE TABLE key_action (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    org       TEXT NOT NULL,
    kind      TEXT NOT NULL, -- create, activate, retire, compromise
    alg       TEXT NOT NULL,
    keeper    TEXT NOT NULL,
    key_id    TEXT NOT NULL, -- the key's thumbprint; of a create empty until it is done
    successor TEXT NOT NULL, -- the key that took the place of a compromised one, empty if none had to
    reason    TEXT NOT NULL, -- for the office alone
    state     TEXT NOT NULL, -- open, confirmed, cancelled
    opened_by TEXT NOT NULL, -- empty for the operator
    opened    DATETIME NOT NULL,
    closed_by TEXT NOT NULL,
    closed    DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id)
);
CREATE UNIQUE INDEX key_action_open ON key_action (org, alg, key_id) WHERE state = 'open';
CREATE INDEX key_action_org ON key_action (tenant, org, opened);

-- The editions of a document after the first, whose bytes stand with the credential.
CREATE TABLE credential_edition (
    tenant     TEXT NOT NULL REFERENCES org (id),
    credential TEXT NOT NULL,
    edition    INTEGER NOT NULL,
    cause      TEXT NOT NULL, -- the key action, or empty where a reservation was taken up late
    payload    BLOB NOT NULL,
    digest     BLOB NOT NULL,
    made       DATETIME NOT NULL,
    PRIMARY KEY (credential, edition),
    FOREIGN KEY (tenant, credential) REFERENCES credential (tenant, id)
);
CREATE INDEX credential_edition_cause ON credential_edition (tenant, cause);
ALTER TABLE credential ADD COLUMN edition INTEGER NOT NULL DEFAULT 1; -- the one in force

-- Proofs belong to an edition.
CREATE TABLE proof_of_edition (
    tenant     TEXT NOT NULL REFERENCES org (id),
    credential TEXT NOT NULL,
    edition    INTEGER NOT NULL,
    form       TEXT NOT NULL, -- vc+jwt, eddsa-rdfc-2022, parts
    key_id     TEXT NOT NULL,
    protected  BLOB NOT NULL,
    signature  BLOB NOT NULL,
    created    DATETIME NOT NULL,
    PRIMARY KEY (credential, edition, form),
    FOREIGN KEY (tenant, credential) REFERENCES credential (tenant, id),
    FOREIGN KEY (key_id) REFERENCES org_key (id)
);
INSERT INTO proof_of_edition (tenant, credential, edition, form, key_id, protected, signature, created)
    SELECT tenant, credential, 1, form, key_id, protected, signature, created FROM proof;
DROP TABLE proof;
ALTER TABLE proof_of_edition RENAME TO proof;
CREATE INDEX proof_key ON proof (tenant, key_id, credential, edition);
-- +goose StatementBegin
CREATE TRIGGER proof_refuse_update BEFORE UPDATE ON proof
BEGIN
    SELECT RAISE(ABORT, 'proof is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER proof_refuse_delete BEFORE DELETE ON proof
BEGIN
    SELECT RAISE(ABORT, 'proof is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_edition_refuse_update BEFORE UPDATE ON credential_edition
BEGIN
    SELECT RAISE(ABORT, 'credential_edition is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_edition_refuse_delete BEFORE DELETE ON credential_edition
BEGIN
    SELECT RAISE(ABORT, 'credential_edition is append-only');
END;
-- +goose StatementEnd
-- An edition in force is followed by newer ones only.
-- +goose StatementBegin
CREATE TRIGGER credential_edition_only_grows BEFORE UPDATE OF edition ON credential
WHEN NEW.edition < OLD.edition
BEGIN
    SELECT RAISE(ABORT, 'credential keeps its editions');
END;
-- +goose StatementEnd
-- What was decided about a key stays decided, and a key never comes back.
-- +goose StatementBegin
CREATE TRIGGER key_action_closed BEFORE UPDATE ON key_action
WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.org <> OLD.org OR NEW.kind <> OLD.kind
    OR NEW.alg <> OLD.alg OR NEW.opened_by <> OLD.opened_by
BEGIN
    SELECT RAISE(ABORT, 'key_action is decided once');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER key_action_refuse_delete BEFORE DELETE ON key_action
BEGIN
    SELECT RAISE(ABORT, 'key_action is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER org_key_only_ages BEFORE UPDATE ON org_key
WHEN NEW.keeper <> OLD.keeper OR OLD.state = 'compromised' AND NEW.state <> 'compromised'
    OR OLD.state = 'retired' AND NEW.state NOT IN ('retired', 'compromised') OR OLD.state = 'active' AND NEW.state = 'pending'
BEGIN
    SELECT RAISE(ABORT, 'org_key never comes back');
END;
-- +goose StatementEnd
