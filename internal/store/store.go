package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"laurel/competency"
)

// Options say which database to open and lend the store a clock, a source of
// randomness and a log.
type Options struct {
	// URL is "sqlite:PATH/laurel.db" or "postgres://…". The folder of a SQLite
	// file is made if it is missing, and belongs to one process at a time.
	URL string
	// Now is the clock; safe for concurrent use.
	Now func() time.Time
	// Rand is a source of secure random bytes; safe for concurrent use.
	Rand io.Reader
	// Log receives what the job runner has to say.
	Log *slog.Logger
	// Asked is told of every statement that is sent, for counting them; nil
	// tells nobody. It must be quick, and safe for concurrent use.
	Asked func(statement string)
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	engine engine
	now    func() time.Time
	rand   io.Reader
	log    *slog.Logger
}

// engine is what differs between SQLite and Postgres.
type engine interface {
	name() string
	// begin opens a transaction; wall is the tenant, or "*" for all of them.
	begin(ctx context.Context, write bool, wall string) (*session, error)
	ping(ctx context.Context) error
	close() error
	// transient reports errors after which the same transaction may succeed.
	transient(err error) bool
	migrate(ctx context.Context) error
	checkSchema(ctx context.Context) error
	// work builds a running job client; stop waits for the jobs under way.
	work(ctx context.Context, w *workshop) (stop func(context.Context) error, err error)
}

// Open opens the database and, for SQLite, locks its folder against a second
// process (competency.ErrConflict). It does not look at the schema: see
// Migrate and CheckSchema. A database that does not answer is
// competency.ErrUnavailable.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil || o.Rand == nil || o.Log == nil {
		return nil, errors.New("opening the store: a clock, a random source and a log are needed")
	}
	s := &Store{now: o.Now, rand: o.Rand, log: o.Log}
	var err error
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		s.engine, err = openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		s.engine, err = openPostgres(ctx, o)
	default:
		return nil, errors.New(`opening the store: the URL begins with "sqlite:" or "postgres:"`)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the %s store: %w", scheme, err)
	}
	return s, nil
}

// Close closes the database and releases the data folder. Jobs must have been
// stopped before.
func (s *Store) Close() error { return s.engine.close() }

// Ping answers nil when the database answers, else competency.ErrUnavailable.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.engine.ping(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return away(err)
	}
	return nil
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.engine.name() }

// In runs do in one write transaction bound to the tenant and commits it if do
// answers nil. It runs do again when the database reports that another
// transaction was in the way. It refuses an empty tenant.
func (s *Store) In(ctx context.Context, tenant competency.OrgID, do func(*Scope) error) error {
	return s.scoped(ctx, true, tenant, do)
}

// Read runs do on one snapshot of the tenant's rows. Writing in it fails.
func (s *Store) Read(ctx context.Context, tenant competency.OrgID, do func(*Scope) error) error {
	return s.scoped(ctx, false, tenant, do)
}

// InAll is In without a tenant, for sign-in accounts, sessions and the
// operator's own acts. Few callers have a reason to use it.
func (s *Store) InAll(ctx context.Context, do func(*Tx) error) error {
	return s.retried(ctx, true, everyTenant, do)
}

// ReadAll is Read without a tenant, with the same reservation as InAll.
func (s *Store) ReadAll(ctx context.Context, do func(*Tx) error) error {
	return s.retried(ctx, false, everyTenant, do)
}

func (s *Store) scoped(ctx context.Context, write bool, tenant competency.OrgID, do func(*Scope) error) error {
	if tenant == "" || tenant == everyTenant {
		return errNoTenant
	}
	return s.retried(ctx, write, string(tenant), func(tx *Tx) error {
		return do(&Scope{Tx: tx, tenant: tenant})
	})
}

// tries is how often a transaction is run that the database ends in favour of
// another. It was rolled back whole each time, so running it again is safe; a
// short pause lets the other one pass.
const (
	tries = 4
	pause = 15 * time.Millisecond
)

// retried runs one transaction, and again after transient errors.
func (s *Store) retried(ctx context.Context, write bool, wall string, do func(*Tx) error) error {
	err := s.once(ctx, write, wall, do)
	for n := 1; n < tries && err != nil && ctx.Err() == nil && s.engine.transient(err); n++ {
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(n) * pause):
		}
		err = s.once(ctx, write, wall, do)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // a cancelled query surfaces as a broken connection
		return ctx.Err()
	case s.engine.transient(err):
		return away(err)
	}
	return err
}

func (s *Store) once(ctx context.Context, write bool, wall string, do func(*Tx) error) error {
	session, err := s.engine.begin(ctx, write, wall)
	if err != nil {
		return classify(err)
	}
	defer session.rollback() // without effect after the commit
	tx := &Tx{ctx: ctx, store: s, session: session, wall: wall}
	if err := do(tx); err != nil {
		return err
	}
	if tx.broken != nil {
		return tx.broken
	}
	return classify(session.commit(ctx))
}

// gormConfig is what both dialects open GORM with. Errors come back to the
// caller, who handles them once; so GORM's own log is silent.
func gormConfig(o Options) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		AllowGlobalUpdate:      false,
		Logger:                 silent{logger.Discard, o.Asked},
		NowFunc:                func() time.Time { return utc(o.Now()) },
	}
}

// silent logs nothing and lets statements be counted.
type silent struct {
	logger.Interface
	asked func(statement string)
}

// Trace is called by GORM after each statement.
func (s silent) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	if s.asked != nil {
		text, _ := statement()
		s.asked(text)
	}
}
