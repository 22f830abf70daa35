package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// Edition is a document that was signed again: the same credential with other
// bytes. The first edition stands with the credential itself.
type Edition struct {
	Credential competency.CredentialID
	// Number counts the editions of a document; 2 is the first here.
	Number int
	// Cause is the key action for which it was made; empty where a reservation was taken up late.
	Cause           competency.KeyActionID
	Payload, Digest []byte
	Proofs          []Proof
}

// credentialEditionRow is the bytes of a later edition; rows never change.
type credentialEditionRow struct {
	Tenant     competency.OrgID
	Credential competency.CredentialID
	Edition    int
	Cause      competency.KeyActionID
	Payload    []byte
	Digest     []byte
	Made       time.Time
}

// TableName names the table.
func (credentialEditionRow) TableName() string { return "credential_edition" }

// AddEditions puts documents that were signed again in place of the editions
// before them, and answers those that were: one that another run has replaced
// already stays as it is.
func (sc *Scope) AddEditions(list []Edition) (saved []competency.CredentialID, err error) {
	now := sc.Now()
	var editions []credentialEditionRow
	var proofs []proofRow
	for _, e := range list {
		done := sc.rows(&credentialRow{}).Where("id = ? AND edition = ? AND state <> ?", e.Credential, e.Number-1, competency.Reserved).
			Updates(map[string]any{"edition": e.Number})
		if done.Error != nil {
			return nil, fmt.Errorf("replacing the edition of %s: %w", e.Credential, done.Error)
		}
		if done.RowsAffected == 0 {
			continue
		}
		saved = append(saved, e.Credential)
		editions = append(editions, sc.editionRow(e, now))
		proofs = append(proofs, sc.proofRows(e.Credential, e.Number, e.Proofs, now)...)
	}
	return saved, sc.addEditions(editions, proofs)
}

func (sc *Scope) addEditions(editions []credentialEditionRow, proofs []proofRow) error {
	if len(editions) > 0 {
		if err := sc.add(&editions); err != nil {
			return fmt.Errorf("storing documents that were signed again: %w", err)
		}
	}
	if len(proofs) > 0 {
		if err := sc.add(&proofs); err != nil {
			return fmt.Errorf("storing signatures: %w", err)
		}
	}
	return nil
}

func (sc *Scope) editionRow(e Edition, made time.Time) credentialEditionRow {
	return credentialEditionRow{
		Tenant: sc.tenant, Credential: e.Credential, Edition: e.Number, Cause: e.Cause, Payload: e.Payload, Digest: e.Digest, Made: made,
	}
}

func (sc *Scope) proofRows(id competency.CredentialID, edition int, list []Proof, made time.Time) []proofRow {
	rows := make([]proofRow, len(list))
	for i, p := range list {
		rows[i] = proofRow{
			Tenant: sc.tenant, Credential: id, Edition: edition, Form: p.Form, KeyID: p.KeyID,
			Protected: append([]byte{}, p.Protected...), Signature: p.Signature, Created: made,
		}
	}
	return rows
}

// inForce puts the bytes of the editions in force in place of the first ones.
func (tx *Tx) inForce(rows []credentialRow) error {
	var later []competency.CredentialID
	for _, r := range rows {
		if r.Edition > 1 {
			later = append(later, r.ID)
		}
	}
	if len(later) == 0 {
		return nil
	}
	var editions []credentialEditionRow
	err := tx.db().Model(&credentialEditionRow{}).Joins("JOIN credential c ON c.id = credential_edition.credential AND c.edition = credential_edition.edition").
		Where("credential_edition.credential IN ?", later).Find(&editions).Error
	if err != nil {
		return err
	}
	byID := make(map[competency.CredentialID]credentialEditionRow, len(editions))
	for _, e := range editions {
		byID[e.Credential] = e
	}
	for i, r := range rows {
		if e, ok := byID[r.ID]; ok {
			rows[i].Payload, rows[i].Digest = e.Payload, e.Digest
		}
	}
	return nil
}

// proofsInForce answers the proofs of the editions in force.
func (tx *Tx) proofsInForce(ids []competency.CredentialID) (map[competency.CredentialID][]Proof, error) {
	var rows []proofRow
	err := tx.db().Model(&proofRow{}).Joins("JOIN credential c ON c.id = proof.credential AND c.edition = proof.edition").
		Where("proof.credential IN ?", ids).Order("proof.credential, proof.form").Find(&rows).Error
	found := make(map[competency.CredentialID][]Proof, len(ids))
	for _, p := range rows {
		found[p.Credential] = append(found[p.Credential], Proof{Form: p.Form, KeyID: p.KeyID, Protected: p.Protected, Signature: p.Signature})
	}
	return found, err
}

// Held is a credential with its bytes.
type Held struct {
	competency.Credential
	Document Document
	Edition  int
}

// Held answers the tenant's credentials with the ids, with their bytes, by id.
func (sc *Scope) Held(ids []competency.CredentialID) ([]Held, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []credentialRow
	if err := sc.rows(&credentialRow{}).Where("id IN ?", ids).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := sc.inForce(rows); err != nil {
		return nil, err
	}
	proofs, err := sc.proofsInForce(ids)
	list := make([]Held, len(rows))
	for i, r := range rows {
		list[i] = Held{Credential: r.toCredential(), Edition: r.Edition, Document: Document{Payload: r.Payload, Digest: r.Digest, Proofs: proofs[r.ID]}}
	}
	return list, err
}

