-- What learners can show, what they have shown, and what was decided on it.

-- +goose Up
CREATE TABLE framework (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    scale   TEXT NOT NULL, -- JSON
    created DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name, version)
);

CREATE TABLE item (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    framework TEXT NOT NULL,
    parent    TEXT,
    kind      TEXT NOT NULL,
    code      TEXT NOT NULL,
    text      TEXT NOT NULL,
    position  INTEGER NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, framework, code),
    FOREIGN KEY (tenant, framework) REFERENCES framework (tenant, id),
    FOREIGN KEY (tenant, parent) REFERENCES item (tenant, id)
);
CREATE INDEX item_framework ON item (tenant, framework, position);

CREATE TABLE rubric (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    item     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    criteria TEXT NOT NULL, -- JSON
    created  DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, item, version),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id)
);

CREATE TABLE task (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    school  TEXT NOT NULL,
    title   TEXT NOT NULL,
    context TEXT NOT NULL,
    maker   TEXT NOT NULL,
    created DATETIME NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, maker) REFERENCES person (tenant, id)
);
CREATE INDEX task_school ON task (tenant, school, created);

CREATE TABLE task_item (
    tenant TEXT NOT NULL REFERENCES org (id),
    task   TEXT NOT NULL,
    item   TEXT NOT NULL,
    PRIMARY KEY (tenant, task, item),
    FOREIGN KEY (tenant, task) REFERENCES task (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id)
);

CREATE TABLE evidence (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    school     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    task       TEXT,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    reflection TEXT NOT NULL,
    route      TEXT NOT NULL,
    context    TEXT NOT NULL,
    provider   TEXT NOT NULL,
    links      TEXT NOT NULL, -- JSON list
    state      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    returned   TEXT NOT NULL,
    created    DATETIME NOT NULL,
    submitted  DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, owner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES task (tenant, id)
);
CREATE INDEX evidence_owner ON evidence (tenant, owner, created);
-- The queue: what waits, oldest first.
CREATE INDEX evidence_waiting ON evidence (tenant, school, submitted, id) WHERE state IN ('submitted', 'in_review');

CREATE TABLE evidence_item (
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    item     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, evidence, item),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id)
);

-- Files, as used in one place: a piece of evidence, a part of an application.
CREATE TABLE attachment (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    owner      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    part       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       INTEGER NOT NULL,
    created    DATETIME NOT NULL,
    removed    DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, owner) REFERENCES person (tenant, id)
);
CREATE INDEX attachment_subject ON attachment (tenant, kind, subject, created);

CREATE TABLE attestation (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    provider TEXT NOT NULL,
    reason   TEXT NOT NULL,
    state    TEXT NOT NULL,
    asked    DATETIME NOT NULL,
    answered DATETIME,
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id)
);
CREATE INDEX attestation_evidence ON attestation (tenant, evidence);

CREATE TABLE assessment (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    evidence   TEXT NOT NULL,
    learner    TEXT NOT NULL,
    item       TEXT NOT NULL,
    rubric     TEXT NOT NULL,
    assessor   TEXT NOT NULL,
    level      INTEGER NOT NULL, -- 0: the judgment it supersedes was taken back
    feedback   TEXT NOT NULL,
    made       DATETIME NOT NULL,
    supersedes TEXT,
    UNIQUE (tenant, id),
    UNIQUE (tenant, supersedes),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, rubric) REFERENCES rubric (tenant, id),
    FOREIGN KEY (tenant, assessor) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, supersedes) REFERENCES assessment (tenant, id)
);
CREATE INDEX assessment_learner ON assessment (tenant, learner, item);
CREATE INDEX assessment_evidence ON assessment (tenant, evidence);
CREATE INDEX assessment_rubric ON assessment (tenant, rubric);

CREATE TABLE determination (
    id            TEXT NOT NULL PRIMARY KEY,
    tenant        TEXT NOT NULL REFERENCES org (id),
    learner       TEXT NOT NULL,
    item          TEXT NOT NULL,
    state         TEXT NOT NULL,
    level         INTEGER NOT NULL,
    method        TEXT NOT NULL, -- JSON: name, version, parameters
    inputs        TEXT NOT NULL, -- JSON list of assessments
    why           TEXT NOT NULL,
    contexts      TEXT NOT NULL, -- JSON list
    supersedes    TEXT,
    proposed      DATETIME NOT NULL,
    confirmed_by  TEXT,
    confirmed     DATETIME,
    reopened_by   TEXT,
    reopened      DATETIME,
    reopen_reason TEXT NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, supersedes) REFERENCES determination (tenant, id),
    FOREIGN KEY (tenant, confirmed_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, reopened_by) REFERENCES person (tenant, id)
);
CREATE INDEX determination_learner ON determination (tenant, learner, item);
CREATE UNIQUE INDEX determination_open ON determination (tenant, learner, item) WHERE state = 'proposed';
CREATE UNIQUE INDEX determination_standing ON determination (tenant, learner, item) WHERE state = 'confirmed';

