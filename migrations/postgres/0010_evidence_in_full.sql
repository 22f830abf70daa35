-- Evidence in full: how it came about, whose part of a group's work it is, what
-- it was in each version, what was disputed, and what follows from that.

-- +goose Up
ALTER TABLE evidence ADD COLUMN began TEXT NOT NULL DEFAULT ''; -- civil date or empty
ALTER TABLE evidence ADD COLUMN ended TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN proposed BOOLEAN NOT NULL DEFAULT FALSE; -- the learner's own idea
ALTER TABLE evidence ADD COLUMN part_of TEXT REFERENCES evidence (id);  -- the first piece of a group's work

-- Bytes may go when their time is over; the row, with the hash, stays.
ALTER TABLE attachment ADD COLUMN purged TIMESTAMPTZ;

-- An agreement from before the start, where a route asks for one.
CREATE TABLE prior_approval (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    school     TEXT NOT NULL,
    learner    TEXT NOT NULL,
    route      TEXT NOT NULL,
    title      TEXT NOT NULL,
    items      TEXT NOT NULL, -- JSON list
    starts     TEXT NOT NULL, -- civil date
    state      TEXT NOT NULL,
    words      TEXT NOT NULL, -- of whoever decided
    asked_by   TEXT NOT NULL,
    asked      TIMESTAMPTZ NOT NULL,
    decided_by TEXT,
    decided    TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, asked_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, decided_by) REFERENCES person (tenant, id)
);
CREATE INDEX prior_approval_learner ON prior_approval (tenant, learner, asked);
CREATE INDEX prior_approval_waiting ON prior_approval (tenant, school, asked) WHERE state = 'asked';
ALTER TABLE evidence ADD COLUMN approval TEXT REFERENCES prior_approval (id);

-- What was handed in, version by version, as bytes with their hash.
CREATE TABLE evidence_version (
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    version  INTEGER NOT NULL CHECK (version > 0),
    document TEXT NOT NULL, -- JSON, byte for byte what hash is of
    hash     TEXT NOT NULL,
    kept     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, evidence, version),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id)
);

-- Thoughts about the work, each with its day.
CREATE TABLE reflection (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    author   TEXT NOT NULL,
    body     TEXT NOT NULL,
    written  TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, author) REFERENCES person (tenant, id)
);
CREATE INDEX reflection_evidence ON reflection (tenant, evidence, written);

-- Who made a group's work; each has a piece of their own.
CREATE TABLE group_member (
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL, -- the group's first piece
    person   TEXT NOT NULL,
    state    TEXT NOT NULL,
    piece    TEXT,          -- the member's own
    invited  TIMESTAMPTZ NOT NULL,
    answered TIMESTAMPTZ,
    PRIMARY KEY (tenant, evidence, person),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, piece) REFERENCES evidence (tenant, id)
);
CREATE INDEX group_member_person ON group_member (tenant, person, state);

-- What a link showed when the work was handed in.
CREATE TABLE link_copy (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    evidence TEXT NOT NULL,
    version  INTEGER NOT NULL,
    address  TEXT NOT NULL,
    state    TEXT NOT NULL,
    title    TEXT NOT NULL,
    body     TEXT NOT NULL,
    hash     TEXT NOT NULL, -- SHA-256 of the body
    reason   TEXT NOT NULL, -- why there is none: a code
    tried    TIMESTAMPTZ,
    UNIQUE (tenant, evidence, version, address),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id)
);

CREATE TABLE dispute (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    evidence   TEXT NOT NULL,
    raised_by  TEXT NOT NULL,
    reason     TEXT NOT NULL, -- for staff only
    raised     TIMESTAMPTZ NOT NULL,
    outcome    TEXT NOT NULL, -- empty while it is open
    words      TEXT NOT NULL,
    decided_by TEXT CHECK (decided_by <> raised_by),
    decided    TIMESTAMPTZ,
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, raised_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, decided_by) REFERENCES person (tenant, id)
);
CREATE INDEX dispute_evidence ON dispute (tenant, evidence, raised);
CREATE UNIQUE INDEX dispute_open ON dispute (tenant, evidence) WHERE outcome = '';

-- A credential that somebody else issued, as it was handed in.
CREATE TABLE outside_credential (
    id               TEXT NOT NULL PRIMARY KEY,
    tenant           TEXT NOT NULL REFERENCES org (id),
    school           TEXT NOT NULL,
    learner          TEXT NOT NULL,
    evidence         TEXT, -- the piece that rests on it
    document         BYTEA NOT NULL,
    hash             TEXT NOT NULL,
    received         TIMESTAMPTZ NOT NULL,
    state            TEXT NOT NULL,
    verdict          TEXT NOT NULL,
    checked          TIMESTAMPTZ NOT NULL,
    report           TEXT NOT NULL, -- JSON
    issuer           TEXT NOT NULL,
    issuer_name      TEXT NOT NULL,
    achievement      TEXT NOT NULL, -- id
    achievement_name TEXT NOT NULL,
    achievement_type TEXT NOT NULL,
    holder           TEXT NOT NULL, -- how well it names the learner: a code
    decided_by       TEXT,
    decided          TIMESTAMPTZ,
    words            TEXT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, learner, hash),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, decided_by) REFERENCES person (tenant, id)
);
CREATE INDEX outside_credential_learner ON outside_credential (tenant, learner, received);
CREATE INDEX outside_credential_waiting ON outside_credential (tenant, school, received) WHERE state IN ('pending', 'verified');
CREATE INDEX outside_credential_checked ON outside_credential (checked) WHERE state IN ('pending', 'verified', 'accepted');

