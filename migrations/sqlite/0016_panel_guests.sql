-- Guests on panels come by a link, and a panel that ends without a decision says why.

-- +goose Up
ALTER TABLE panel ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- A member without an account. Their link shows the evidence of one panel and
-- takes one answer.
CREATE TABLE panel_guest (
    id           TEXT NOT NULL PRIMARY KEY,
    tenant       TEXT NOT NULL REFERENCES org (id),
    panel        TEXT NOT NULL,
    person       TEXT NOT NULL,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    invited      DATETIME NOT NULL,
    expires      DATETIME NOT NULL,
    link         TEXT NOT NULL UNIQUE, -- SHA-256 of the link's secret
    salt         TEXT NOT NULL, -- the secret is made of it and a key that is not here
    spoke        DATETIME,
    UNIQUE (tenant, id),
    UNIQUE (tenant, panel, person),
    FOREIGN KEY (tenant, panel, person) REFERENCES panel_member (tenant, panel, person)
);
