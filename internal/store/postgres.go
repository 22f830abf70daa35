package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"

	"laurel/competency"
)

const (
	// postgresConns bounds the pool, the job runner's connections included.
	postgresConns = 20
	// rollbackWithin bounds a rollback whose caller has already gone.
	rollbackWithin = 2 * time.Second
	// atWorkLock is the advisory lock that every process with a job runner shares.
	atWorkLock = 0x6c61_7572_656c
)

// postgresSettings hold for every connection unless the URL says otherwise.
var postgresSettings = map[string]string{
	"application_name":                    "laurel",
	"statement_timeout":                   "10s",
	"lock_timeout":                        "5s",
	"idle_in_transaction_session_timeout": "60s",
	"synchronous_commit":                  "on",
	"timezone":                            "UTC",
}

// postgresEngine runs GORM and River on one pgx pool.
type postgresEngine struct {
	g     *gorm.DB
	pool  *pgxpool.Pool
	db    *sql.DB // the same pool, as database/sql
	queue *river.Client[pgx.Tx]
	log   *slog.Logger
}

func openPostgres(ctx context.Context, o Options) (*postgresEngine, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the URL cannot be read") // the cause would show the password
	}
	if config.MaxConns > postgresConns || !strings.Contains(o.URL, "pool_max_conns") {
		config.MaxConns = postgresConns
	}
	for name, value := range postgresSettings {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.AfterConnect = readUTC
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	e := &postgresEngine{pool: pool, db: stdlib.OpenDBFromPool(pool), log: o.Log}
	if err := pool.Ping(ctx); err != nil {
		return nil, errors.Join(away(err), e.close())
	}
	dialect := postgresDialect{gormpostgres.Dialector{Config: &gormpostgres.Config{Conn: e.db}}}
	if e.g, err = gorm.Open(dialect, gormConfig(o)); err != nil {
		return nil, errors.Join(err, e.close())
	}
	if e.queue, err = river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: quiet(o.Log)}); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// readUTC makes times come back in UTC.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

func (e *postgresEngine) name() string { return "postgres" }

func (e *postgresEngine) ping(ctx context.Context) error { return e.pool.Ping(ctx) }

func (e *postgresEngine) close() error {
	err := e.db.Close()
	e.pool.Close()
	return err
}

// begin opens a transaction whose connection GORM and River share, and tells
// the row level security whose rows it may touch.
func (e *postgresEngine) begin(ctx context.Context, write bool, wall string) (*session, error) {
	translate := postgresDialect{}.Translate
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, translate(err)
	}
	options := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	if !write {
		options = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	}
	var tx pgx.Tx
	if err := conn.Raw(func(c any) (err error) {
		tx, err = c.(*stdlib.Conn).Conn().BeginTx(ctx, options)
		return err
	}); err != nil {
		_ = conn.Close() // the reason why it is given back is the error worth telling
		return nil, translate(err)
	}
	// The transaction is used through the connection that database/sql keeps: it
	// closes a broken one in the background, and must not do so meanwhile.
	use := func(do func() error) error { return conn.Raw(func(any) error { return do() }) }
	rollback := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
		defer cancel()
		// After a commit, or on a lost connection, there is nothing to roll back.
		_ = use(func() error { return tx.Rollback(ctx) })
		_ = conn.Close()
	}
	if err := use(func() error {
		_, err := tx.Exec(ctx, "SELECT set_config('laurel.tenant', $1, true)", wall)
		return err
	}); err != nil {
		rollback()
		return nil, translate(err)
	}
	return &session{
		db: bound(ctx, e.g, conn),
		enqueue: func(ctx context.Context, job Job, opts *river.InsertOpts) error {
			return use(func() error {
				_, err := e.queue.InsertTx(ctx, tx, job, opts)
				return err
			})
		},
		commit:   func(ctx context.Context) error { return translate(use(func() error { return tx.Commit(ctx) })) },
		rollback: rollback,
	}, nil
}

func (e *postgresEngine) transient(err error) bool {
	if cause, ok := errors.AsType[*pgconn.PgError](err); ok {
		return cause.Code == "40001" || cause.Code == "40P01" // serialisation failure, deadlock
	}
	return pgconn.SafeToRetry(err)
}

func (e *postgresEngine) schema(db *sql.DB) schema[pgx.Tx] {
	return schema[pgx.Tx]{goose.DialectPostgres, db, e.g, riverpgxv5.New(e.pool), e.log}
}

func (e *postgresEngine) checkSchema(ctx context.Context) error { return e.schema(e.db).check(ctx) }

// migrate runs on connections without time limits, which see every tenant's
// rows, while one of them holds an advisory lock against other processes.
func (e *postgresEngine) migrate(ctx context.Context) (err error) {
	config := e.pool.Config().ConnConfig
	config.RuntimeParams["statement_timeout"] = "0"
	config.RuntimeParams["lock_timeout"] = "0"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	config.RuntimeParams["laurel.tenant"] = everyTenant
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return away(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return err
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		return fmt.Errorf("waiting for another process that migrates: %w", err)
	}
	defer func() { err = errors.Join(err, locker.SessionUnlock(context.WithoutCancel(ctx), conn)) }()
	return e.schema(db).up(ctx)
}

// work puts back what killed processes left running, if nobody else is at
// work: every process with a job runner holds a share of one advisory lock,
// which Postgres releases when the process is gone.
func (e *postgresEngine) work(ctx context.Context, w *workshop) (func(context.Context) error, error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, away(err)
	}
	if err := e.putBack(ctx, conn); err != nil {
		conn.Release()
		return nil, fmt.Errorf("putting back unfinished jobs: %w", err)
	}
	var stop func(context.Context) error
	client, err := river.NewClient(riverpgxv5.New(e.pool), w.config())
	if err == nil {
		stop, err = start(ctx, client)
	}
	leave := func(ctx context.Context) error {
		// Closing the connection gives up the share whatever state it is in.
		return conn.Hijack().Close(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, leave(ctx))
	}
	return func(ctx context.Context) error { return errors.Join(stop(ctx), leave(ctx)) }, nil
}

func (e *postgresEngine) putBack(ctx context.Context, conn *pgxpool.Conn) error {
	var alone bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(atWorkLock)).Scan(&alone); err != nil {
		return err
	}
	if alone {
		if _, err := conn.Exec(ctx, putBackJobs); err != nil {
			return err
		}
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1)", int64(atWorkLock)); err != nil {
		return err
	}
	if !alone {
		return nil
	}
	_, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", int64(atWorkLock))
	return err
}

// postgresDialect is gorm's Postgres dialect with our translation of errors.
type postgresDialect struct{ gormpostgres.Dialector }

// Translate turns Postgres's errors into the domain's kinds.
func (postgresDialect) Translate(err error) error {
	cause, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return classify(err)
	}
	switch cause.Code {
	case "23505":
		return classify(fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err))
	case "23503":
		return classify(fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err))
	// No row holds a NUL or what is not UTF-8, which Postgres does not even compare.
	case "22021":
		return fmt.Errorf("%w: %w", competency.Invalid(competency.Field{Detail: "A text here holds characters that cannot be kept."}), err)
	// Too many connections, shutting down, lock not to be had, took too long.
	case "53300", "57P01", "57P02", "57P03", "55P03", "57014", "25P03":
		return away(err)
	}
	return classify(err)
}
