-- Keys, decisions, signed documents and what is published about them.

-- +goose Up
CREATE TABLE org_key (
    id        TEXT NOT NULL PRIMARY KEY, -- RFC 7638 thumbprint
    tenant    TEXT NOT NULL REFERENCES org (id),
    org       TEXT NOT NULL,
    alg       TEXT NOT NULL,
    jwk       TEXT NOT NULL, -- public
    sealed    BLOB NOT NULL, -- PKCS #8 under the key-encryption key
    state     TEXT NOT NULL, -- pending, active, retired, compromised
    created   DATETIME NOT NULL,
    activated DATETIME,
    retired   DATETIME,
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id)
);
CREATE INDEX org_key_org ON org_key (tenant, org);
CREATE UNIQUE INDEX org_key_active ON org_key (org, alg) WHERE state = 'active';

CREATE TABLE award (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    org        TEXT NOT NULL,
    person     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    basis      TEXT NOT NULL,
    achieved   TEXT NOT NULL, -- JSON, complete at the decision
    decided_by TEXT NOT NULL,
    decided    DATETIME NOT NULL,
    conferred  TEXT NOT NULL, -- civil date
    UNIQUE (tenant, id),
    UNIQUE (tenant, kind, basis),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX award_person ON award (tenant, person);

CREATE TABLE status_list (
    id              TEXT NOT NULL PRIMARY KEY,
    tenant          TEXT NOT NULL REFERENCES org (id),
    org             TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    year            INTEGER NOT NULL,
    part            INTEGER NOT NULL, -- counts the lists of one year
    seed            BLOB NOT NULL,    -- of the shuffle that turns reserved into indices
    reserved        INTEGER NOT NULL, -- indices given out so far; it only grows
    revision        INTEGER NOT NULL, -- counts changes of bits
    signed_revision INTEGER NOT NULL, -- the revision that token holds, -1 for none
    version         INTEGER NOT NULL, -- counts signatures
    token           TEXT NOT NULL,    -- the signed list, empty before the first signature
    published       DATETIME,
    valid_until     DATETIME,
    UNIQUE (tenant, id),
    UNIQUE (org, purpose, year, part),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id)
);

CREATE TABLE credential (
    id             TEXT NOT NULL PRIMARY KEY,
    tenant         TEXT NOT NULL REFERENCES org (id),
    award          TEXT NOT NULL,
    generation     INTEGER NOT NULL,
    org            TEXT NOT NULL,
    person         TEXT NOT NULL,
    document       TEXT NOT NULL UNIQUE, -- urn:uuid:
    token          TEXT NOT NULL UNIQUE, -- of the page /c/{token}
    kind           TEXT NOT NULL,
    name           TEXT NOT NULL,
    payload        BLOB NOT NULL,
    digest         BLOB NOT NULL,        -- SHA-256 of payload
    list           TEXT NOT NULL,
    idx            INTEGER NOT NULL,
    state          TEXT NOT NULL,        -- reserved, issued, revoked
    reserved       DATETIME NOT NULL,
    issued         DATETIME,
    page_withdrawn DATETIME,
    UNIQUE (tenant, id),
    UNIQUE (award, generation),
    UNIQUE (list, idx),
    FOREIGN KEY (tenant, award) REFERENCES award (tenant, id),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, list) REFERENCES status_list (tenant, id)
);
CREATE INDEX credential_person ON credential (tenant, person);
CREATE INDEX credential_org ON credential (tenant, org, id);

-- Only bits that were ever set have a row: an index without one is 0.
CREATE TABLE status_entry (
    tenant     TEXT NOT NULL REFERENCES org (id),
    list       TEXT NOT NULL,
    idx        INTEGER NOT NULL,
    credential TEXT NOT NULL,
    value      INTEGER NOT NULL,
    changed    DATETIME NOT NULL,
    PRIMARY KEY (list, idx),
    FOREIGN KEY (tenant, list) REFERENCES status_list (tenant, id),
    FOREIGN KEY (tenant, credential) REFERENCES credential (tenant, id)
);

