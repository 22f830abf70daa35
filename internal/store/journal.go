package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// Entry is what is written down about one act. It holds ids and codes, never
// names, so that erasing a person leaves the chain whole.
type Entry struct {
	// Actor and Account are who acted; both are empty for the system's own acts.
	Actor   competency.PersonID
	Account competency.AccountID
	// Act is the name of the act: "evidence.submit".
	Act string
	// Subject is the id of what was acted on.
	Subject string
	// Purpose is why somebody's record was opened, where that is asked
	// (34 CFR 99.32); a code.
	Purpose string
	// Detail holds further ids and codes.
	Detail map[string]string
}

// JournalRow is an entry as it was written.
type JournalRow struct {
	Entry
	// Seq counts the tenant's entries from 1.
	Seq int64
	At  time.Time
}

// journalRow is append-only. Hash covers the row and, through Prev, all before.
type journalRow struct {
	Tenant  competency.OrgID `gorm:"primaryKey"`
	Seq     int64            `gorm:"primaryKey;autoIncrement:false"`
	At      time.Time
	Actor   competency.PersonID
	Account competency.AccountID
	Act     string
	Subject string
	Purpose string
	Detail  string
	Prev    []byte
	Hash    []byte
}

// TableName names the table.
func (journalRow) TableName() string { return "journal" }

// journalHeadRow remembers the newest row, so that a cut tail is noticed.
type journalHeadRow struct {
	Tenant competency.OrgID `gorm:"primaryKey"`
	Seq    int64
	Hash   []byte
}

// TableName names the table.
func (journalHeadRow) TableName() string { return "journal_head" }

// digest is SHA-256 over the previous digest and the row as a JSON array, with
// the time in RFC 3339 and the detail as the text that is stored.
func (r journalRow) digest() ([]byte, error) {
	row, err := json.Marshal([]any{
		r.Tenant, r.Seq, utc(r.At).Format(time.RFC3339Nano), r.Actor, r.Account, r.Act, r.Subject, r.Purpose, r.Detail,
	})
	if err != nil {
		return nil, fmt.Errorf("digesting a journal row: %w", err)
	}
	sum := sha256.Sum256(append(bytes.Clone(r.Prev), row...))
	return sum[:], nil
}

func (r journalRow) toRow() (JournalRow, error) {
	row := JournalRow{
		Seq: r.Seq, At: utc(r.At),
		Entry: Entry{Actor: r.Actor, Account: r.Account, Act: r.Act, Subject: r.Subject, Purpose: r.Purpose},
	}
	if err := json.Unmarshal([]byte(r.Detail), &row.Detail); err != nil {
		return row, fmt.Errorf("reading journal row %d: %w", r.Seq, err)
	}
	return row, nil
}

