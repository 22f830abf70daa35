package store

import (
	"cmp"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// Document is the bytes of a credential: what was recorded before signing and,
// once issued, the proofs of its forms. Nothing re-encodes them.
type Document struct {
	Payload []byte
	Digest  []byte // SHA-256 of Payload
	// Proofs are none while the credential is reserved, then one for each form.
	Proofs []Proof
}

// Proof answers the proof of a form; false where the document has none of it.
func (d Document) Proof(form Form) (Proof, bool) {
	for _, p := range d.Proofs {
		if p.Form == form {
			return p, true
		}
	}
	return Proof{}, false
}

// Form is a way in which a document is signed.
type Form string

// The forms.
const (
	// FormJWT is a token around the document (VC-JOSE-COSE).
	FormJWT Form = "vc+jwt"
	// FormEmbedded is a proof inside the document (Data Integrity EdDSA Cryptosuites 1.0).
	FormEmbedded Form = "eddsa-rdfc-2022"
	// FormParts are the proofs of the credentials inside a record, which both
	// other forms are signed over.
	FormParts Form = "parts"
)

// Proof is what one signed form adds to the payload.
type Proof struct {
	Form  Form
	KeyID string // the thumbprint
	// Protected is the protected header of FormJWT, else empty.
	Protected []byte
	// Signature is the signature of FormJWT, the whole proof object, as JSON, of
	// FormEmbedded, and the JSON list of such objects of FormParts.
	Signature []byte
}

// credentialRow is a signed document. Only its state and its page change.
type credentialRow struct {
	ID            competency.CredentialID
	Tenant        competency.OrgID
	Award         competency.AwardID
	Generation    int
	Org           competency.OrgID
	Person        competency.PersonID
	Document      string
	Token         string
	Kind          competency.AwardKind
	Name          string
	Payload       []byte
	Digest        []byte
	List          string
	Idx           int64
	State         competency.CredentialState
	ReplacedBy    *competency.CredentialID
	Reserved      time.Time
	Issued        *time.Time
	PageWithdrawn *time.Time
	Edition       int // the one in force; see [Edition]
}

// TableName names the table.
func (credentialRow) TableName() string { return "credential" }

func (r credentialRow) toCredential() competency.Credential {
	c := competency.Credential{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Person: r.Person, Award: r.Award, Generation: r.Generation,
		Document: r.Document, Page: r.Token, Kind: r.Kind, Name: r.Name, State: r.State,
		Reserved: utc(r.Reserved), Issued: whenever(r.Issued), PageWithdrawn: whenever(r.PageWithdrawn),
	}
	if r.ReplacedBy != nil {
		c.ReplacedBy = *r.ReplacedBy
	}
	return c
}

// proofRow is one signed form of a document; rows never change.
type proofRow struct {
	Tenant     competency.OrgID
	Credential competency.CredentialID
	Edition    int
	Form       Form
	KeyID      string
	Protected  []byte
	Signature  []byte
	Created    time.Time
}

// TableName names the table.
func (proofRow) TableName() string { return "proof" }

// Reservation is a credential before its signature.
type Reservation struct {
	competency.Credential
	Payload, Digest []byte
	List            string
	Index           uint32
}

// Reserve keeps documents that are about to be signed. ErrConflict if one of
// the awards has a document of this generation already.
func (sc *Scope) Reserve(list []Reservation) error {
	rows := make([]credentialRow, len(list))
	for i, r := range list {
		rows[i] = credentialRow{
			ID: r.ID, Tenant: sc.tenant, Award: r.Award, Generation: r.Generation, Org: r.Org, Person: r.Person,
			Document: r.Document, Token: r.Page, Kind: r.Kind, Name: r.Name, Payload: r.Payload, Digest: r.Digest,
			List: r.List, Idx: int64(r.Index), State: competency.Reserved, Reserved: utc(r.Reserved),
			PageWithdrawn: perhaps(r.PageWithdrawn), Edition: 1,
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("reserving %d credentials: %w", len(rows), err)
	}
	return nil
}

// Signed are the proofs of a reserved credential, all its forms at once.
type Signed struct {
	Credential competency.CredentialID
	Proofs     []Proof
	// Redated are the bytes that were signed in place of those reserved; nil if
	// they were signed as reserved.
	Redated *Edition
}

// SaveSigned keeps proofs and turns their credentials from reserved to issued
// at the moment. Those that someone else has finished in the meantime
// are left as they are; the others are answered.
func (sc *Scope) SaveSigned(list []Signed, at time.Time) (saved []competency.CredentialID, err error) {
	now := utc(at)
	var proofs []proofRow
	var editions []credentialEditionRow
	for _, f := range list {
		number := 1
		if f.Redated != nil {
			number = f.Redated.Number
		}
		done := sc.rows(&credentialRow{}).Where("id = ? AND state = ?", f.Credential, competency.Reserved).
			Updates(map[string]any{"state": competency.Issued, "issued": now, "edition": number})
		if done.Error != nil {
			return nil, fmt.Errorf("issuing %s: %w", f.Credential, done.Error)
		}
		if done.RowsAffected == 0 {
			continue
		}
		saved = append(saved, f.Credential)
		if f.Redated != nil {
			editions = append(editions, sc.editionRow(*f.Redated, now))
		}
		proofs = append(proofs, sc.proofRows(f.Credential, number, f.Proofs, now)...)
	}
	return saved, sc.addEditions(editions, proofs)
}

// Credential answers one of the tenant's credentials.
func (sc *Scope) Credential(id competency.CredentialID) (competency.Credential, error) {
	var row credentialRow
	err := sc.rows(&row).Omit("payload").Where("id = ?", id).Take(&row).Error
	return row.toCredential(), err
}

// CredentialOf answers the credential of a generation of an award.
func (sc *Scope) CredentialOf(award competency.AwardID, generation int) (competency.Credential, error) {
	var row credentialRow
	err := sc.rows(&row).Omit("payload").Where("award = ? AND generation = ?", award, generation).Take(&row).Error
	return row.toCredential(), err
}

// CredentialDocument answers the bytes of one of the tenant's credentials.
func (sc *Scope) CredentialDocument(id competency.CredentialID) (Document, error) {
	var row credentialRow
	if err := sc.rows(&row).Select("id", "payload", "digest", "edition").Where("id = ?", id).Take(&row).Error; err != nil {
		return Document{}, err
	}
	return sc.withProofs(row)
}

// withProofs answers the edition of a document that is in force, with the proofs if there are any.
func (tx *Tx) withProofs(row credentialRow) (Document, error) {
	rows := []credentialRow{row}
	if err := tx.inForce(rows); err != nil {
		return Document{}, err
	}
	proofs, err := tx.proofsInForce([]competency.CredentialID{row.ID})
	return Document{Payload: rows[0].Payload, Digest: rows[0].Digest, Proofs: proofs[row.ID]}, err
}

// NewestOf answers the newest credential of each award that has one, with the
// recorded bytes.
func (sc *Scope) NewestOf(awards []competency.AwardID) (map[competency.AwardID]Reservation, error) {
	var rows []credentialRow
	if err := sc.rows(&credentialRow{}).Where("award IN ?", awards).Order("generation").Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := sc.inForce(rows); err != nil {
		return nil, err
	}
	newest := make(map[competency.AwardID]Reservation, len(rows))
	for _, r := range rows {
		newest[r.Award] = Reservation{
			Credential: r.toCredential(), Payload: r.Payload, Digest: r.Digest, List: r.List,
			Index: uint32(r.Idx), //nolint:gosec // an index is below 2^17
		}
	}
	return newest, nil
}

// CredentialByPage answers the credential of a page with its holder and bytes,
// whatever tenant it belongs to. Needs ReadAll or InAll.
func (tx *Tx) CredentialByPage(page string) (c competency.Credential, holder competency.Person, d Document, err error) {
	if err := tx.across(); err != nil {
		return c, holder, d, err
	}
	var row credentialRow
	if err := tx.db().Model(&row).Where("token = ?", page).Take(&row).Error; err != nil {
		return c, holder, d, err
	}
	var person personRow
	if err := tx.db().Model(&person).Where("tenant = ? AND id = ?", row.Tenant, row.Person).Take(&person).Error; err != nil {
		return c, holder, d, err
	}
	d, err = tx.withProofs(row)
	return row.toCredential(), person.toPerson(), d, err
}

// CredentialFilter narrows a list of credentials.
type CredentialFilter struct {
	// Person is whose they are.
	Person competency.PersonID
	// Orgs are the organisations that issued them; empty means any.
	Orgs []competency.OrgID
	// Kind and State narrow further if they are given.
	Kind  competency.AwardKind
	State competency.CredentialState
}

// Credentials answers a page of the tenant's credentials, the newest first,
// and how many there are on all pages.
func (sc *Scope) Credentials(f CredentialFilter, page Page) ([]competency.Credential, int64, error) {
	q := sc.rows(&credentialRow{})
	if f.Person != "" {
		q = q.Where("person = ?", f.Person)
	}
	if len(f.Orgs) > 0 {
		q = q.Where("org IN ?", f.Orgs)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var rows []credentialRow
	err := q.Omit("payload").Order("id DESC").Offset(page.Offset).Limit(min(cmp.Or(page.Limit, 50), 500)).Find(&rows).Error
	list := make([]competency.Credential, len(rows))
	for i, r := range rows {
		list[i] = r.toCredential()
	}
	return list, total, err
}

// SetPageWithdrawn takes the credential's page away, or gives it back if at is zero.
func (sc *Scope) SetPageWithdrawn(id competency.CredentialID, at time.Time) error {
	return sc.change(&credentialRow{}, string(id), map[string]any{"page_withdrawn": perhaps(at)})
}

// SetState turns a credential into another state, from one of those given;
// ErrNotFound if it is in none of them.
func (sc *Scope) SetState(id competency.CredentialID, to competency.CredentialState, from ...competency.CredentialState) error {
	return oneRow(sc.rows(&credentialRow{}).Where("id = ? AND state IN ?", id, from).Updates(map[string]any{"state": to}))
}

// SetReplaced marks a credential that stands as superseded by a newer one;
// ErrNotFound if it does not stand.
func (sc *Scope) SetReplaced(id, by competency.CredentialID) error {
	return oneRow(sc.rows(&credentialRow{}).Where("id = ? AND state IN ?", id, standing).
		Updates(map[string]any{"state": competency.Superseded, "replaced_by": by}))
}

// standing are the states of credentials that were neither withdrawn nor replaced.
var standing = []competency.CredentialState{competency.Issued, competency.Suspended}

// PeopleByID answers the tenant's people with the ids.
func (sc *Scope) PeopleByID(ids []competency.PersonID) (map[competency.PersonID]competency.Person, error) {
	var rows []personRow
	if err := sc.rows(&personRow{}).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	people := make(map[competency.PersonID]competency.Person, len(rows))
	for _, r := range rows {
		people[r.ID] = r.toPerson()
	}
	return people, nil
}

// CredentialsByID answers the tenant's credentials with the ids.
func (sc *Scope) CredentialsByID(ids []competency.CredentialID) (map[competency.CredentialID]competency.Credential, error) {
	var rows []credentialRow
	if err := sc.rows(&credentialRow{}).Omit("payload").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	found := make(map[competency.CredentialID]competency.Credential, len(rows))
	for _, r := range rows {
		found[r.ID] = r.toCredential()
	}
	return found, nil
}
