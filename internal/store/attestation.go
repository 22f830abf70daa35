package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// attestationRow is the word of somebody outside.
type attestationRow struct {
	ID              competency.AttestationID
	Tenant          competency.OrgID
	Evidence        competency.EvidenceID
	Version         int
	Asker           *competency.PersonID
	Mentor          string
	Relation        string
	Provider        string
	Mail            string
	Reason          string
	Statement       string
	Minutes         int
	Items           kept[[]competency.ItemID]
	Files           kept[[]competency.FileID]
	State           competency.AttestationState
	Asked           time.Time
	Link            *string
	Salt            string
	Expires         *time.Time
	Lapsed          bool
	Answer          competency.ReplyKind
	Method          competency.ReplyMethod
	AnsweredName    string
	AnsweredRole    string
	AnsweredOrg     string
	AnsweredMinutes int
	Words           string
	Answered        *time.Time
}

// TableName names the table.
func (attestationRow) TableName() string { return "attestation" }

func newAttestationRow(tenant competency.OrgID, a competency.Attestation) attestationRow {
	return attestationRow{
		ID: a.ID, Tenant: tenant, Evidence: a.Evidence, Version: a.Version, Asker: orNull(a.Asker),
		Mentor: a.Mentor.Name, Relation: a.Mentor.Role, Provider: a.Mentor.Organisation, Mail: a.Mail,
		Reason: a.Request.Reason, Statement: a.Request.Statement, Minutes: a.Request.Minutes,
		Items: list(a.Request.Items), Files: list(a.Request.Files),
		State: a.State, Asked: utc(a.Asked), Expires: perhaps(a.Expires), Lapsed: a.Lapsed,
		Answer: a.Reply.Kind, Method: a.Reply.Method, AnsweredName: a.Reply.By.Name, AnsweredRole: a.Reply.By.Role,
		AnsweredOrg: a.Reply.By.Organisation, AnsweredMinutes: a.Reply.Minutes, Words: a.Reply.Words, Answered: perhaps(a.Answered),
	}
}

func (r attestationRow) toAttestation() competency.Attestation {
	return competency.Attestation{
		ID: r.ID, Evidence: r.Evidence, Version: r.Version, Asker: orEmpty(r.Asker), Mail: r.Mail,
		Mentor:  competency.Mentor{Name: r.Mentor, Role: r.Relation, Organisation: r.Provider},
		Request: competency.Request{Reason: r.Reason, Statement: r.Statement, Minutes: r.Minutes, Items: r.Items.V, Files: r.Files.V},
		State:   r.State, Asked: utc(r.Asked), Expires: whenever(r.Expires), Lapsed: r.Lapsed, Answered: whenever(r.Answered),
		Reply: competency.Reply{
			Kind: r.Answer, Method: r.Method, Minutes: r.AnsweredMinutes, Words: r.Words,
			By: competency.Mentor{Name: r.AnsweredName, Role: r.AnsweredRole, Organisation: r.AnsweredOrg},
		},
	}
}

// AddAttestations keeps requests to people outside, which have their ids; they
// have no links.
func (sc *Scope) AddAttestations(all []competency.Attestation) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]attestationRow, len(all))
	for i, a := range all {
		rows[i] = newAttestationRow(sc.tenant, a)
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding attestations: %w", err)
	}
	return nil
}

// Link is what is kept of the secret in a request's link.
type Link struct {
	Hash string // SHA-256 of the secret, lower-case hex
	Salt string // from which, with a key of the house, the secret is made again
}

// AddAttestation keeps one request with its link.
func (sc *Scope) AddAttestation(a competency.Attestation, l Link) error {
	row := newAttestationRow(sc.tenant, a)
	row.Link, row.Salt = &l.Hash, l.Salt
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding an attestation: %w", err)
	}
	return nil
}

// Attestation answers one request and its link.
func (sc *Scope) Attestation(id competency.AttestationID) (competency.Attestation, Link, error) {
	var row attestationRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toAttestation(), Link{Hash: orEmpty(row.Link), Salt: row.Salt}, err
}