CREATE TABLE proof (
    tenant     TEXT NOT NULL REFERENCES org (id),
    credential TEXT NOT NULL,
    form       TEXT NOT NULL, -- vc+jwt
    key_id     TEXT NOT NULL,
    protected  BLOB NOT NULL,
    signature  BLOB NOT NULL,
    created    DATETIME NOT NULL,
    PRIMARY KEY (credential, form),
    FOREIGN KEY (tenant, credential) REFERENCES credential (tenant, id),
    FOREIGN KEY (key_id) REFERENCES org_key (id)
);

CREATE TABLE registry_entry (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id), -- of the organisation that vouches
    org     TEXT NOT NULL REFERENCES org (id), -- vouched for; it may be another tenant
    by_org  TEXT NOT NULL,
    types   TEXT NOT NULL, -- JSON list of achievement types, [] for all
    since   DATETIME NOT NULL,
    until   DATETIME,
    FOREIGN KEY (tenant, by_org) REFERENCES org (tenant, id)
);
CREATE UNIQUE INDEX registry_entry_lasting ON registry_entry (org, by_org) WHERE until IS NULL;

CREATE TABLE revocation (
    id             TEXT NOT NULL PRIMARY KEY,
    tenant         TEXT NOT NULL REFERENCES org (id),
    credential     TEXT NOT NULL,
    state          TEXT NOT NULL, -- open, confirmed, cancelled
    public_reason  TEXT NOT NULL, -- a code
    private_reason TEXT NOT NULL,
    opened_by      TEXT NOT NULL,
    opened         DATETIME NOT NULL,
    closed_by      TEXT NOT NULL,
    closed         DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, credential) REFERENCES credential (tenant, id),
    FOREIGN KEY (tenant, opened_by) REFERENCES person (tenant, id)
);
CREATE UNIQUE INDEX revocation_open ON revocation (credential) WHERE state = 'open';
CREATE INDEX revocation_state ON revocation (tenant, state, opened);

-- A decision and a proof stay as they were written.
-- +goose StatementBegin
CREATE TRIGGER award_refuse_update BEFORE UPDATE ON award
BEGIN
    SELECT RAISE(ABORT, 'award is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER award_refuse_delete BEFORE DELETE ON award
BEGIN
    SELECT RAISE(ABORT, 'award is append-only');
END;
-- +goose StatementEnd
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
-- What is signed, its place in the list and its page never change.
-- +goose StatementBegin
CREATE TRIGGER credential_keeps_document BEFORE UPDATE ON credential
WHEN NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.award <> OLD.award OR NEW.generation <> OLD.generation
    OR NEW.org <> OLD.org OR NEW.person <> OLD.person OR NEW.document <> OLD.document OR NEW.token <> OLD.token
    OR NEW.payload <> OLD.payload OR NEW.digest <> OLD.digest OR NEW.list <> OLD.list OR NEW.idx <> OLD.idx
    OR (OLD.state <> 'reserved' AND NEW.state = 'reserved') OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')
BEGIN
    SELECT RAISE(ABORT, 'credential keeps its document');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_refuse_delete BEFORE DELETE ON credential
BEGIN
    SELECT RAISE(ABORT, 'credential is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER status_list_only_grows BEFORE UPDATE ON status_list
WHEN NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.org <> OLD.org OR NEW.seed <> OLD.seed
    OR NEW.reserved < OLD.reserved OR NEW.revision < OLD.revision OR NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'status_list only grows');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER status_list_refuse_delete BEFORE DELETE ON status_list
BEGIN
    SELECT RAISE(ABORT, 'status_list is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER org_key_keeps_key BEFORE UPDATE ON org_key
WHEN NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.org <> OLD.org OR NEW.alg <> OLD.alg OR NEW.jwk <> OLD.jwk
BEGIN
    SELECT RAISE(ABORT, 'org_key keeps its key');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER org_key_refuse_delete BEFORE DELETE ON org_key
BEGIN
    SELECT RAISE(ABORT, 'org_key is never deleted');
END;
-- +goose StatementEnd
