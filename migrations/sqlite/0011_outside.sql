-- People outside the school confirm work through a link, and large files come
-- in pieces.

-- +goose Up
ALTER TABLE attestation ADD COLUMN version INTEGER NOT NULL DEFAULT 1; -- of the evidence
ALTER TABLE attestation ADD COLUMN asker TEXT REFERENCES person (id);
ALTER TABLE attestation ADD COLUMN mentor TEXT NOT NULL DEFAULT ''; -- a name; the organisation stands in provider
ALTER TABLE attestation ADD COLUMN relation TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN statement TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attestation ADD COLUMN items TEXT NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE attestation ADD COLUMN files TEXT NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE attestation ADD COLUMN link TEXT; -- SHA-256 of the link's secret
ALTER TABLE attestation ADD COLUMN salt TEXT NOT NULL DEFAULT ''; -- the secret is made of it and a key that is not here
ALTER TABLE attestation ADD COLUMN expires DATETIME;
ALTER TABLE attestation ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE attestation ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN answered_name TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN answered_role TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN answered_org TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN answered_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attestation ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX attestation_link ON attestation (link) WHERE link IS NOT NULL;
-- The hours of one piece are asked of one person at a time.
CREATE UNIQUE INDEX attestation_hours ON attestation (tenant, evidence) WHERE state = 'asked' AND minutes > 0;
CREATE INDEX attestation_runs_out ON attestation (expires) WHERE state = 'asked' AND NOT lapsed;

-- What somebody outside has said stays as it was said.
-- +goose StatementBegin
CREATE TRIGGER attestation_keeps_answer BEFORE UPDATE ON attestation
WHEN OLD.state <> 'asked' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.evidence <> OLD.evidence
BEGIN
    SELECT RAISE(ABORT, 'an answer from outside is never changed');
END;
-- +goose StatementEnd

-- A file on its way here. Its bytes stand in the folder of files until they are
-- whole; what became of them stands in the last five columns.
CREATE TABLE upload (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    owner      TEXT NOT NULL,
    name       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    digest     TEXT NOT NULL, -- SHA-256 that the sender gave, or empty
    state      TEXT NOT NULL,
    created    DATETIME NOT NULL,
    expires    DATETIME NOT NULL,
    sha256     TEXT NOT NULL, -- of the bytes as kept
    media_type TEXT NOT NULL,
    kept_name  TEXT NOT NULL,
    kept_size  INTEGER NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, owner) REFERENCES person (tenant, id)
);
CREATE INDEX upload_owner ON upload (tenant, owner, state);
CREATE INDEX upload_runs_out ON upload (expires);

-- How much each person has here.
CREATE INDEX attachment_owner ON attachment (tenant, owner);
