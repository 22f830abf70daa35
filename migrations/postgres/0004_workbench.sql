-- The workbench of micro-credentials: what can be earned, who is on the way,
-- what they show, and what assessors find.

-- +goose Up
CREATE TABLE micro_credential (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    org       TEXT NOT NULL,
    slug      TEXT NOT NULL,
    version   INTEGER NOT NULL,
    state     TEXT NOT NULL,
    anatomy   TEXT NOT NULL, -- the document as it was published, JSON
    published TIMESTAMPTZ,
    created   TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (slug, version), -- a slug belongs to whoever used it first
    FOREIGN KEY (tenant, org) REFERENCES org (tenant, id)
);

CREATE TABLE application (
    id               TEXT NOT NULL PRIMARY KEY,
    tenant           TEXT NOT NULL REFERENCES org (id),
    micro_credential TEXT NOT NULL,
    slug             TEXT NOT NULL,
    applicant        TEXT NOT NULL,
    code             TEXT NOT NULL, -- how assessors call it
    attempt          INTEGER NOT NULL,
    state            TEXT NOT NULL,
    consent          BOOLEAN NOT NULL,
    deidentified     BOOLEAN NOT NULL,
    waits            TEXT NOT NULL, -- why nobody reads it: a code
    created          TIMESTAMPTZ NOT NULL,
    submitted        TIMESTAMPTZ,
    decided          TIMESTAMPTZ,
    due_on           TEXT NOT NULL, -- civil date or empty
    UNIQUE (tenant, id),
    UNIQUE (tenant, code),
    FOREIGN KEY (tenant, micro_credential) REFERENCES micro_credential (tenant, id),
    FOREIGN KEY (tenant, applicant) REFERENCES person (tenant, id)
);
CREATE INDEX application_applicant ON application (tenant, applicant, created);
CREATE INDEX application_state ON application (tenant, state, due_on);
-- One open way per person and micro-credential, whatever the version.
CREATE UNIQUE INDEX application_open ON application (tenant, applicant, slug) WHERE state NOT IN ('awarded', 'withdrawn');

CREATE TABLE answer (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    application TEXT NOT NULL,
    attempt     INTEGER NOT NULL,
    part        TEXT NOT NULL,
    body        TEXT NOT NULL,
    link        TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    page        TEXT NOT NULL, -- the open page that wrote it
    saved       TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant, application, attempt, part),
    FOREIGN KEY (tenant, application) REFERENCES application (tenant, id)
);

CREATE TABLE review (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    application TEXT NOT NULL,
    attempt     INTEGER NOT NULL,
    assessor    TEXT NOT NULL,
    seat        TEXT NOT NULL,
    state       TEXT NOT NULL,
    assigned    TIMESTAMPTZ NOT NULL,
    due_on      TEXT NOT NULL,
    scored      TIMESTAMPTZ,
    scores      TEXT NOT NULL, -- JSON by criterion, empty until scored
    UNIQUE (tenant, id),
    UNIQUE (tenant, application, attempt, assessor),
    FOREIGN KEY (tenant, application) REFERENCES application (tenant, id),
    FOREIGN KEY (tenant, assessor) REFERENCES person (tenant, id)
);
CREATE INDEX review_assessor ON review (tenant, assessor, state, due_on);
CREATE UNIQUE INDEX review_seat ON review (tenant, application, attempt, seat) WHERE state <> 'released';

SELECT laurel_tenant_wall('micro_credential');
SELECT laurel_tenant_wall('application');
SELECT laurel_tenant_wall('answer');
SELECT laurel_tenant_wall('review');

-- What was published, and what an assessor has found, stays as it is.
CREATE TRIGGER micro_credential_keeps BEFORE UPDATE ON micro_credential
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON micro_credential
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER review_keeps BEFORE UPDATE ON review
    FOR EACH ROW WHEN (OLD.state <> 'assigned' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.application <> OLD.application
        OR NEW.attempt <> OLD.attempt OR NEW.assessor <> OLD.assessor OR NEW.seat <> OLD.seat)
    EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON review
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
-- What was handed in is what assessors read.
-- +goose StatementBegin
CREATE FUNCTION laurel_answer_keeps() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM application a WHERE a.tenant = OLD.tenant AND a.id = OLD.application
        AND a.state = 'draft' AND a.attempt = OLD.attempt) THEN
        RAISE EXCEPTION 'an answer that was handed in is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER answer_keeps BEFORE UPDATE ON answer
    FOR EACH ROW EXECUTE FUNCTION laurel_answer_keeps();
CREATE TRIGGER refuse_delete BEFORE DELETE ON answer
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
