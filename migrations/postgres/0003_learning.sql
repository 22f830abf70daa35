-- What learners can show, what they have shown, and what was decided on it.

-- +goose Up
CREATE TABLE framework (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    scale   TEXT NOT NULL, -- JSON
    created TIMESTAMPTZ NOT NULL,
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
    created  TIMESTAMPTZ NOT NULL,
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
    created TIMESTAMPTZ NOT NULL,
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
    created    TIMESTAMPTZ NOT NULL,
    submitted  TIMESTAMPTZ,
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
    created    TIMESTAMPTZ NOT NULL,
    removed    TIMESTAMPTZ,
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
    asked    TIMESTAMPTZ NOT NULL,
    answered TIMESTAMPTZ,
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
    made       TIMESTAMPTZ NOT NULL,
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
    proposed      TIMESTAMPTZ NOT NULL,
    confirmed_by  TEXT,
    confirmed     TIMESTAMPTZ,
    reopened_by   TEXT,
    reopened      TIMESTAMPTZ,
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
    entered         TIMESTAMPTZ NOT NULL,
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
    created   TIMESTAMPTZ NOT NULL,
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
    created   TIMESTAMPTZ NOT NULL,
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
    created TIMESTAMPTZ NOT NULL,
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
    created  TIMESTAMPTZ NOT NULL,
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
    created     TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, first_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, second_by) REFERENCES person (tenant, id)
);
CREATE INDEX exception_learner ON exception (tenant, learner);

-- The second wall.
SELECT laurel_tenant_wall('framework');
SELECT laurel_tenant_wall('item');
SELECT laurel_tenant_wall('rubric');
SELECT laurel_tenant_wall('task');
SELECT laurel_tenant_wall('task_item');
SELECT laurel_tenant_wall('evidence');
SELECT laurel_tenant_wall('evidence_item');
SELECT laurel_tenant_wall('attachment');
SELECT laurel_tenant_wall('attestation');
SELECT laurel_tenant_wall('assessment');
SELECT laurel_tenant_wall('determination');
SELECT laurel_tenant_wall('policy');
SELECT laurel_tenant_wall('record');
SELECT laurel_tenant_wall('artifact');
SELECT laurel_tenant_wall('external_result');
SELECT laurel_tenant_wall('hours');
SELECT laurel_tenant_wall('exception');

-- A judgment stays as it was made.
SELECT laurel_append_only('assessment');

-- A rubric with which somebody judged stays as it was.
-- +goose StatementBegin
CREATE FUNCTION laurel_rubric_used() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM assessment WHERE tenant = OLD.tenant AND rubric = OLD.id) THEN
        RAISE EXCEPTION 'a used rubric is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER rubric_used BEFORE UPDATE ON rubric FOR EACH ROW EXECUTE FUNCTION laurel_rubric_used();
CREATE TRIGGER refuse_delete BEFORE DELETE ON rubric FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rubric FOR EACH STATEMENT EXECUTE FUNCTION laurel_refuse_change();

-- An adopted policy only ever changes its status, to retired.
CREATE TRIGGER policy_keeps_text BEFORE UPDATE ON policy FOR EACH ROW
WHEN (NEW.status <> 'retired' OR OLD.status <> 'adopted' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant
    OR NEW.document <> OLD.document OR NEW.hash <> OLD.hash OR NEW.code <> OLD.code OR NEW.version <> OLD.version
    OR NEW.adopted_by <> OLD.adopted_by OR NEW.adopted_on <> OLD.adopted_on)
EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON policy FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON policy FOR EACH STATEMENT EXECUTE FUNCTION laurel_refuse_change();

-- What a determination was confirmed as stays; reopening adds to the row.
CREATE TRIGGER determination_locked BEFORE UPDATE ON determination FOR EACH ROW
WHEN (OLD.state <> 'proposed' AND (NEW.level <> OLD.level OR NEW.why <> OLD.why OR NEW.inputs <> OLD.inputs OR NEW.method <> OLD.method
    OR NEW.learner <> OLD.learner OR NEW.item <> OLD.item OR NEW.confirmed_by <> OLD.confirmed_by OR NEW.state = 'proposed'))
EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER determination_keeps BEFORE DELETE ON determination FOR EACH ROW
WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON determination FOR EACH STATEMENT EXECUTE FUNCTION laurel_refuse_change();