CREATE TABLE policy (
    id              TEXT NOT NULL PRIMARY KEY,
    tenant          TEXT NOT NULL REFERENCES org (id),
    framework       TEXT NOT NULL,
    code            TEXT NOT NULL,
    version         INTEGER NOT NULL,
    title           TEXT NOT NULL,
    status          TEXT NOT NULL,
    document        TEXT NOT NULL, -- canonical JSON, byte for byte what hash is of
    hash            TEXT NOT NULL,
    adopted_by      TEXT NOT NULL,
    adopted_on      TEXT NOT NULL,
    entered_by      TEXT,
    entered         DATETIME NOT NULL,
    entry_from      INTEGER NOT NULL,
    entry_to        INTEGER NOT NULL,
    graduation_from INTEGER NOT NULL,
    graduation_to   INTEGER NOT NULL,
    school          TEXT NOT NULL,
    diploma_type    TEXT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, code, version),
    FOREIGN KEY (tenant, framework) REFERENCES framework (tenant, id),
    FOREIGN KEY (tenant, entered_by) REFERENCES person (tenant, id)
);

CREATE TABLE record (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    learner   TEXT NOT NULL,
    kind      TEXT NOT NULL,
    standing  BOOLEAN NOT NULL, -- the newest version, not withdrawn
    signed_by TEXT NOT NULL,    -- JSON list of roles
    reviewed  TEXT NOT NULL,    -- civil date or empty
    waits     TEXT NOT NULL,
    created   DATETIME NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id)
);
CREATE INDEX record_learner ON record (tenant, learner);

CREATE TABLE artifact (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    learner   TEXT NOT NULL,
    kind      TEXT NOT NULL,
    title     TEXT NOT NULL,
    state     TEXT NOT NULL,
    panel     TEXT NOT NULL, -- JSON list
    outsiders INTEGER NOT NULL,
    waits     TEXT NOT NULL,
    created   DATETIME NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id)
);
CREATE INDEX artifact_learner ON artifact (tenant, learner);

CREATE TABLE external_result (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    learner TEXT NOT NULL,
    ref     TEXT NOT NULL,
    score   INTEGER NOT NULL,
    taken   TEXT NOT NULL, -- civil date or empty
    source  TEXT NOT NULL,
    waits   TEXT NOT NULL,
    created DATETIME NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id)
);
CREATE INDEX external_result_learner ON external_result (tenant, learner);

CREATE TABLE hours (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    learner  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    minutes  INTEGER NOT NULL,
    provider TEXT NOT NULL,
    waits    TEXT NOT NULL,
    created  DATETIME NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id)
);
CREATE INDEX hours_learner ON hours (tenant, learner);

CREATE TABLE exception (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    learner     TEXT NOT NULL,
    requirement TEXT NOT NULL,
    kind        TEXT NOT NULL,
    reason      TEXT NOT NULL, -- for staff only
    cite        TEXT NOT NULL,
    first_by    TEXT NOT NULL,
    second_by   TEXT NOT NULL CHECK (second_by <> first_by),
    expires     TEXT NOT NULL, -- civil date or empty
    created     DATETIME NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, first_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, second_by) REFERENCES person (tenant, id)
);
CREATE INDEX exception_learner ON exception (tenant, learner);

-- A judgment stays as it was made.
-- +goose StatementBegin
CREATE TRIGGER assessment_refuse_update BEFORE UPDATE ON assessment
BEGIN
    SELECT RAISE(ABORT, 'assessment is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assessment_refuse_delete BEFORE DELETE ON assessment
BEGIN
    SELECT RAISE(ABORT, 'assessment is append-only');
END;
-- +goose StatementEnd
-- A rubric with which somebody judged stays as it was.
-- +goose StatementBegin
CREATE TRIGGER rubric_used_update BEFORE UPDATE ON rubric
WHEN EXISTS (SELECT 1 FROM assessment WHERE tenant = OLD.tenant AND rubric = OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'a used rubric is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rubric_refuse_delete BEFORE DELETE ON rubric
BEGIN
    SELECT RAISE(ABORT, 'rubric is never deleted');
END;
-- +goose StatementEnd
-- An adopted policy only ever changes its status, to retired.
-- +goose StatementBegin
CREATE TRIGGER policy_keeps_text BEFORE UPDATE ON policy
WHEN NEW.status <> 'retired' OR OLD.status <> 'adopted' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant
    OR NEW.document <> OLD.document OR NEW.hash <> OLD.hash OR NEW.code <> OLD.code OR NEW.version <> OLD.version
    OR NEW.adopted_by <> OLD.adopted_by OR NEW.adopted_on <> OLD.adopted_on
BEGIN
    SELECT RAISE(ABORT, 'an adopted policy is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_refuse_delete BEFORE DELETE ON policy
BEGIN
    SELECT RAISE(ABORT, 'policy is never deleted');
END;
-- +goose StatementEnd
-- What a determination was confirmed as stays; reopening adds to the row.
-- +goose StatementBegin
CREATE TRIGGER determination_locked BEFORE UPDATE ON determination
WHEN OLD.state <> 'proposed' AND (NEW.level <> OLD.level OR NEW.why <> OLD.why OR NEW.inputs <> OLD.inputs OR NEW.method <> OLD.method
    OR NEW.learner <> OLD.learner OR NEW.item <> OLD.item OR NEW.confirmed_by <> OLD.confirmed_by OR NEW.state = 'proposed')
BEGIN
    SELECT RAISE(ABORT, 'a confirmed determination is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER determination_keeps BEFORE DELETE ON determination
WHEN OLD.state <> 'proposed'
BEGIN
    SELECT RAISE(ABORT, 'a confirmed determination is never deleted');
END;
-- +goose StatementEnd
