-- Courses and the credits that they give, what people did to the entries of a
-- learner's record, and exceptions on their way through two approvals.

-- +goose Up
CREATE TABLE course (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    school     TEXT NOT NULL,
    code       TEXT NOT NULL,
    title      TEXT NOT NULL,
    value      INTEGER NOT NULL CHECK (value > 0), -- hundredths of a credit
    tags       TEXT NOT NULL, -- JSON list
    route      TEXT NOT NULL,
    indicators TEXT NOT NULL, -- JSON list of codes
    created_by TEXT NOT NULL,
    created    TIMESTAMPTZ NOT NULL,
    retired    TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, created_by) REFERENCES person (tenant, id)
);
CREATE UNIQUE INDEX course_code ON course (tenant, school, code) WHERE retired IS NULL;

CREATE TABLE credit (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    learner TEXT NOT NULL,
    course  TEXT, -- where the school's own course gave it
    title   TEXT NOT NULL,
    value   INTEGER NOT NULL CHECK (value > 0), -- hundredths of a credit
    tags    TEXT NOT NULL, -- JSON list
    route   TEXT NOT NULL,
    source  TEXT NOT NULL,
    earned  TEXT NOT NULL, -- civil date or empty
    waits   TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, course) REFERENCES course (tenant, id)
);
CREATE INDEX credit_learner ON credit (tenant, learner);

-- A course that a learner has taken up: where credit is derived from
-- proficiency, what its credit stands for.
CREATE TABLE course_taken (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    learner TEXT NOT NULL,
    course  TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, course) REFERENCES course (tenant, id)
);
CREATE INDEX course_taken_learner ON course_taken (tenant, learner);

-- What people did to an entry of a learner's record: entered it, confirmed it
-- for whom it waited for, withdrew it. The entry itself never changes.
CREATE TABLE entry_mark (
    tenant  TEXT NOT NULL REFERENCES org (id),
    entry   TEXT NOT NULL,
    mark    TEXT NOT NULL CHECK (mark IN ('entered', 'confirmed', 'withdrawn')),
    learner TEXT NOT NULL,
    note    TEXT NOT NULL, -- where it comes from, or the reason; for staff only
    made_by TEXT NOT NULL,
    made    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, entry, mark),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, made_by) REFERENCES person (tenant, id)
);
CREATE INDEX entry_mark_learner ON entry_mark (tenant, learner);

CREATE TABLE exception_request (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    school      TEXT NOT NULL,
    learner     TEXT NOT NULL,
    policy      TEXT NOT NULL, -- whose requirement it is
    requirement TEXT NOT NULL,
    title       TEXT NOT NULL, -- of the requirement
    kind        TEXT NOT NULL,
    reason      TEXT NOT NULL, -- for staff only
    cite        TEXT NOT NULL,
    expires     TEXT NOT NULL, -- civil date or empty
    state       TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'granted', 'refused', 'withdrawn')),
    proposed_by TEXT NOT NULL,
    proposed    TIMESTAMPTZ NOT NULL,
    first_by    TEXT CHECK (first_by <> proposed_by),
    first_at    TIMESTAMPTZ,
    closed_by   TEXT CHECK (state <> 'granted' OR (closed_by <> first_by AND closed_by <> proposed_by)),
    closed      TIMESTAMPTZ,
    closed_why  TEXT NOT NULL, -- for staff only
    exception   TEXT,
    UNIQUE (tenant, id),
    CHECK (state <> 'granted' OR (first_by IS NOT NULL AND closed_by IS NOT NULL AND exception IS NOT NULL)),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, policy) REFERENCES policy (tenant, id),
    FOREIGN KEY (tenant, proposed_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, first_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, closed_by) REFERENCES person (tenant, id)
);
CREATE INDEX exception_request_learner ON exception_request (tenant, learner);
CREATE INDEX exception_request_open ON exception_request (tenant, proposed) WHERE state IN ('proposed', 'approved');

SELECT laurel_tenant_wall('course');
SELECT laurel_tenant_wall('credit');
SELECT laurel_tenant_wall('course_taken');
SELECT laurel_tenant_wall('entry_mark');
SELECT laurel_tenant_wall('exception_request');

-- What was entered stays as it was entered.
SELECT laurel_append_only('credit');
SELECT laurel_append_only('course_taken');
SELECT laurel_append_only('entry_mark');
SELECT laurel_append_only('exception');

-- A course is retired, never rewritten.
CREATE TRIGGER course_keeps BEFORE UPDATE ON course
    FOR EACH ROW WHEN (OLD.retired IS NOT NULL OR NEW.retired IS NULL OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.school <> OLD.school OR NEW.code <> OLD.code
        OR NEW.title <> OLD.title OR NEW.value <> OLD.value OR NEW.tags <> OLD.tags OR NEW.route <> OLD.route OR NEW.indicators <> OLD.indicators)
    EXECUTE FUNCTION laurel_refuse_change();
-- What is asked for stays; its way through the approvals goes forward only.
CREATE TRIGGER exception_request_keeps BEFORE UPDATE ON exception_request
    FOR EACH ROW WHEN (OLD.state NOT IN ('proposed', 'approved') OR (OLD.state = 'approved' AND (NEW.state = 'proposed' OR NEW.first_by <> OLD.first_by))
        OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.learner <> OLD.learner OR NEW.policy <> OLD.policy OR NEW.requirement <> OLD.requirement
        OR NEW.kind <> OLD.kind OR NEW.reason <> OLD.reason OR NEW.cite <> OLD.cite OR NEW.expires <> OLD.expires OR NEW.proposed_by <> OLD.proposed_by)
    EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON exception_request
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
