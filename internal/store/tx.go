package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"laurel/competency"
)

// everyTenant is the wall of transactions that are not bound to a tenant.
const everyTenant = "*"

var errNoTenant = errors.New("store: a tenant is needed")

// session is an open transaction on one connection.
type session struct {
	db       *gorm.DB
	enqueue  func(ctx context.Context, job Job, opts *river.InsertOpts) error
	commit   func(ctx context.Context) error
	rollback func()
}

// Tx is an open transaction. It serves one goroutine until the function it was
// given to returns.
type Tx struct {
	ctx     context.Context
	store   *Store
	session *session
	wall    string
	broken  error // why the transaction must not commit
}

// Scope is a transaction bound to one tenant: its methods see and write that
// tenant's rows only.
type Scope struct {
	*Tx
	tenant competency.OrgID
}

// Now is the present time in UTC, cut to microseconds as the database keeps it.
func (tx *Tx) Now() time.Time { return utc(tx.store.now()) }

// ID makes a new UUIDv7 as text (RFC 9562 §5.7), the fraction of the
// millisecond in rand_a (§6.2, method 3). When there is no randomness to be
// had, the transaction fails at its end.
func (tx *Tx) ID() string {
	id, err := newID(tx.store.now(), tx.store.rand)
	if err != nil {
		tx.broken = err
	}
	return id
}

// NewID makes an id outside a transaction; see Tx.ID.
func (s *Store) NewID() (string, error) { return newID(s.now(), s.rand) }

func newID(now time.Time, rand io.Reader) (string, error) {
	var id uuid.UUID
	if _, err := io.ReadFull(rand, id[8:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	micros := now.UnixMicro()
	fraction := (micros % 1000) << 12 / 1000
	binary.BigEndian.PutUint64(id[:8], uint64(micros/1000)<<16|0x7000|uint64(fraction))
	id[8] = id[8]&0x3f | 0x80
	return id.String(), nil
}

// Scope opens the tenant's scope within the transaction, for the few acts that
// span tenants or begin one: first run, demo, sign-in.
func (tx *Tx) Scope(tenant competency.OrgID) (*Scope, error) {
	if tenant == "" || tenant == everyTenant {
		return nil, errNoTenant
	}
	if tx.wall != everyTenant && tx.wall != string(tenant) {
		return nil, fmt.Errorf("store: the transaction belongs to tenant %s", tx.wall)
	}
	return &Scope{Tx: tx, tenant: tenant}, nil
}

// Tenant is the tenant that the scope is bound to.
func (sc *Scope) Tenant() competency.OrgID { return sc.tenant }

// db gives a fresh GORM statement in the transaction.
func (tx *Tx) db() *gorm.DB { return tx.session.db }

// across answers an error unless the transaction may cross tenants, so that a
// query which needs to behaves alike on both databases.
func (tx *Tx) across() error {
	if tx.wall != everyTenant {
		return errors.New("store: this reads across tenants and needs ReadAll or InAll")
	}
	return nil
}

// rows begins a query on the model's table, bound to the tenant.
func (sc *Scope) rows(model any) *gorm.DB {
	return sc.db().Model(model).Where(clause.Eq{
		Column: clause.Column{Table: clause.CurrentTable, Name: "tenant"},
		Value:  string(sc.tenant),
	})
}

// add inserts one row or a slice of rows, whose Tenant the caller has set.
func (sc *Scope) add(rows any) error {
	return sc.db().Omit(clause.Associations).CreateInBatches(rows, 100).Error
}

// change sets the named columns of the row with the id; ErrNotFound if the
// tenant has no such row.
func (sc *Scope) change(model any, id string, columns map[string]any) error {
	return oneRow(sc.rows(model).Where("id = ?", id).Updates(columns))
}

// forUpdate is for reading a row that a decision in this transaction depends
// on: on Postgres others wait for the commit (SQLite has one writer anyway).
var forUpdate = clause.Locking{Strength: "UPDATE"}

// forShare is forUpdate for a row that stays as it is: others may read it so too.
var forShare = clause.Locking{Strength: "SHARE"}

// oneRow answers ErrNotFound for a change that met no row.
func oneRow(done *gorm.DB) error {
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return competency.NotFound()
	}
	return nil
}

// utc is the form in which times are written and read.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// perhaps turns the zero time into NULL.
func perhaps(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = utc(t)
	return &t
}

// whenever turns NULL into the zero time.
func whenever(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return utc(*t)
}