// Journal writes an entry into the tenant's chain, in the act's transaction.
// Entries of one tenant wait for each other until the commit, so it belongs at
// the end of an act.
func (sc *Scope) Journal(e Entry) error {
	var head journalHeadRow
	if err := sc.rows(&journalHeadRow{}).Clauses(forUpdate).Take(&head).Error; err != nil {
		return fmt.Errorf("reading the journal's head: %w", err)
	}
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	row := journalRow{
		Tenant: sc.tenant, Seq: head.Seq + 1, At: sc.Now(), Actor: e.Actor, Account: e.Account,
		Act: e.Act, Subject: e.Subject, Purpose: e.Purpose, Detail: string(detail), Prev: head.Hash,
	}
	if row.Hash, err = row.digest(); err != nil {
		return err
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return oneRow(sc.rows(&journalHeadRow{}).Updates(map[string]any{"seq": row.Seq, "hash": row.Hash}))
}

// beginJournal makes the head of a new tenant's chain.
func (sc *Scope) beginJournal() error {
	return sc.add(&journalHeadRow{Tenant: sc.tenant, Hash: make([]byte, sha256.Size)})
}

// JournalPage answers at most limit entries, newest first: those before the
// given one, or from the newest if before is 0.
func (sc *Scope) JournalPage(before int64, limit int) ([]JournalRow, error) {
	q := sc.rows(&journalRow{}).Order("seq DESC").Limit(limit)
	if before > 0 {
		q = q.Where("seq < ?", before)
	}
	return journalRows(q)
}

// JournalOf answers the entries about one subject, oldest first.
func (sc *Scope) JournalOf(subject string) ([]JournalRow, error) {
	return journalRows(sc.rows(&journalRow{}).Where("subject = ?", subject).Order("seq"))
}

func journalRows(q *gorm.DB) ([]JournalRow, error) {
	var rows []journalRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	entries := make([]JournalRow, len(rows))
	for i, r := range rows {
		var err error
		if entries[i], err = r.toRow(); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// JournalReport says whether the chains are whole.
type JournalReport struct {
	Tenants int
	Rows    int64
	Broken  []Break
}

// BreakKind tells what is wrong in a chain.
type BreakKind string

// The kinds of breaks.
const (
	// Altered rows have another content than was digested.
	Altered BreakKind = "altered"
	// Missing rows leave a hole in the numbering.
	Missing BreakKind = "missing"
	// Unlinked rows do not follow on the row before them.
	Unlinked BreakKind = "unlinked"
	// Cut chains end before, or elsewhere than, the head remembers.
	Cut BreakKind = "cut"
	// Headless tenants have lost the head of their chain.
	Headless BreakKind = "headless"
)

// Break is one place where a chain is not as it was written.
type Break struct {
	Tenant competency.OrgID
	Seq    int64
	Kind   BreakKind
}

// journalChunk is how many rows are read at a time.
const journalChunk = 2000

// VerifyJournal reads every chain from its beginning and reports what was
// altered, taken out, exchanged or cut off. An error means that the check
// could not be made.
func (s *Store) VerifyJournal(ctx context.Context) (report JournalReport, err error) {
	err = s.ReadAll(ctx, func(tx *Tx) error {
		report = JournalReport{}
		var tenants []competency.OrgID
		if err := tx.db().Model(&orgRow{}).Where("id = tenant").Order("id").Pluck("id", &tenants).Error; err != nil {
			return err
		}
		for _, tenant := range tenants {
			sc, err := tx.Scope(tenant)
			if err != nil {
				return err
			}
			if err := sc.verifyChain(&report); err != nil {
				return err
			}
		}
		report.Tenants = len(tenants)
		return nil
	})
	if err != nil {
		return report, fmt.Errorf("verifying the journal: %w", err)
	}
	return report, nil
}

func (sc *Scope) verifyChain(report *JournalReport) error {
	last := journalRow{Hash: make([]byte, sha256.Size)}
	broken := func(seq int64, kind BreakKind) {
		report.Broken = append(report.Broken, Break{sc.tenant, seq, kind})
	}
	for {
		var rows []journalRow
		if err := sc.rows(&journalRow{}).Where("seq > ?", last.Seq).Order("seq").Limit(journalChunk).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			digest, err := r.digest()
			if err != nil {
				return err
			}
			switch {
			case r.Seq != last.Seq+1:
				broken(last.Seq+1, Missing)
			case !bytes.Equal(r.Prev, last.Hash):
				broken(r.Seq, Unlinked)
			}
			if !bytes.Equal(r.Hash, digest) {
				broken(r.Seq, Altered)
			}
			last = r
		}
		report.Rows += int64(len(rows))
		if len(rows) < journalChunk {
			break
		}
	}
	var heads []journalHeadRow
	if err := sc.rows(&journalHeadRow{}).Find(&heads).Error; err != nil {
		return err
	}
	switch {
	case len(heads) == 0:
		broken(0, Headless)
	case heads[0].Seq != last.Seq || !bytes.Equal(heads[0].Hash, last.Hash):
		broken(last.Seq+1, Cut)
	}
	return nil
}
