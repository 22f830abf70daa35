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
    published DATETIME,
    created   DATETIME NOT NULL,
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
    created          DATETIME NOT NULL,
    submitted        DATETIME,
    decided          DATETIME,
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
    saved       DATETIME NOT NULL,
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
    assigned    DATETIME NOT NULL,
    due_on      TEXT NOT NULL,
    scored      DATETIME,
    scores      TEXT NOT NULL, -- JSON by criterion, empty until scored
    UNIQUE (tenant, id),
    UNIQUE (tenant, application, attempt, assessor),
    FOREIGN KEY (tenant, application) REFERENCES application (tenant, id),
    FOREIGN KEY (tenant, assessor) REFERENCES person (tenant, id)
);
CREATE INDEX review_assessor ON review (tenant, assessor, state, due_on);
CREATE UNIQUE INDEX review_seat ON review (tenant, application, attempt, seat) WHERE state <> 'released';

-- What was published, and what an assessor has found, stays as it is.
-- +goose StatementBegin
CREATE TRIGGER micro_credential_keeps BEFORE UPDATE ON micro_credential
WHEN OLD.state = 'published'
BEGIN
    SELECT RAISE(ABORT, 'a published micro-credential is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER micro_credential_refuse_delete BEFORE DELETE ON micro_credential
BEGIN
    SELECT RAISE(ABORT, 'micro_credential is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_keeps BEFORE UPDATE ON review
WHEN OLD.state <> 'assigned' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.application <> OLD.application
    OR NEW.attempt <> OLD.attempt OR NEW.assessor <> OLD.assessor OR NEW.seat <> OLD.seat
BEGIN
    SELECT RAISE(ABORT, 'a scored review is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_refuse_delete BEFORE DELETE ON review
BEGIN
    SELECT RAISE(ABORT, 'review is never deleted');
END;
-- +goose StatementEnd
-- What was handed in is what assessors read.
-- +goose StatementBegin
CREATE TRIGGER answer_keeps BEFORE UPDATE ON answer
WHEN NOT EXISTS (SELECT 1 FROM application a WHERE a.tenant = OLD.tenant AND a.id = OLD.application
    AND a.state = 'draft' AND a.attempt = OLD.attempt)
BEGIN
    SELECT RAISE(ABORT, 'an answer that was handed in is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER answer_refuse_delete BEFORE DELETE ON answer
BEGIN
    SELECT RAISE(ABORT, 'answer is never deleted');
END;
-- +goose StatementEnd
