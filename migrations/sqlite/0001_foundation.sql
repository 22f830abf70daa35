-- The ground that everything stands on: places, people, sign-in, journal.
--
-- Every table that belongs to a tenant carries the tenant's id and refers to
-- other tenant rows by (tenant, id), so that no row can point across tenants.

-- +goose Up
CREATE TABLE org (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    parent   TEXT REFERENCES org (id),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    slug     TEXT NOT NULL UNIQUE,
    zone     TEXT NOT NULL,
    locality TEXT NOT NULL,
    website  TEXT NOT NULL,
    created  DATETIME NOT NULL,
    UNIQUE (tenant, id)
);
CREATE INDEX org_parent ON org (parent);

CREATE TABLE account (
    id            TEXT NOT NULL PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    epoch         INTEGER NOT NULL,
    created       DATETIME NOT NULL
);

CREATE TABLE person (
    id                TEXT NOT NULL PRIMARY KEY,
    tenant            TEXT NOT NULL REFERENCES org (id),
    account           TEXT REFERENCES account (id),
    legal_name        TEXT NOT NULL,
    used_name         TEXT NOT NULL,
    diploma_name      TEXT NOT NULL,
    folded            TEXT NOT NULL, -- names in small letters, for search and order
    born              TEXT NOT NULL, -- civil date or empty
    directory_opt_out BOOLEAN NOT NULL,
    created           DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, account)
);
CREATE INDEX person_folded ON person (tenant, folded, id);
CREATE INDEX person_account ON person (account);

CREATE TABLE person_name (
    id     TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES org (id),
    person TEXT NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    since  DATETIME NOT NULL,
    until  DATETIME,
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX person_name_person ON person_name (tenant, person, since);

CREATE TABLE staffing (
    id     TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES org (id),
    person TEXT NOT NULL,
    org    TEXT NOT NULL,
    role   TEXT NOT NULL,
    since  DATETIME NOT NULL,
    until  DATETIME,
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id)
);
CREATE INDEX staffing_person ON staffing (tenant, person);
CREATE INDEX staffing_org ON staffing (tenant, org, role);
CREATE UNIQUE INDEX staffing_lasting ON staffing (tenant, person, org, role) WHERE until IS NULL;

CREATE TABLE enrollment (
    id              TEXT NOT NULL PRIMARY KEY,
    tenant          TEXT NOT NULL REFERENCES org (id),
    person          TEXT NOT NULL,
    school          TEXT NOT NULL,
    entry_year      INTEGER NOT NULL,
    graduation_year INTEGER NOT NULL,
    grade           TEXT NOT NULL,
    since           DATETIME NOT NULL,
    until           DATETIME,
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id)
);
CREATE INDEX enrollment_person ON enrollment (tenant, person);
CREATE INDEX enrollment_class ON enrollment (tenant, school, graduation_year);
CREATE UNIQUE INDEX enrollment_lasting ON enrollment (tenant, person, school) WHERE until IS NULL;

CREATE TABLE session (
    token  TEXT NOT NULL PRIMARY KEY, -- hashed
    data   BLOB NOT NULL,
    expiry DATETIME NOT NULL
);
CREATE INDEX session_expiry ON session (expiry);

CREATE TABLE idempotency (
    tenant       TEXT NOT NULL REFERENCES org (id),
    actor        TEXT NOT NULL,
    request_key  TEXT NOT NULL,
    route        TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status       INTEGER NOT NULL, -- HTTP status of the answer, 0 while there is none
    body         BLOB NOT NULL,
    location     TEXT NOT NULL,
    created      DATETIME NOT NULL,
    PRIMARY KEY (tenant, actor, request_key)
);
CREATE INDEX idempotency_created ON idempotency (created);

CREATE TABLE journal_head (
    tenant TEXT NOT NULL PRIMARY KEY REFERENCES org (id),
    seq    INTEGER NOT NULL,
    hash   BLOB NOT NULL
);

CREATE TABLE journal (
    tenant  TEXT NOT NULL REFERENCES org (id),
    seq     INTEGER NOT NULL,
    at      DATETIME NOT NULL,
    actor   TEXT NOT NULL,
    account TEXT NOT NULL,
    act     TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    detail  TEXT NOT NULL, -- JSON object of ids and codes
    prev    BLOB NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
);
CREATE INDEX journal_subject ON journal (tenant, subject, seq);

-- What was written stays as it was written.
-- +goose StatementBegin
CREATE TRIGGER journal_refuse_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'journal is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_refuse_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'journal is append-only');
END;
-- +goose StatementEnd
-- The head moves one step at a time and is never taken away.
-- +goose StatementBegin
CREATE TRIGGER journal_head_steps BEFORE UPDATE ON journal_head
WHEN NEW.seq <> OLD.seq + 1 OR NEW.tenant <> OLD.tenant
BEGIN
    SELECT RAISE(ABORT, 'journal_head moves one step at a time');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_head_refuse_delete BEFORE DELETE ON journal_head
BEGIN
    SELECT RAISE(ABORT, 'journal_head is never deleted');
END;
-- +goose StatementEnd
-- A slug stands in did:web identifiers: it is never renamed or reused.
-- +goose StatementBegin
CREATE TRIGGER org_keeps_slug BEFORE UPDATE ON org
WHEN NEW.slug <> OLD.slug OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant
BEGIN
    SELECT RAISE(ABORT, 'org keeps its id, tenant and slug');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER org_refuse_delete BEFORE DELETE ON org
BEGIN
    SELECT RAISE(ABORT, 'org is never deleted');
END;
-- +goose StatementEnd
