-- People outside the school confirm work through a link, and large files come
-- in pieces.

-- +goose Up
ALTER TABLE attestation
    ADD COLUMN version         INTEGER NOT NULL DEFAULT 1, -- of the evidence
    ADD COLUMN asker           TEXT,
    ADD COLUMN mentor          TEXT NOT NULL DEFAULT '', -- a name; the organisation stands in provider
    ADD COLUMN relation        TEXT NOT NULL DEFAULT '',
    ADD COLUMN mail            TEXT NOT NULL DEFAULT '',
    ADD COLUMN statement       TEXT NOT NULL DEFAULT '',
    ADD COLUMN minutes         INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN items           TEXT NOT NULL DEFAULT '[]', -- JSON list
    ADD COLUMN files           TEXT NOT NULL DEFAULT '[]', -- JSON list
    ADD COLUMN link            TEXT, -- SHA-256 of the link's secret
    ADD COLUMN salt            TEXT NOT NULL DEFAULT '', -- the secret is made of it and a key that is not here
    ADD COLUMN expires         TIMESTAMPTZ,
    ADD COLUMN lapsed          BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN answer          TEXT NOT NULL DEFAULT '',
    ADD COLUMN method          TEXT NOT NULL DEFAULT '',
    ADD COLUMN answered_name   TEXT NOT NULL DEFAULT '',
    ADD COLUMN answered_role   TEXT NOT NULL DEFAULT '',
    ADD COLUMN answered_org    TEXT NOT NULL DEFAULT '',
    ADD COLUMN answered_minutes INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN words           TEXT NOT NULL DEFAULT '',
    ADD FOREIGN KEY (tenant, asker) REFERENCES person (tenant, id);
CREATE UNIQUE INDEX attestation_link ON attestation (link) WHERE link IS NOT NULL;
-- The hours of one piece are asked of one person at a time.
CREATE UNIQUE INDEX attestation_hours ON attestation (tenant, evidence) WHERE state = 'asked' AND minutes > 0;
CREATE INDEX attestation_runs_out ON attestation (expires) WHERE state = 'asked' AND NOT lapsed;

-- What somebody outside has said stays as it was said.
CREATE TRIGGER attestation_keeps_answer BEFORE UPDATE ON attestation
    FOR EACH ROW WHEN (OLD.state <> 'asked' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.evidence <> OLD.evidence)
    EXECUTE FUNCTION laurel_refuse_change();

-- A file on its way here. Its bytes stand in the folder of files until they are
-- whole; what became of them stands in the last five columns.
CREATE TABLE upload (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    owner      TEXT NOT NULL,
    name       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    digest     TEXT NOT NULL, -- SHA-256 that the sender gave, or empty
    state      TEXT NOT NULL,
    created    TIMESTAMPTZ NOT NULL,
    expires    TIMESTAMPTZ NOT NULL,
    sha256     TEXT NOT NULL, -- of the bytes as kept
    media_type TEXT NOT NULL,
    kept_name  TEXT NOT NULL,
    kept_size  BIGINT NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, owner) REFERENCES person (tenant, id)
);
CREATE INDEX upload_owner ON upload (tenant, owner, state);
CREATE INDEX upload_runs_out ON upload (expires);
SELECT laurel_tenant_wall('upload');

-- How much each person has here.
CREATE INDEX attachment_owner ON attachment (tenant, owner);
