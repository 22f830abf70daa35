-- The ground that everything stands on: places, people, sign-in, journal.
--
-- Every table that belongs to a tenant carries the tenant's id and refers to
-- other tenant rows by (tenant, id), so that no row can point across tenants.

-- +goose Up

-- laurel_tenant_wall puts the second wall around a tenant table: whatever the
-- query says, it sees and writes only rows of the tenant that the transaction
-- was begun for ('*' for the operator's own reads). It binds the owner too.
-- +goose StatementBegin
CREATE FUNCTION laurel_tenant_wall(walled TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
    EXECUTE format('CREATE POLICY tenant_wall ON %I USING (
        tenant = current_setting(''laurel.tenant'', true) OR current_setting(''laurel.tenant'', true) = ''*'')', walled);
END
$$;
-- +goose StatementEnd

-- laurel_refuse_change is the trigger function of everything that stays as it
-- was written.
-- +goose StatementBegin
CREATE FUNCTION laurel_refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% may not be changed in this way (%)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd

-- laurel_append_only refuses update, delete and truncate on a table.
-- +goose StatementBegin
CREATE FUNCTION laurel_append_only(kept TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %I
        FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change()', kept);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION laurel_refuse_change()', kept);
END
$$;
-- +goose StatementEnd

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
    created  TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant, id)
);
CREATE INDEX org_parent ON org (parent);

CREATE TABLE account (
    id            TEXT NOT NULL PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    epoch         INTEGER NOT NULL,
    created       TIMESTAMPTZ NOT NULL
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
    created           TIMESTAMPTZ NOT NULL,
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
    since  TIMESTAMPTZ NOT NULL,
    until  TIMESTAMPTZ,
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX person_name_person ON person_name (tenant, person, since);

CREATE TABLE staffing (
    id     TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES org (id),
    person TEXT NOT NULL,
    org    TEXT NOT NULL,
    role   TEXT NOT NULL,
    since  TIMESTAMPTZ NOT NULL,
    until  TIMESTAMPTZ,
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
    since           TIMESTAMPTZ NOT NULL,
    until           TIMESTAMPTZ,
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id)
);
CREATE INDEX enrollment_person ON enrollment (tenant, person);
CREATE INDEX enrollment_class ON enrollment (tenant, school, graduation_year);
CREATE UNIQUE INDEX enrollment_lasting ON enrollment (tenant, person, school) WHERE until IS NULL;

CREATE TABLE session (
    token  TEXT NOT NULL PRIMARY KEY, -- hashed
    data   BYTEA NOT NULL,
    expiry TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_expiry ON session (expiry);

CREATE TABLE idempotency (
    tenant       TEXT NOT NULL REFERENCES org (id),
    actor        TEXT NOT NULL,
    request_key  TEXT NOT NULL,
    route        TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status       INTEGER NOT NULL, -- HTTP status of the answer, 0 while there is none
    body         BYTEA NOT NULL,
    location     TEXT NOT NULL,
    created      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, actor, request_key)
);
CREATE INDEX idempotency_created ON idempotency (created);

CREATE TABLE journal_head (
    tenant TEXT NOT NULL PRIMARY KEY REFERENCES org (id),
    seq    BIGINT NOT NULL,
    hash   BYTEA NOT NULL
);

CREATE TABLE journal (
    tenant  TEXT NOT NULL REFERENCES org (id),
    seq     BIGINT NOT NULL,
    at      TIMESTAMPTZ NOT NULL,
    actor   TEXT NOT NULL,
    account TEXT NOT NULL,
    act     TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    detail  TEXT NOT NULL, -- JSON object of ids and codes
    prev    BYTEA NOT NULL,
    hash    BYTEA NOT NULL,
    PRIMARY KEY (tenant, seq)
);
CREATE INDEX journal_subject ON journal (tenant, subject, seq);

-- Names, slugs and places of organisations are public (they stand in did
-- documents), so every transaction may read them; writing is walled.
SELECT laurel_tenant_wall('org');
CREATE POLICY org_is_public ON org FOR SELECT USING (true);
SELECT laurel_tenant_wall('person');
SELECT laurel_tenant_wall('person_name');
SELECT laurel_tenant_wall('staffing');
SELECT laurel_tenant_wall('enrollment');
SELECT laurel_tenant_wall('idempotency');
SELECT laurel_tenant_wall('journal_head');
SELECT laurel_tenant_wall('journal');

-- What was written stays as it was written.
SELECT laurel_append_only('journal');
REVOKE UPDATE, DELETE, TRUNCATE ON journal FROM CURRENT_USER;
-- The head moves one step at a time and is never taken away.
CREATE TRIGGER journal_head_steps BEFORE UPDATE ON journal_head
    FOR EACH ROW WHEN (NEW.seq <> OLD.seq + 1 OR NEW.tenant <> OLD.tenant) EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION laurel_refuse_change();
-- A slug stands in did:web identifiers: it is never renamed or reused.
CREATE TRIGGER org_keeps_slug BEFORE UPDATE ON org
    FOR EACH ROW WHEN (NEW.slug <> OLD.slug OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant) EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER org_refuse_delete BEFORE DELETE ON org
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
