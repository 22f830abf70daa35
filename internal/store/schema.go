package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"gorm.io/gorm"

	"laurel/migrations"
)

// Migrate brings the schema up to this binary's, River's tables included. It
// answers ErrSchemaNewer, and changes nothing, when the database was migrated
// by a newer binary. Several processes may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.engine.migrate(ctx); err != nil {
		return fmt.Errorf("migrating the %s schema: %w", s.Dialect(), err)
	}
	return nil
}

// CheckSchema answers ErrSchemaBehind or ErrSchemaNewer when the database does
// not have exactly this binary's schema. It changes nothing.
func (s *Store) CheckSchema(ctx context.Context) error {
	if err := s.engine.checkSchema(ctx); err != nil {
		return fmt.Errorf("checking the %s schema: %w", s.Dialect(), err)
	}
	return nil
}

// schema is what goose and River know about one database.
type schema[T any] struct {
	dialect goose.Dialect
	db      *sql.DB  // connections that migrations run on
	g       *gorm.DB // for reading the applied versions
	queue   riverdriver.Driver[T]
	log     *slog.Logger
}

func (m schema[T]) provider() (*goose.Provider, error) {
	folder := "sqlite"
	if m.dialect == goose.DialectPostgres {
		folder = "postgres"
	}
	files, err := migrations.For(folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(m.dialect, m.db, files, goose.WithDisableGlobalRegistry(true), goose.WithSlog(quiet(m.log)))
}

// up applies what is missing, ours first. The caller holds a lock.
func (m schema[T]) up(ctx context.Context) error {
	p, err := m.provider()
	if err != nil {
		return err
	}
	if _, err := m.compare(ctx, p); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	q, err := rivermigrate.New(m.queue, &rivermigrate.Config{Logger: quiet(m.log)})
	if err != nil {
		return fmt.Errorf("preparing the queue's migrations: %w", err)
	}
	if _, err := q.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the queue: %w", err)
	}
	return nil
}

// check answers whether the schema is this binary's.
func (m schema[T]) check(ctx context.Context) error {
	p, err := m.provider()
	if err != nil {
		return err
	}
	behind, err := m.compare(ctx, p)
	if err != nil {
		return err
	}
	if behind {
		return ErrSchemaBehind
	}
	return nil
}

// compare answers whether anything is to be applied, and ErrSchemaNewer when
// the database knows a version that this binary does not.
func (m schema[T]) compare(ctx context.Context, p *goose.Provider) (behind bool, err error) {
	sources := p.ListSources()
	applied, err := m.applied(ctx, "goose_db_version", "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied")
	if err != nil {
		return false, err
	}
	q, err := rivermigrate.New(m.queue, &rivermigrate.Config{Logger: quiet(m.log)})
	if err != nil {
		return false, fmt.Errorf("preparing the queue's migrations: %w", err)
	}
	queueApplied, err := m.applied(ctx, "river_migration", "SELECT COALESCE(MAX(version), 0) FROM river_migration")
	if err != nil {
		return false, err
	}
	versions := q.AllVersions()
	newest, queueNewest := sources[len(sources)-1].Version, int64(versions[len(versions)-1].Version)
	if applied > newest || queueApplied > queueNewest {
		return false, fmt.Errorf("%w (database %d, program %d)", ErrSchemaNewer, applied, newest)
	}
	return applied < newest || queueApplied < queueNewest, nil
}

// applied answers the highest applied version, 0 while the table is missing.
func (m schema[T]) applied(ctx context.Context, table, query string) (version int64, err error) {
	db := m.g.WithContext(ctx)
	if !db.Migrator().HasTable(table) {
		return 0, ctx.Err()
	}
	if err := db.Raw(query).Scan(&version).Error; err != nil {
		return 0, fmt.Errorf("reading %s: %w", table, err)
	}
	return version, nil
}

// quiet keeps a library's routine news out of the log: only warnings pass.
func quiet(all *slog.Logger) *slog.Logger { return slog.New(warningsOnly{all.Handler()}) }

type warningsOnly struct{ slog.Handler }

// Enabled reports whether the level is a warning or worse.
func (h warningsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the limit on derived handlers.
func (h warningsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warningsOnly{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the limit on derived handlers.
func (h warningsOnly) WithGroup(name string) slog.Handler {
	return warningsOnly{h.Handler.WithGroup(name)}
}
