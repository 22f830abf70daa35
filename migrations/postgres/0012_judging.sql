-- A teacher's class lists, tasks given to them, what learners ask for, and
-- what is kept apart from learning: habits of work.

-- +goose Up
CREATE TABLE section (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    school  TEXT NOT NULL,
    teacher TEXT NOT NULL,
    name    TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL,
    closed  TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, teacher) REFERENCES person (tenant, id)
);
CREATE INDEX section_teacher ON section (tenant, teacher, created);

CREATE TABLE section_member (
    tenant  TEXT NOT NULL REFERENCES org (id),
    section TEXT NOT NULL,
    person  TEXT NOT NULL,
    PRIMARY KEY (tenant, section, person),
    FOREIGN KEY (tenant, section) REFERENCES section (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX section_member_person ON section_member (tenant, person);

-- What a task asks for, in the teacher's words.
ALTER TABLE task ADD COLUMN words TEXT NOT NULL DEFAULT '';

-- The teacher who saw the work in class and wrote it down; NULL where its owner handed it in.
ALTER TABLE evidence ADD COLUMN observed_by TEXT;

-- A task as given to a section or to one learner.
CREATE TABLE handout (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    school  TEXT NOT NULL,
    task    TEXT NOT NULL,
    section TEXT,
    learner TEXT,
    due     TEXT NOT NULL, -- civil date or empty
    teacher TEXT NOT NULL,
    given   TIMESTAMPTZ NOT NULL,
    closed  TIMESTAMPTZ,
    UNIQUE (tenant, id),
    CHECK ((section IS NULL) <> (learner IS NULL)),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES task (tenant, id),
    FOREIGN KEY (tenant, section) REFERENCES section (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, teacher) REFERENCES person (tenant, id)
);
CREATE INDEX handout_section ON handout (tenant, section, given);
CREATE INDEX handout_learner ON handout (tenant, learner, given);
CREATE INDEX handout_teacher ON handout (tenant, teacher, given);
CREATE INDEX evidence_task ON evidence (tenant, task, owner);

-- A learner asks to be assessed in one indicator; one request is open at a time.
CREATE TABLE assessment_request (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    school   TEXT NOT NULL,
    learner  TEXT NOT NULL,
    item     TEXT NOT NULL,
    words    TEXT NOT NULL,
    state    TEXT NOT NULL,
    asked    TIMESTAMPTZ NOT NULL,
    teacher  TEXT,
    answered TIMESTAMPTZ,
    reply    TEXT NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, teacher) REFERENCES person (tenant, id)
);
CREATE UNIQUE INDEX assessment_request_open ON assessment_request (tenant, learner, item) WHERE state = 'asked';
CREATE INDEX assessment_request_waiting ON assessment_request (tenant, school, asked) WHERE state = 'asked';
CREATE INDEX assessment_request_learner ON assessment_request (tenant, learner, asked);

-- What a teacher often says in feedback.
CREATE TABLE phrase (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    teacher TEXT NOT NULL,
    words   TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant, teacher, words),
    FOREIGN KEY (tenant, teacher) REFERENCES person (tenant, id)
);

-- Habits of work: on a scale of their own, read by nothing that decides.
CREATE TABLE habit (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    school  TEXT NOT NULL,
    learner TEXT NOT NULL,
    habit   TEXT NOT NULL,
    level   INTEGER NOT NULL,
    words   TEXT NOT NULL,
    teacher TEXT NOT NULL,
    made    TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, teacher) REFERENCES person (tenant, id)
);
CREATE INDEX habit_learner ON habit (tenant, learner, habit, made);

-- The second wall.
SELECT laurel_tenant_wall('section');
SELECT laurel_tenant_wall('section_member');
SELECT laurel_tenant_wall('handout');
SELECT laurel_tenant_wall('assessment_request');
SELECT laurel_tenant_wall('phrase');
SELECT laurel_tenant_wall('habit');

-- What was said stays said; a later word stands beside it.
SELECT laurel_append_only('habit');
