-- The text of a policy as people wrote it, so that the next version begins from
-- their words and comments.

-- +goose Up
ALTER TABLE policy ADD COLUMN source TEXT NOT NULL DEFAULT ''; -- YAML; empty where it was adopted as JSON
