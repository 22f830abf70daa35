package store

import (
	"context"
	"database/sql"
	"time"

	"laurel/competency"
)

// pool gives the write connections of the store, outside any scope.
func pool(s *Store) *sql.DB {
	switch e := s.engine.(type) {
	case *sqliteEngine:
		return e.writer
	case *postgresEngine:
		return e.db
	}
	return nil
}

// Raw runs a statement beside the store's rules, as somebody with access to
// the database could, and answers a function that runs another.
func Raw(s *Store, statement string) (then func(statement string) error, err error) {
	run := func(statement string) error {
		_, err := pool(s).ExecContext(context.Background(), statement)
		return err
	}
	return run, run(statement)
}

// SeenRaw counts the rows that a query without any condition sees from within
// the scope.
func (sc *Scope) SeenRaw(query string, values ...any) (n int64, err error) {
	err = sc.db().Raw(query, values...).Scan(&n).Error
	return n, err
}

// ExecRaw runs a statement of the test's own within the transaction.
func (tx *Tx) ExecRaw(statement string, values ...any) error {
	return tx.db().Exec(statement, values...).Error
}

// ScanRaw reads one row of the test's own query within the transaction.
func (tx *Tx) ScanRaw(into any, query string, values ...any) error {
	return tx.db().Raw(query, values...).Scan(into).Error
}

// Instant is a row of the test's own, for what is true of every aggregate.
type Instant struct {
	ID      string
	Tenant  competency.OrgID
	Score   int
	At      time.Time
	Perhaps *time.Time
	Good    bool
}

// TableName names the table.
func (Instant) TableName() string { return "instant" }

// AddInstant inserts by the pattern that aggregates follow.
func (sc *Scope) AddInstant(row Instant) error {
	row.At, row.Tenant = utc(row.At), sc.tenant
	return sc.add(&row)
}

// Instant reads by the pattern that aggregates follow.
func (sc *Scope) Instant(id string) (Instant, error) {
	var row Instant
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	row.At = utc(row.At)
	return row, err
}

// ChangeInstant updates by the pattern that aggregates follow.
func (sc *Scope) ChangeInstant(id string, columns map[string]any) error {
	return sc.change(&Instant{}, id, columns)
}

// CountUp adds one under a lock, reading and writing in two steps.
func (sc *Scope) CountUp(id string) error {
	var row Instant
	if err := sc.rows(&row).Clauses(forUpdate).Where("id = ?", id).Take(&row).Error; err != nil {
		return err
	}
	return sc.change(&Instant{}, id, map[string]any{"score": row.Score + 1})
}

// BareInsert is one row in one transaction, straight on the driver.
func BareInsert(ctx context.Context, s *Store, id int) error {
	tx, err := pool(s).BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	query := "INSERT INTO bare (id, body) VALUES (?, ?)"
	if s.Dialect() == "postgres" {
		query = "INSERT INTO bare (id, body) VALUES ($1, $2)"
	}
	if _, err := tx.ExecContext(ctx, query, id, "a row of one line"); err != nil {
		return err
	}
	return tx.Commit()
}