CREATE TABLE outside_check (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL REFERENCES org (id),
    credential TEXT NOT NULL,
    checked    TIMESTAMPTZ NOT NULL,
    verdict    TEXT NOT NULL,
    report     TEXT NOT NULL, -- JSON
    FOREIGN KEY (tenant, credential) REFERENCES outside_credential (tenant, id)
);
CREATE INDEX outside_check_credential ON outside_check (tenant, credential, checked);

-- What a school says that a credential of elsewhere counts as.
CREATE TABLE credential_use (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    school    TEXT NOT NULL,
    matches   TEXT NOT NULL, -- achievement or type
    value     TEXT NOT NULL,
    issuer    TEXT NOT NULL, -- identifier, or empty for every recognised one
    gives     TEXT NOT NULL, -- record or seal
    name      TEXT NOT NULL,
    stated_by TEXT NOT NULL,
    since     TIMESTAMPTZ NOT NULL,
    ended     TIMESTAMPTZ,
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, stated_by) REFERENCES person (tenant, id)
);
CREATE INDEX credential_use_school ON credential_use (tenant, school) WHERE ended IS NULL;

-- What somebody has to look at again, because its ground has changed.
CREATE TABLE review_task (
    id            TEXT NOT NULL PRIMARY KEY,
    tenant        TEXT NOT NULL REFERENCES org (id),
    school        TEXT NOT NULL,
    learner       TEXT NOT NULL,
    kind          TEXT NOT NULL,
    evidence      TEXT, -- whose setting aside opened it
    outside       TEXT, -- …or the credential of elsewhere
    determination TEXT, -- what rests on it
    credential    TEXT,
    opened        TIMESTAMPTZ NOT NULL,
    outcome       TEXT NOT NULL, -- empty while it is open
    words         TEXT NOT NULL,
    closed_by     TEXT,
    closed        TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, outside) REFERENCES outside_credential (tenant, id),
    FOREIGN KEY (tenant, determination) REFERENCES determination (tenant, id),
    FOREIGN KEY (tenant, closed_by) REFERENCES person (tenant, id)
);
CREATE INDEX review_task_open ON review_task (tenant, school, opened) WHERE outcome = '';
CREATE INDEX review_task_learner ON review_task (tenant, learner, opened);

-- Families: nobody decides about their own.
CREATE TABLE kinship (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    one         TEXT NOT NULL,
    other       TEXT NOT NULL CHECK (one < other), -- it holds both ways
    declared_by TEXT NOT NULL,
    declared    TIMESTAMPTZ NOT NULL,
    ended_by    TEXT,
    ended       TIMESTAMPTZ,
    FOREIGN KEY (tenant, one) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, other) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, declared_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, ended_by) REFERENCES person (tenant, id)
);
CREATE UNIQUE INDEX kinship_standing ON kinship (tenant, one, other) WHERE ended IS NULL;
CREATE INDEX kinship_other ON kinship (tenant, other) WHERE ended IS NULL;

-- What somebody promised before others saw something, with its time.
CREATE TABLE promise (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    kind     TEXT NOT NULL, -- application or publication
    subject  TEXT NOT NULL,
    question TEXT NOT NULL,
    answer   TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given    TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (tenant, given_by) REFERENCES person (tenant, id)
);
CREATE INDEX promise_subject ON promise (tenant, kind, subject, given);

-- Work that its owner shows to whoever has the address.
CREATE TABLE publication (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    evidence  TEXT NOT NULL,
    page      TEXT NOT NULL UNIQUE, -- the secret part of the address
    published TIMESTAMPTZ NOT NULL,
    ended     TIMESTAMPTZ,
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id)
);
CREATE UNIQUE INDEX publication_standing ON publication (tenant, evidence) WHERE ended IS NULL;

-- The second wall.
SELECT laurel_tenant_wall('prior_approval');
SELECT laurel_tenant_wall('evidence_version');
SELECT laurel_tenant_wall('reflection');
SELECT laurel_tenant_wall('group_member');
SELECT laurel_tenant_wall('link_copy');
SELECT laurel_tenant_wall('dispute');
SELECT laurel_tenant_wall('outside_credential');
SELECT laurel_tenant_wall('outside_check');
SELECT laurel_tenant_wall('credential_use');
SELECT laurel_tenant_wall('review_task');
SELECT laurel_tenant_wall('kinship');
SELECT laurel_tenant_wall('promise');
SELECT laurel_tenant_wall('publication');

-- What was written stays as it was written.
SELECT laurel_append_only('evidence_version');
SELECT laurel_append_only('reflection');
SELECT laurel_append_only('outside_check');
SELECT laurel_append_only('promise');

-- A dispute and a review task are decided once.
CREATE TRIGGER dispute_keeps BEFORE UPDATE ON dispute
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER review_task_keeps BEFORE UPDATE ON review_task
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION laurel_refuse_change();
-- The bytes of a credential of elsewhere stay what was checked.
CREATE TRIGGER outside_credential_keeps BEFORE UPDATE ON outside_credential
    FOR EACH ROW WHEN (NEW.document <> OLD.document OR NEW.hash <> OLD.hash OR NEW.learner <> OLD.learner) EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON dispute
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON review_task
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON outside_credential
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON kinship
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON prior_approval
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
