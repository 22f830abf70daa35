-- Classes, the audits of their learners, and the lists of diplomas.

-- +goose Up
CREATE TABLE class (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    school    TEXT NOT NULL,
    year      INTEGER NOT NULL,
    conferral TEXT NOT NULL, -- civil date
    opened_by TEXT NOT NULL,
    opened    DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, school, year),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, opened_by) REFERENCES person (tenant, id)
);

-- One pass over a class; it survives a restart.
CREATE TABLE audit_run (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    class    TEXT NOT NULL,
    total    INTEGER NOT NULL,
    done     INTEGER NOT NULL,
    reached  TEXT NOT NULL, -- the last learner looked at, in the order of ids
    asked_by TEXT NOT NULL,
    asked    DATETIME NOT NULL,
    finished DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, class) REFERENCES class (tenant, id),
    FOREIGN KEY (tenant, asked_by) REFERENCES person (tenant, id)
);
CREATE INDEX audit_run_class ON audit_run (tenant, class, asked);
CREATE UNIQUE INDEX audit_run_open ON audit_run (tenant, class) WHERE finished IS NULL;

CREATE TABLE audit (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    class       TEXT NOT NULL,
    learner     TEXT NOT NULL,
    number      INTEGER NOT NULL,
    policy      TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    facts_hash  TEXT NOT NULL,
    state       TEXT NOT NULL,
    summary     TEXT NOT NULL, -- JSON
    tree        TEXT NOT NULL, -- JSON
    made        DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, class, learner, number),
    FOREIGN KEY (tenant, class) REFERENCES class (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, policy) REFERENCES policy (tenant, id)
);

CREATE TABLE batch (
    id           TEXT NOT NULL PRIMARY KEY,
    tenant       TEXT NOT NULL REFERENCES org (id),
    class        TEXT NOT NULL,
    state        TEXT NOT NULL, -- certified, approved, withdrawn
    list_hash    TEXT NOT NULL,
    learners     INTEGER NOT NULL,
    certified_by TEXT NOT NULL,
    certified    DATETIME NOT NULL,
    closed_by    TEXT CHECK (state = 'withdrawn' OR closed_by <> certified_by),
    closed       DATETIME,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, class) REFERENCES class (tenant, id),
    FOREIGN KEY (tenant, certified_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, closed_by) REFERENCES person (tenant, id)
);
CREATE INDEX batch_class ON batch (tenant, class, certified);
CREATE INDEX batch_waiting ON batch (tenant, certified) WHERE state = 'certified';

CREATE TABLE batch_item (
    tenant  TEXT NOT NULL REFERENCES org (id),
    batch   TEXT NOT NULL,
    learner TEXT NOT NULL,
    audit   TEXT NOT NULL,
    state   TEXT NOT NULL, -- ready, awarded, held, withdrawn
    reason  TEXT NOT NULL,
    PRIMARY KEY (tenant, batch, learner),
    FOREIGN KEY (tenant, batch) REFERENCES batch (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, audit) REFERENCES audit (tenant, id)
);
-- A learner stands on one list that is under way or done.
CREATE UNIQUE INDEX batch_item_live ON batch_item (tenant, learner) WHERE state IN ('ready', 'awarded');

-- An audit stays as it was made.
-- +goose StatementBegin
CREATE TRIGGER audit_refuse_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_refuse_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd
-- A list stays as it was certified, and is closed once.
-- +goose StatementBegin
CREATE TRIGGER batch_keeps_list BEFORE UPDATE ON batch
WHEN OLD.state <> 'certified' OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant OR NEW.class <> OLD.class OR NEW.list_hash <> OLD.list_hash
    OR NEW.learners <> OLD.learners OR NEW.certified_by <> OLD.certified_by OR NEW.certified <> OLD.certified
BEGIN
    SELECT RAISE(ABORT, 'batch keeps its list');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER batch_refuse_delete BEFORE DELETE ON batch
BEGIN
    SELECT RAISE(ABORT, 'batch is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER batch_item_keeps_audit BEFORE UPDATE ON batch_item
WHEN OLD.state <> 'ready' OR NEW.tenant <> OLD.tenant OR NEW.batch <> OLD.batch OR NEW.learner <> OLD.learner OR NEW.audit <> OLD.audit
BEGIN
    SELECT RAISE(ABORT, 'batch_item keeps its audit');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER batch_item_refuse_delete BEFORE DELETE ON batch_item
BEGIN
    SELECT RAISE(ABORT, 'batch_item is never deleted');
END;
-- +goose StatementEnd
