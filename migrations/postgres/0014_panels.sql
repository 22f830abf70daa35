-- A body of evidence, judged by a panel: each member alone, then together.

-- +goose Up
CREATE TABLE panel (
    id       TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT NOT NULL REFERENCES org (id),
    school   TEXT NOT NULL,
    learner  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    evidence TEXT NOT NULL, -- the body, as a piece of its own
    state    TEXT NOT NULL,
    chair    TEXT NOT NULL,
    opened   TIMESTAMPTZ NOT NULL,
    decided  TIMESTAMPTZ,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, school) REFERENCES org (tenant, id),
    FOREIGN KEY (tenant, learner) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id),
    FOREIGN KEY (tenant, chair) REFERENCES person (tenant, id)
);
CREATE INDEX panel_learner ON panel (tenant, learner, opened);
CREATE INDEX panel_evidence ON panel (tenant, evidence);

-- The pieces that were chosen for the body.
CREATE TABLE panel_piece (
    tenant   TEXT NOT NULL REFERENCES org (id),
    panel    TEXT NOT NULL,
    evidence TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, panel, evidence),
    FOREIGN KEY (tenant, panel) REFERENCES panel (tenant, id),
    FOREIGN KEY (tenant, evidence) REFERENCES evidence (tenant, id)
);
CREATE INDEX panel_piece_evidence ON panel_piece (tenant, evidence);

CREATE TABLE panel_member (
    tenant  TEXT NOT NULL REFERENCES org (id),
    panel   TEXT NOT NULL,
    person  TEXT NOT NULL,
    outside BOOLEAN NOT NULL,
    PRIMARY KEY (tenant, panel, person),
    FOREIGN KEY (tenant, panel) REFERENCES panel (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX panel_member_person ON panel_member (tenant, person);

-- What one member said of one indicator, alone.
CREATE TABLE panel_score (
    tenant TEXT NOT NULL REFERENCES org (id),
    panel  TEXT NOT NULL,
    person TEXT NOT NULL,
    item   TEXT NOT NULL,
    level  INTEGER NOT NULL,
    words  TEXT NOT NULL,
    made   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant, panel, person, item),
    FOREIGN KEY (tenant, panel, person) REFERENCES panel_member (tenant, panel, person),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id)
);

-- The second wall.
SELECT laurel_tenant_wall('panel');
SELECT laurel_tenant_wall('panel_piece');
SELECT laurel_tenant_wall('panel_member');
SELECT laurel_tenant_wall('panel_score');

-- What a member said stays as it was said.
SELECT laurel_append_only('panel_score');
