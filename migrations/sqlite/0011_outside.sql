-- People outside the school confirm work through a link, and large files come
-- in pieces.

-- +goose Up
-- The table is made anew, since a reference by two columns cannot be added to one.
ALTER TABLE attestation RENAME TO attestation_before;
DROP INDEX attestation_evidence;
CREATE TABLE attestation (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    provider TEXT NOT NULL,
    reason   TEXT NOT NULL,
    state    TEXT NOT NULL,
    asked    DATETIME NOT NULL,
    answered DATETIME,
    version INTEGER NOT NULL DEFAULT 1, -- of the evidence
    asker TEXT,
    mentor TEXT NOT NULL DEFAULT '', -- a name; the organisation stands in provider
    relation TEXT NOT NULL DEFAULT '',
    mail TEXT NOT NULL DEFAULT '',
    statement TEXT NOT NULL DEFAULT '',
    minutes INTEGER NOT NULL DEFAULT 0,
    items TEXT NOT NULL DEFAULT '[]', -- JSON list
    files TEXT NOT NULL DEFAULT '[]', -- JSON list
    link TEXT, -- SHA-256 of the link's secret
    salt TEXT NOT NULL DEFAULT '', -- the secret is made of it and a key that is not here
    expires DATETIME,
    lapsed BOOLEAN NOT NULL DEFAULT FALSE,
    answer TEXT NOT NULL DEFAULT '',
    method TEXT NOT NULL DEFAULT '',
    answered_name TEXT NOT NULL DEFAULT '',
    answered_role TEXT NOT NULL DEFAULT '',
    answered_org TEXT NOT NULL DEFAULT '',
    answered_minutes INTEGER NOT NULL DEFAULT 0,
    words TEXT NOT NULL DEFAULT '',
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, asker) REFERENCES person (tenant, id)
);
INSERT INTO attestation (id, tenant, evidence, provider, reason, state, asked, answered)
SELECT id, tenant, evidence, provider, reason, state, asked, answered FROM attestation_before;
DROP TABLE attestation_before;
CREATE INDEX attestation_evidence ON attestation (tenant, evidence);
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
