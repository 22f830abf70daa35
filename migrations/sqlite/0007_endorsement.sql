-- The signed word of an organisation for those that it vouches for.

-- +goose Up
CREATE TABLE endorsement (
    entry        TEXT NOT NULL PRIMARY KEY REFERENCES registry_entry (id),
    tenant       TEXT NOT NULL REFERENCES org (id), -- of the organisation that vouches
    document     TEXT NOT NULL UNIQUE, -- urn:uuid:, the same after a renewal
    version      INTEGER NOT NULL CHECK (version > 0), -- counts signatures
    token        TEXT NOT NULL, -- vc+jwt
    embedded     BLOB NOT NULL, -- the same with the proof inside
    token_key    TEXT NOT NULL REFERENCES org_key (id),
    embedded_key TEXT NOT NULL REFERENCES org_key (id),
    signed       DATETIME NOT NULL,
    valid_until  DATETIME NOT NULL
);

-- A renewal says the same again.
-- +goose StatementBegin
CREATE TRIGGER endorsement_keeps_document BEFORE UPDATE ON endorsement
WHEN NEW.entry <> OLD.entry OR NEW.tenant <> OLD.tenant OR NEW.document <> OLD.document OR NEW.version <= OLD.version
BEGIN
    SELECT RAISE(ABORT, 'endorsement keeps its document');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER endorsement_refuse_delete BEFORE DELETE ON endorsement
BEGIN
    SELECT RAISE(ABORT, 'endorsement is never deleted');
END;
-- +goose StatementEnd
