// Package registrar is the office: every act that a person or a job can
// perform, authorised, in one transaction, with its row in the journal.
//
// Each method takes the actor as an argument and asks [competency.May] before
// it shows or changes anything. Pages and the JSON API call these methods and
// nothing below them.
package registrar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"laurel/competency"
	"laurel/internal/auth"
	"laurel/internal/store"
	"laurel/verifier"
)

// Options are what an office needs. The fields before Module must be set.
type Options struct {
	Store *store.Store
	Now   func() time.Time
	Rand  io.Reader
	Log   *slog.Logger
	// PublicURL is the address that readers use, without a trailing slash.
	PublicURL string
	// Files is the folder of uploaded files.
	Files string
	// Passwords is what a hash of a password costs; the zero value is the standard.
	Passwords auth.Costs
	// KeyEncryptionKey wraps the private keys in the database: 32 bytes.
	KeyEncryptionKey []byte
	// Module keeps signing keys that are not to lie in the database; nil is none.
	Module KeyModule
	// Marks is the folder that remembers beside the database how many places of
	// status lists were given out; without one it is forgotten when the process ends.
	Marks string
	// Fetch reads what issuers of elsewhere publish; nil asks no network.
	Fetch *verifier.Fetcher
	// Pages reads what evidence links to; nil means Fetch, or nobody without it.
	Pages PageReader
	// Carried are registries of elsewhere, beside the office's own.
	Carried []CarriedList
}

// Registrar is the office. It is safe for concurrent use.
type Registrar struct {
	Options
	attempts *attempts
	arriving arriving
	settled  atomic.Bool // there is an account: the first run is over
	schools  *remembered[SchoolPage]
	issuing
}

// New opens the office.
func New(o Options) (*Registrar, error) {
	switch {
	case o.Store == nil || o.Now == nil || o.Rand == nil || o.Log == nil:
		return nil, errors.New("opening the office: store, clock, randomness and log must be given")
	case len(o.KeyEncryptionKey) != keyBytes:
		return nil, fmt.Errorf("opening the office: the key-encryption key must be %d bytes", keyBytes)
	}
	press, err := newIssuing(o)
	if err != nil {
		return nil, fmt.Errorf("opening the office: %w", err)
	}
	return &Registrar{Options: o, attempts: newAttempts(o.Now), schools: newRemembered[SchoolPage](o.Now), issuing: press}, nil
}

// keyBytes is the length of the key-encryption key (AES-256).
const keyBytes = 32

// desk is what one act or one look works at: rows of the actor's tenant within
// one transaction, and the question whether the actor may.
type desk struct {
	*store.Scope
	ctx     context.Context
	who     competency.Actor
	act     competency.Act
	at      time.Time
	subject competency.Subject
	checked bool
	related bool // the actor's family has been read
	detail  map[string]string
}

// may answers nil if the actor may do the desk's act to the subject. Every act
// must ask before it commits; the journal names the subject asked for last.
func (d *desk) may(on competency.Subject) error {
	d.subject, d.checked = on, true
	return d.permits(d.act, on)
}

// see is may for looks, and for an act that needs a second right.
func (d *desk) see(act competency.Act, on competency.Subject) error {
	d.checked = true
	return d.permits(act, on)
}

// permits asks the table, with the actor's family where the act asks for it.
func (d *desk) permits(act competency.Act, on competency.Subject) error {
	if !d.related && on.Owner != "" && d.who.Person != "" && competency.AsksForKin(act) {
		kin, err := d.KinOf(d.who.Person)
		if err != nil {
			return err
		}
		d.who.Kin, d.related = kin, true
	}
	return competency.May(d.who, act, on, d.at)
}

// note adds an id or a code to the journal's row; never a name or a text.
func (d *desk) note(key, value string) {
	if d.detail == nil {
		d.detail = map[string]string{}
	}
	d.detail[key] = value
}

// errUnchecked is a fault of ours: a method that never asked for permission.
var errUnchecked = errors.New("an act ended without asking for permission")

// act runs one act in one write transaction of the actor's tenant and writes
// its journal row there.
func (r *Registrar) act(ctx context.Context, who competency.Actor, act competency.Act, do func(*desk) error) error {
	if who.Tenant == "" {
		return &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
	}
	return r.write(ctx, who.Tenant, func(sc *store.Scope) error {
		d := &desk{Scope: sc, ctx: ctx, who: who, act: act, at: r.Now().UTC()}
		if err := do(d); err != nil {
			return err
		}
		if !d.checked {
			return fmt.Errorf("%s: %w", act, errUnchecked)
		}
		return sc.Journal(store.Entry{
			Actor: who.Person, Account: who.Account, Act: string(act), Subject: d.subject.ID, Detail: d.detail,
		})
	})
}

// look runs a read in the actor's tenant. It is not journalled.
func (r *Registrar) look(ctx context.Context, who competency.Actor, do func(*desk) error) error {
	if who.Tenant == "" {
		return &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
	}
	return r.Store.Read(ctx, who.Tenant, func(sc *store.Scope) error {
		d := &desk{Scope: sc, ctx: ctx, who: who, at: r.Now().UTC()}
		if err := do(d); err != nil {
			return err
		}
		if !d.checked {
			return errUnchecked
		}
		return nil
	})
}

// Once names a request that may reach us twice: a double click, a retry after a
// lost connection. The zero Once promises nothing.
type Once struct {
	Key   string // the Idempotency-Key, at most 200 bytes
	Route string // the route's pattern
	Hash  []byte // of the request's body
}

// actOnce is act for what creates something: when the same actor sends the same
// key again it answers what the first call answered, and does nothing. Key and
// act stand or fall in one transaction.
func (r *Registrar) actOnce(ctx context.Context, who competency.Actor, once Once, act competency.Act,
	do func(*desk) (answer string, err error),
) (answer string, err error) {
	again := errors.New("answered before")
	err = r.act(ctx, who, act, func(d *desk) error {
		if once.Key != "" {
			before, err := d.Remember(string(who.Person), once.Key, once.Route, once.Hash)
			if err != nil {
				return err
			}
			if before != nil {
				answer = before.Location
				return again
			}
		}
		if answer, err = do(d); err != nil {
			return err
		}
		if once.Key == "" {
			return nil
		}
		return d.Answered(string(who.Person), once.Key, store.Remembered{Status: http.StatusCreated, Location: answer})
	})
	if errors.Is(err, again) {
		return answer, nil
	}
	return answer, err
}