// AttestationToSettle is Attestation for a decision about it in a write
// transaction: of two at once, the second sees what the first has decided.
func (sc *Scope) AttestationToSettle(id competency.AttestationID) (competency.Attestation, error) {
	var row attestationRow
	err := sc.rows(&row).Clauses(forUpdate).Where("id = ?", id).Take(&row).Error
	return row.toAttestation(), err
}

// SaveAttestation writes where a request stands: its term, and what was
// answered. A request that is closed stays as it is.
func (sc *Scope) SaveAttestation(a competency.Attestation) error {
	row := newAttestationRow(sc.tenant, a)
	return sc.change(&attestationRow{}, string(a.ID), map[string]any{
		"version": row.Version, "asker": row.Asker, "state": row.State, "asked": row.Asked, "expires": row.Expires, "lapsed": row.Lapsed,
		"answer": row.Answer, "method": row.Method, "answered_name": row.AnsweredName, "answered_role": row.AnsweredRole,
		"answered_org": row.AnsweredOrg, "answered_minutes": row.AnsweredMinutes, "words": row.Words, "answered": row.Answered,
	})
}

// SetLink gives a request a new link; the old one leads nowhere from then on.
func (sc *Scope) SetLink(id competency.AttestationID, l Link) error {
	return sc.change(&attestationRow{}, string(id), map[string]any{"link": l.Hash, "salt": l.Salt})
}

// AttestationByLink answers which request, in which tenant, a link leads to;
// ErrNotFound if none does. Needs ReadAll.
func (tx *Tx) AttestationByLink(hash string) (competency.OrgID, competency.AttestationID, error) {
	if err := tx.across(); err != nil {
		return "", "", err
	}
	var row attestationRow
	err := tx.db().Model(&row).Select("tenant", "id").Where("link = ?", hash).Take(&row).Error
	return row.Tenant, row.ID, err
}

// RunOut is a request whose link ran out unanswered.
type RunOut struct {
	Tenant competency.OrgID
	ID     competency.AttestationID
}

// AttestationsRunOut answers up to a number of requests whose links ran out by
// the given time and of which nobody has taken note. Needs ReadAll.
func (tx *Tx) AttestationsRunOut(by time.Time, most int) (all []RunOut, err error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	err = tx.db().Model(&attestationRow{}).Select("tenant", "id").
		Where("state = 'asked' AND NOT lapsed AND expires <= ?", utc(by)).Order("expires, id").Limit(most).Scan(&all).Error
	return all, err
}

// Attestations answers what people outside were asked about a piece of evidence.
func (sc *Scope) Attestations(id competency.EvidenceID) ([]competency.Attestation, error) {
	var rows []attestationRow
	if err := sc.rows(&attestationRow{}).Where("evidence = ?", id).Order("asked, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Attestation, len(rows))
	for i, r := range rows {
		all[i] = r.toAttestation()
	}
	return all, nil
}

// Awaited is an item of a learner that somebody outside has yet to confirm.
type Awaited struct {
	Learner  competency.PersonID
	Item     competency.ItemID
	Provider string
	Reason   string
	Context  string
}

// AwaitedOf answers what is asked of people outside about the evidence of some
// learners, in one query.
func (sc *Scope) AwaitedOf(learners []competency.PersonID) ([]Awaited, error) {
	var all []Awaited
	err := sc.db().Raw(`
		SELECT e.owner AS learner, i.item, CASE WHEN a.provider = '' THEN a.mentor ELSE a.provider END AS provider, a.reason, e.context
		FROM evidence e
		JOIN attestation a ON a.tenant = e.tenant AND a.evidence = e.id AND a.state = 'asked'
		JOIN evidence_item i ON i.tenant = e.tenant AND i.evidence = e.id
		WHERE e.tenant = ? AND e.owner IN ? AND e.state IN ('submitted', 'in_review', 'accepted')
		ORDER BY e.owner, i.item, a.asked, a.id`, sc.tenant, learners).Scan(&all).Error
	return all, err
}
