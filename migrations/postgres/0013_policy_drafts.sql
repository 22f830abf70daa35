-- Drafts of policies on their way through two people, and what a draft would
-- change for learners.

-- +goose Up
CREATE TABLE policy_draft (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL REFERENCES org (id),
    title       TEXT NOT NULL,
    text        TEXT NOT NULL, -- as it is edited, YAML or JSON
    revision    INTEGER NOT NULL,
    beside      TEXT, -- the version that it is compared with
    state       TEXT NOT NULL CHECK (state IN ('draft', 'proposed', 'adopted', 'dropped')),
    begun_by    TEXT NOT NULL,
    begun       TIMESTAMPTZ NOT NULL,
    saved_by    TEXT NOT NULL,
    saved       TIMESTAMPTZ NOT NULL,
    board       TEXT NOT NULL, -- who adopted it, and the civil date
    adopted_on  TEXT NOT NULL,
    hash        TEXT NOT NULL, -- of the document that was proposed
    proposed_by TEXT,
    proposed    TIMESTAMPTZ,
    closed_by   TEXT CHECK (state <> 'adopted' OR closed_by <> proposed_by),
    closed      TIMESTAMPTZ,
    policy      TEXT, -- the version that came of it
    UNIQUE (tenant, id),
    CHECK (state <> 'adopted' OR (proposed_by IS NOT NULL AND closed_by IS NOT NULL AND policy IS NOT NULL)),
    FOREIGN KEY (tenant, beside) REFERENCES policy (tenant, id),
    FOREIGN KEY (tenant, policy) REFERENCES policy (tenant, id),
    FOREIGN KEY (tenant, begun_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, saved_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, proposed_by) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, closed_by) REFERENCES person (tenant, id)
);
CREATE INDEX policy_draft_open ON policy_draft (tenant, saved) WHERE state IN ('draft', 'proposed');

-- One pass over learners by a draft and by their own policy; it survives a restart.
CREATE TABLE policy_trial (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    draft    TEXT NOT NULL,
    document TEXT NOT NULL, -- canonical JSON of the draft as it was tried
    hash     TEXT NOT NULL,
    year     INTEGER NOT NULL, -- the learners of this class; 0 = everyone enrolled
    as_of    TEXT NOT NULL, -- civil date on which records are looked at
    total    INTEGER NOT NULL,
    done     INTEGER NOT NULL,
    reached  TEXT NOT NULL, -- the last learner looked at, in the order of ids
    counts   TEXT NOT NULL, -- JSON: how many went from what to what
    asked_by TEXT NOT NULL,
    asked    TIMESTAMPTZ NOT NULL,
    finished TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, draft) REFERENCES policy_draft (tenant, id),
    FOREIGN KEY (tenant, asked_by) REFERENCES person (tenant, id)
);
CREATE INDEX policy_trial_draft ON policy_trial (tenant, draft, asked);

CREATE TABLE policy_trial_change (
    tenant  TEXT NOT NULL REFERENCES org (id),
    trial   TEXT NOT NULL,
    learner TEXT NOT NULL,
    was     TEXT NOT NULL,
    becomes TEXT NOT NULL,
    because TEXT NOT NULL, -- JSON list
    PRIMARY KEY (tenant, trial, learner),
    FOREIGN KEY (tenant, trial) REFERENCES policy_trial (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id)
);

SELECT laurel_tenant_wall('policy_draft');
SELECT laurel_tenant_wall('policy_trial');
SELECT laurel_tenant_wall('policy_trial_change');

-- What one person proposed is what the other adopts, word for word; what is
-- closed stays.
CREATE TRIGGER policy_draft_keeps BEFORE UPDATE ON policy_draft
    FOR EACH ROW WHEN (OLD.state IN ('adopted', 'dropped') OR NEW.id <> OLD.id OR NEW.tenant <> OLD.tenant
        OR (OLD.state = 'proposed' AND NEW.state IN ('proposed', 'adopted')
            AND (NEW.text <> OLD.text OR NEW.hash <> OLD.hash OR NEW.proposed_by <> OLD.proposed_by OR NEW.board <> OLD.board OR NEW.adopted_on <> OLD.adopted_on)))
    EXECUTE FUNCTION laurel_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON policy_draft
    FOR EACH ROW EXECUTE FUNCTION laurel_refuse_change();
