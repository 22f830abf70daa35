// Package store keeps everything Laurel knows in SQLite or Postgres, and is
// the only place that speaks SQL.
//
// # Transactions
//
// Work on a tenant's rows happens in [Store.In] (one write transaction) or
// [Store.Read] (one snapshot). Both hand over a [Scope], whose methods see and
// write only that tenant's rows. What has no tenant (sign-in accounts,
// sessions) and what an operator does across tenants happens in [Store.InAll]
// and [Store.ReadAll], which hand over a [Tx]. On Postgres the transaction is
// also bound to the tenant by row level security.
//
// The function given to In may run more than once, when the database asks for it:
// it does nothing but use its Scope. A Scope or Tx serves one goroutine and is
// worthless after its function has returned.
//
// # How an aggregate is written
//
// One file per aggregate, and one migration of the same number and name in
// both dialects. In the file stand, in this order: the private row struct with
// GORM's column tags and a TableName method; toX (row to domain, times through
// [utc] or [whenever]); xRow (domain to row, times through [utc] or
// [perhaps]); then the Scope's methods in reading order. Every query begins
// with sc.rows(&xRow{}), which carries the tenant; every insert is
// sc.add(&row) with the row's Tenant set to sc.tenant; every update is
// sc.change(&xRow{}, id, map[string]any{…}), which names its columns (GORM's
// struct updates skip zero values) and answers ErrNotFound when there is no
// such row. Postgres runs write transactions side by side (READ COMMITTED), so
// a row that a decision depends on is read with Clauses(forUpdate). Nothing is
// deleted except what has expired. Conditions are
// constant strings with placeholders, never GORM's struct conditions. Tables
// of a tenant refer to each other by (tenant, id); on Postgres their migration
// calls laurel_tenant_wall('table'), and laurel_append_only('table') where
// rows never change.
//
// # Errors
//
// GORM's errors arrive translated: competency.ErrNotFound for a missing row or
// a reference to one, competency.ErrConflict for a duplicate,
// competency.ErrUnavailable when the database is away or busy; the context's
// own error when the context ended. They can be returned as they are.
package store
