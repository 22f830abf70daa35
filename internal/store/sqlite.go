package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"laurel/competency"
)

// Times are written with their offset and read as UTC; without these two
// options a time in a fixed zone is read back as the zero time.
const (
	sqliteCommon = "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_time_format=sqlite&_timezone=UTC"
	sqliteWriter = sqliteCommon + "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	sqliteReader = sqliteCommon + "&_pragma=query_only(1)&_txlock=deferred"
	// sqliteReaders bounds the readers' pool; each holds a page cache.
	sqliteReaders = 4
)

// sqliteEngine has one writer connection, for which Go's pool queues in order,
// and a few readers that see the last committed state.
type sqliteEngine struct {
	g       *gorm.DB
	writer  *sql.DB
	readers *sql.DB
	queue   *river.Client[*sql.Tx] // enqueues only
	lock    *os.File
	log     *slog.Logger
}

func openSQLite(ctx context.Context, path string, o Options) (_ *sqliteEngine, err error) {
	if path == "" {
		return nil, errors.New("the URL names no file")
	}
	lock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{lock: lock, log: o.Log}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if err := onlyOwner(path); err != nil {
		return nil, err
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	if e.writer, err = sql.Open("sqlite", file+sqliteWriter); err != nil {
		return nil, err
	}
	e.writer.SetMaxOpenConns(1)
	if err := e.writer.PingContext(ctx); err != nil { // sets the journal mode before a reader comes
		return nil, away(err)
	}
	if e.readers, err = sql.Open("sqlite", file+sqliteReader); err != nil {
		return nil, err
	}
	e.readers.SetMaxOpenConns(sqliteReaders)
	e.readers.SetMaxIdleConns(sqliteReaders)
	dialect := sqliteDialect{gormsqlite.Dialector{DriverName: "sqlite", Conn: e.writer}}
	if e.g, err = gorm.Open(dialect, gormConfig(o)); err != nil {
		return nil, err
	}
	e.queue, err = river.NewClient(riversqlite.New(e.writer), &river.Config{Logger: quiet(o.Log)})
	return e, err
}

// lockPatience is how long a folder may still be held by who has just let go of
// it: a program that was started at that moment holds open files until it runs.
const lockPatience = 2 * time.Second

// lockFolder makes the data folder if needed and holds it for this process.
// The kernel lets go of the lock when the process ends, however it ends.
func lockFolder(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(folder, "laurel.lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // G304: the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	const pause = 50 * time.Millisecond
	for tries := lockPatience / pause; ; tries-- {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil || tries == 0 {
			break
		}
		time.Sleep(pause)
	}
	if err != nil {
		return nil, errors.Join(competency.Refuse("The data folder "+folder+" is in use by another Laurel."), file.Close())
	}
	return file, nil
}

// onlyOwner makes the database's file, if there is none, for its owner's eyes;
// the files that SQLite puts beside it take its mode.
func onlyOwner(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return fmt.Errorf("making the database's file: %w", err)
	}
	return file.Close()
}

func (e *sqliteEngine) name() string { return "sqlite" }

func (e *sqliteEngine) ping(ctx context.Context) error { return e.readers.PingContext(ctx) }

func (e *sqliteEngine) close() error {
	var errs []error
	for _, pool := range []*sql.DB{e.readers, e.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(append(errs, e.lock.Close())...)
}

func (e *sqliteEngine) begin(ctx context.Context, write bool, _ string) (*session, error) {
	pool := e.writer
	if !write {
		pool = e.readers
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, e.g.Dialector.(sqliteDialect).Translate(err)
	}
	return &session{
		db: bound(ctx, e.g, tx),
		enqueue: func(ctx context.Context, job Job, opts *river.InsertOpts) error {
			_, err := e.queue.InsertTx(ctx, tx, job, opts)
			return err
		},
		commit:   func(context.Context) error { return e.g.Dialector.(sqliteDialect).Translate(tx.Commit()) },
		rollback: func() { _ = tx.Rollback() }, // nothing can be done about a connection that does not answer
	}, nil
}

// bound makes GORM statements run on the connection of a transaction. The
// wrapper hides its Begin and Commit: a nested gorm Transaction() fails loudly
// instead of committing the outer one.
func bound(ctx context.Context, g *gorm.DB, conn gorm.ConnPool) *gorm.DB {
	db := g.Session(&gorm.Session{NewDB: true, SkipDefaultTransaction: true, Context: ctx})
	db.Statement.ConnPool = struct{ gorm.ConnPool }{conn}
	return db
}

func (e *sqliteEngine) transient(err error) bool {
	cause, ok := errors.AsType[*sqlite.Error](err)
	return ok && (cause.Code()&0xff == codes.SQLITE_BUSY || cause.Code()&0xff == codes.SQLITE_LOCKED)
}

func (e *sqliteEngine) schema() schema[*sql.Tx] {
	return schema[*sql.Tx]{goose.DialectSQLite3, e.writer, e.g, riversqlite.New(e.writer), e.log}
}

// migrate runs under the data folder's lock.
func (e *sqliteEngine) migrate(ctx context.Context) error { return e.schema().up(ctx) }

func (e *sqliteEngine) checkSchema(ctx context.Context) error { return e.schema().check(ctx) }

// work puts back what a killed process left running: the data folder's lock
// says that nobody else is at work.
func (e *sqliteEngine) work(ctx context.Context, w *workshop) (func(context.Context) error, error) {
	if err := e.g.WithContext(ctx).Exec(putBackJobs).Error; err != nil {
		return nil, fmt.Errorf("putting back unfinished jobs: %w", err)
	}
	client, err := river.NewClient(riversqlite.New(e.writer), w.config())
	if err != nil {
		return nil, err
	}
	return start(ctx, client)
}

// sqliteDialect is gorm's SQLite dialect over the pure Go driver, whose errors
// gorm's own translation does not know.
type sqliteDialect struct{ gormsqlite.Dialector }

// Translate turns SQLite's errors into the domain's kinds.
func (sqliteDialect) Translate(err error) error {
	if err == nil {
		return nil
	}
	cause, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return classify(err)
	}
	switch cause.Code() {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return classify(fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err))
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return classify(fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err))
	}
	switch cause.Code() & 0xff {
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN:
		return away(err)
	}
	return classify(err)
}
