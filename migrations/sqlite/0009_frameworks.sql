-- Items live through the versions of their framework; drafts; alignments.

-- +goose Up
ALTER TABLE framework ADD COLUMN line TEXT NOT NULL DEFAULT ''; -- id of the first version
ALTER TABLE framework ADD COLUMN reference BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE framework ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE framework SET line = (
    SELECT first.id FROM framework AS first WHERE first.tenant = framework.tenant AND first.name = framework.name ORDER BY first.version LIMIT 1
);
CREATE INDEX framework_line ON framework (tenant, line, version);

-- What an item is called and where it stands in one version.
CREATE TABLE framework_item (
    tenant        TEXT NOT NULL REFERENCES org (id),
    framework     TEXT NOT NULL,
    item          TEXT NOT NULL,
    parent        TEXT,
    kind          TEXT NOT NULL,
    code          TEXT NOT NULL,
    text          TEXT NOT NULL,
    position      INTEGER NOT NULL,
    retired       BOOLEAN NOT NULL,
    tags          TEXT NOT NULL, -- JSON list
    prerequisites TEXT NOT NULL, -- JSON list of codes
    type          TEXT NOT NULL,
    uri           TEXT NOT NULL,
    case_id       TEXT NOT NULL,
    PRIMARY KEY (tenant, framework, item),
    UNIQUE (tenant, framework, code),
    FOREIGN KEY (tenant, framework) REFERENCES framework (tenant, id),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, framework, parent) REFERENCES framework_item (tenant, framework, item)
);
CREATE INDEX framework_item_order ON framework_item (tenant, framework, position);
INSERT INTO framework_item (tenant, framework, item, parent, kind, code, text, position, retired, tags, prerequisites, type, uri, case_id)
SELECT tenant, framework, id, parent, kind, code, text, position, FALSE, '[]', '[]', '', '', '' FROM item ORDER BY position;

-- An item keeps the version that brought it in and its code; words and place
-- are the versions'. SQLite cannot drop parent, which a foreign key names; it
-- stays empty.
UPDATE item SET parent = NULL;
DROP INDEX item_framework;
ALTER TABLE item DROP COLUMN kind;
ALTER TABLE item DROP COLUMN text;
ALTER TABLE item DROP COLUMN position;

-- A next version while it is written: one row a step, so that steps can be
-- taken back.
CREATE TABLE framework_draft (
    id        TEXT NOT NULL PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES org (id),
    name      TEXT NOT NULL,
    base      TEXT, -- the published version it follows
    reference BOOLEAN NOT NULL,
    source    TEXT NOT NULL,
    step      INTEGER NOT NULL, -- the step that stands
    links     TEXT NOT NULL, -- JSON: alignments that came with a file
    notes     TEXT NOT NULL, -- JSON: what reading the file had to say
    maker     TEXT NOT NULL,
    created   DATETIME NOT NULL,
    changed   DATETIME NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, base) REFERENCES framework (tenant, id),
    FOREIGN KEY (tenant, maker) REFERENCES person (tenant, id)
);
CREATE INDEX framework_draft_base ON framework_draft (tenant, base);

CREATE TABLE framework_draft_step (
    tenant  TEXT NOT NULL REFERENCES org (id),
    draft   TEXT NOT NULL,
    step    INTEGER NOT NULL,
    what    TEXT NOT NULL, -- code of the act
    code    TEXT NOT NULL, -- the item it was done to
    outline TEXT NOT NULL, -- JSON: the whole tree after it
    maker   TEXT NOT NULL,
    made    DATETIME NOT NULL,
    PRIMARY KEY (tenant, draft, step),
    FOREIGN KEY (tenant, draft) REFERENCES framework_draft (tenant, id),
    FOREIGN KEY (tenant, maker) REFERENCES person (tenant, id)
);

-- What one item has to do with another, or with one of elsewhere.
CREATE TABLE alignment (
    id      TEXT NOT NULL PRIMARY KEY,
    tenant  TEXT NOT NULL REFERENCES org (id),
    item    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    target  TEXT, -- an item of the tenant
    address TEXT NOT NULL, -- the target's id, or a URI of elsewhere
    title   TEXT NOT NULL, -- what elsewhere calls it
    maker   TEXT,
    created DATETIME NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, item, kind, address),
    FOREIGN KEY (tenant, item) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, target) REFERENCES item (tenant, id),
    FOREIGN KEY (tenant, maker) REFERENCES person (tenant, id)
);
CREATE INDEX alignment_target ON alignment (tenant, target);

-- A published version never changes.
-- +goose StatementBegin
CREATE TRIGGER framework_item_refuse_update BEFORE UPDATE ON framework_item
BEGIN
    SELECT RAISE(ABORT, 'framework_item is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER framework_item_refuse_delete BEFORE DELETE ON framework_item
BEGIN
    SELECT RAISE(ABORT, 'framework_item is append-only');
END;
-- +goose StatementEnd
