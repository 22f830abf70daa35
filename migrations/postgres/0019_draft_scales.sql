-- A framework's draft carries its scale through its steps.

-- +goose Up
ALTER TABLE framework_draft_step ADD COLUMN scale TEXT NOT NULL DEFAULT '{}'; -- JSON: after the step, empty for the one before