// signedByKey finds credentials whose edition in force bears a signature of a key.
const signedByKey = `SELECT DISTINCT p.credential FROM proof p JOIN credential c ON c.id = p.credential AND c.edition = p.edition
	WHERE p.tenant = ? AND p.key_id = ? AND p.credential > ?`

// UnderKey answers the tenant's credentials whose edition in force bears a
// signature of the key, by id from after on: records alone, or all others.
func (sc *Scope) UnderKey(key string, records bool, after competency.CredentialID, limit int) (ids []competency.CredentialID, err error) {
	kind := " AND c.kind <> ?"
	if records {
		kind = " AND c.kind = ?"
	}
	err = sc.db().Raw(signedByKey+kind+" ORDER BY p.credential LIMIT ?",
		sc.tenant, key, after, competency.RecordAward, limit).Scan(&ids).Error
	return ids, err
}

// RecordsHolding answers the ids of the records that hold one of the diplomas
// of the awards, whatever key signed them.
func (sc *Scope) RecordsHolding(diplomas []competency.AwardID) (ids []competency.CredentialID, err error) {
	if len(diplomas) == 0 {
		return nil, nil
	}
	records, err := sc.RecordsOn(diplomas)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	err = sc.rows(&credentialRow{}).Where("award IN ? AND state <> ?", records, competency.Reserved).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// CredentialsByDocument answers which of the tenant's credentials are the documents with the ids (urn:uuid:…).
func (sc *Scope) CredentialsByDocument(documents []string) (map[string]competency.CredentialID, error) {
	var rows []credentialRow
	if err := sc.rows(&credentialRow{}).Select("id", "document").Where("document IN ?", documents).Find(&rows).Error; err != nil {
		return nil, err
	}
	found := make(map[string]competency.CredentialID, len(rows))
	for _, r := range rows {
		found[r.Document] = r.ID
	}
	return found, nil
}

// KeyUse is what a key did.
type KeyUse struct {
	KeyID string
	// Signed is how many credentials it ever signed, InForce how many of them
	// still rest on it.
	Signed, InForce int64
}

// KeyUses counts what the tenant's keys signed; keys that signed nothing are not among them.
func (sc *Scope) KeyUses() (map[string]KeyUse, error) {
	var rows []KeyUse
	err := sc.db().Raw(`SELECT p.key_id, COUNT(DISTINCT p.credential) AS signed,
			COUNT(DISTINCT CASE WHEN c.edition = p.edition THEN p.credential END) AS in_force
		FROM proof p JOIN credential c ON c.id = p.credential WHERE p.tenant = ? GROUP BY p.key_id`, sc.tenant).Scan(&rows).Error
	uses := make(map[string]KeyUse, len(rows))
	for _, r := range rows {
		uses[r.KeyID] = r
	}
	return uses, err
}

// Documents in force under some keys whose time is over, each database with its own reading of JSON.
const (
	endedUnder = `SELECT p.key_id, COUNT(DISTINCT p.credential) AS ended FROM proof p
		JOIN credential c ON c.id = p.credential AND c.edition = p.edition
		LEFT JOIN credential_edition e ON e.credential = c.id AND e.edition = c.edition
		WHERE p.tenant = ? AND p.key_id IN ? AND `
	endedSQLite   = `json_extract(CAST(COALESCE(e.payload, c.payload) AS TEXT), '$.validUntil') <= ? GROUP BY p.key_id`
	endedPostgres = `CAST(convert_from(COALESCE(e.payload, c.payload), 'UTF8') AS json) ->> 'validUntil' <= ? GROUP BY p.key_id`
)

// EndedUnder counts the documents whose edition in force bears a signature of one
// of the keys and whose validUntil is not after at; keys without any are not among them.
func (sc *Scope) EndedUnder(keys []string, at time.Time) (map[string]int64, error) {
	query := endedUnder + endedSQLite
	if sc.store.Dialect() == "postgres" {
		query = endedUnder + endedPostgres
	}
	var rows []struct {
		KeyID string
		Ended int64
	}
	err := sc.db().Raw(query, sc.tenant, keys, at.UTC().Format(time.RFC3339)).Scan(&rows).Error
	counts := make(map[string]int64, len(rows))
	for _, r := range rows {
		counts[r.KeyID] = r.Ended
	}
	return counts, err
}

// EditionsFor counts the documents that were signed again for key actions.
func (sc *Scope) EditionsFor(causes []competency.KeyActionID) (map[competency.KeyActionID]int64, error) {
	var rows []struct {
		Cause competency.KeyActionID
		N     int64
	}
	err := sc.rows(&credentialEditionRow{}).Select("cause, COUNT(*) AS n").Where("cause IN ?", causes).Group("cause").Scan(&rows).Error
	counts := make(map[competency.KeyActionID]int64, len(rows))
	for _, r := range rows {
		counts[r.Cause] = r.N
	}
	return counts, err
}

// TouchLists marks the status lists of an organisation as changed, so that they
// are signed anew, and answers those of revocations.
func (sc *Scope) TouchLists(org competency.OrgID) (ids []string, err error) {
	if err := sc.rows(&statusListRow{}).Where("org = ? AND states_of IS NULL", org).Order("id").Pluck("id", &ids).Error; err != nil {
		return nil, err
	}
	return ids, sc.rows(&statusListRow{}).Where("org = ?", org).Updates(map[string]any{"revision": gorm.Expr("revision + 1")}).Error
}
