-- The signed word of an organisation for those that it vouches for.

-- +goose Up
CREATE TABLE endorsement (
    entry        TEXT NOT NULL PRIMARY KEY REFERENCES registry_entry (id),
    tenant       TEXT NOT NULL REFERENCES org (id), -- of the organisation that vouches
    document     TEXT NOT NULL UNIQUE, -- urn:uuid:, the same after a renewal
    version      BIGINT NOT NULL CHECK (version > 0), -- counts signatures
    token        TEXT NOT NULL, -- vc+jwt
    embedded     BYTEA NOT NULL, -- the same with the proof inside
    token_key    TEXT NOT NULL REFERENCES org_key (id),
    embedded_key TEXT NOT NULL REFERENCES org_key (id),
    signed       TIMESTAMPTZ NOT NULL,
    valid_until  TIMESTAMPTZ NOT NULL
);

SELECT laurel_tenant_wall('endorsement');

-- A renewal says the same again.
CREATE TRIGGER endorsement_keeps_document BEFORE UPDATE ON endorsement
    FOR EACH ROW WHEN (NEW.entry <> OLD.entry OR NEW.tenant <> OLD.tenant OR NEW.document <> OLD.document OR NEW.version <= OLD.version)
    EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON endorsement
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
