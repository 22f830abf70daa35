-- What organisations say about themselves on their documents, version by version.

-- +goose Up
CREATE TABLE school_profile (
    tenant         TEXT NOT NULL REFERENCES org (id),
    org            TEXT NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0),
    restored       INTEGER NOT NULL CHECK (restored < version),
    sections       TEXT NOT NULL, -- JSON
    legend         TEXT NOT NULL, -- JSON list
    signatories    TEXT NOT NULL, -- JSON list
    crosswalk      TEXT NOT NULL, -- JSON list
    declared_by    TEXT NOT NULL,
    declared_since TEXT NOT NULL, -- civil date or empty
    logo           TEXT NOT NULL, -- SHA-256 of a PNG or empty
    saved_by       TEXT NOT NULL,
    saved          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, org, version),
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, saved_by) REFERENCES person (tenant, id)
);

-- The second wall.
SELECT laurel_tenant_wall('school_profile');

-- What was issued keeps the words of its time.
SELECT laurel_append_only('school_profile');
