package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// outsideCredentialRow is a credential that somebody else issued.
type outsideCredentialRow struct {
	ID              competency.OutsideID
	Tenant          competency.OrgID
	School          competency.OrgID
	Learner         competency.PersonID
	Evidence        *competency.EvidenceID
	Document        []byte
	Hash            string
	Received        time.Time
	State           competency.OutsideState
	Verdict         string
	Checked         time.Time
	Report          string
	Issuer          string
	IssuerName      string
	Achievement     string
	AchievementName string
	AchievementType string
	Holder          competency.HolderMatch
	DecidedBy       *competency.PersonID
	Decided         *time.Time
	Words           string
}

// TableName names the table.
func (outsideCredentialRow) TableName() string { return "outside_credential" }

func (r outsideCredentialRow) toOutside() competency.OutsideCredential {
	return competency.OutsideCredential{
		ID: r.ID, School: r.School, Learner: r.Learner, Evidence: orEmpty(r.Evidence), Document: r.Document, Hash: r.Hash, Received: utc(r.Received),
		State: r.State, Verdict: r.Verdict, Checked: utc(r.Checked), Report: []byte(r.Report), Issuer: r.Issuer, IssuerName: r.IssuerName,
		Achievement: r.Achievement, AchievementName: r.AchievementName, AchievementType: r.AchievementType,
		Holder: r.Holder, DecidedBy: orEmpty(r.DecidedBy), Decided: whenever(r.Decided), Words: r.Words,
	}
}

// outsideCheckRow is one answer of the verifier; rows never change.
type outsideCheckRow struct {
	ID         string
	Tenant     competency.OrgID
	Credential competency.OutsideID
	Checked    time.Time
	Verdict    string
	Report     string
}

// TableName names the table.
func (outsideCheckRow) TableName() string { return "outside_check" }

// AddOutside keeps a credential of elsewhere, which has its id, with the
// verifier's first answer. The same bytes of the same learner are ErrConflict.
func (sc *Scope) AddOutside(o competency.OutsideCredential) error {
	row := outsideCredentialRow{
		ID: o.ID, Tenant: sc.tenant, School: o.School, Learner: o.Learner, Evidence: orNull(o.Evidence), Document: o.Document, Hash: o.Hash,
		Received: utc(o.Received), State: o.State, Verdict: o.Verdict, Checked: utc(o.Checked), Report: string(o.Report), Issuer: o.Issuer,
		IssuerName: o.IssuerName, Achievement: o.Achievement, AchievementName: o.AchievementName, AchievementType: o.AchievementType,
		Holder: o.Holder, DecidedBy: orNull(o.DecidedBy), Decided: perhaps(o.Decided), Words: o.Words,
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("keeping a credential of elsewhere: %w", err)
	}
	return sc.addCheck(o)
}

func (sc *Scope) addCheck(o competency.OutsideCredential) error {
	row := outsideCheckRow{sc.ID(), sc.tenant, o.ID, utc(o.Checked), o.Verdict, string(o.Report)}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("keeping the check of a credential: %w", err)
	}
	return nil
}

// SetOutsideChecked writes a later answer of the verifier and keeps it beside
// the earlier ones.
func (sc *Scope) SetOutsideChecked(o competency.OutsideCredential) error {
	err := sc.change(&outsideCredentialRow{}, string(o.ID), map[string]any{
		"state": o.State, "verdict": o.Verdict, "checked": utc(o.Checked), "report": string(o.Report), "issuer": o.Issuer, "issuer_name": o.IssuerName,
		"achievement": o.Achievement, "achievement_name": o.AchievementName, "achievement_type": o.AchievementType, "holder": o.Holder,
	})
	if err != nil {
		return err
	}
	return sc.addCheck(o)
}

// SetOutsideDecided writes the word of the staff.
func (sc *Scope) SetOutsideDecided(o competency.OutsideCredential) error {
	return sc.change(&outsideCredentialRow{}, string(o.ID), map[string]any{
		"state": o.State, "decided_by": orNull(o.DecidedBy), "decided": perhaps(o.Decided), "words": o.Words,
	})
}

// Outside answers one credential of elsewhere.
func (sc *Scope) Outside(id competency.OutsideID) (competency.OutsideCredential, error) {
	var row outsideCredentialRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toOutside(), err
}

// OutsideOf answers a learner's credentials of elsewhere, the newest first.
func (sc *Scope) OutsideOf(learner competency.PersonID) ([]competency.OutsideCredential, error) {
	return outsides(sc.rows(&outsideCredentialRow{}).Where("learner = ?", learner).Order("received DESC, id DESC"))
}

// OutsideWaiting answers what waits for the staff of some schools, oldest first.
func (sc *Scope) OutsideWaiting(schools []competency.OrgID) ([]competency.OutsideCredential, error) {
	return outsides(sc.rows(&outsideCredentialRow{}).Where("state IN ('pending', 'verified') AND school IN ?", schools).Order("received, id"))
}

// OutsideBehind answers the credential on which evidence rests, if there is one.
func (sc *Scope) OutsideBehind(id competency.EvidenceID) (competency.OutsideCredential, bool, error) {
	all, err := outsides(sc.rows(&outsideCredentialRow{}).Where("evidence = ?", id))
	if err != nil || len(all) == 0 {
		return competency.OutsideCredential{}, false, err
	}
	return all[0], true, nil
}

func outsides(q *gorm.DB) ([]competency.OutsideCredential, error) {
	var rows []outsideCredentialRow
	if err := q.Limit(500).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.OutsideCredential, len(rows))
	for i, r := range rows {
		all[i] = r.toOutside()
	}
	return all, nil
}

// OutsideNames answers what some credentials of elsewhere are about.
func (sc *Scope) OutsideNames(ids []competency.OutsideID) (map[competency.OutsideID]string, error) {
	var rows []outsideCredentialRow
	if err := sc.rows(&outsideCredentialRow{}).Select("id", "achievement_name").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	names := make(map[competency.OutsideID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.AchievementName
	}
	return names, nil
}

// OutsideDue is a credential that is due to be checked again.
type OutsideDue struct {
	Tenant competency.OrgID
	ID     competency.OutsideID
}

// OutsideDue answers, over all tenants, credentials that count or may count and
// were last checked before a time; those that could not be checked in full are
// due after pending already.
func (tx *Tx) OutsideDue(before, pending time.Time, limit int) ([]OutsideDue, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	var all []OutsideDue
	err := tx.db().Model(&outsideCredentialRow{}).Select("tenant", "id").
		Where("(state IN ('verified', 'accepted') AND checked < ?) OR (state = 'pending' AND checked < ?)", utc(before), utc(pending)).
		Order("checked, id").Limit(limit).Scan(&all).Error
	return all, err
}

// credentialUseRow is what a school says that a credential counts as.
type credentialUseRow struct {
	ID       string
	Tenant   competency.OrgID
	School   competency.OrgID
	Matches  string
	Value    string
	Issuer   string
	Gives    string
	Name     string
	StatedBy competency.PersonID
	Since    time.Time
	Ended    *time.Time
}

// TableName names the table.
func (credentialUseRow) TableName() string { return "credential_use" }

// AddCredentialUse keeps a use under a new id.
func (sc *Scope) AddCredentialUse(u competency.CredentialUse) error {
	row := credentialUseRow{sc.ID(), sc.tenant, u.School, u.Matches, u.Value, u.Issuer, u.Gives, u.Name, u.StatedBy, utc(u.Since), nil}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("stating a use of credentials: %w", err)
	}
	return nil
}

// EndCredentialUse ends a use that holds; ErrNotFound if it does not.
func (sc *Scope) EndCredentialUse(id string) error {
	return oneRow(sc.rows(&credentialUseRow{}).Where("id = ? AND ended IS NULL", id).Updates(map[string]any{"ended": sc.Now()}))
}

// CredentialUses answers the uses that hold in the tenant.
func (sc *Scope) CredentialUses() ([]competency.CredentialUse, error) {
	var rows []credentialUseRow
	if err := sc.rows(&credentialUseRow{}).Where("ended IS NULL").Order("since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.CredentialUse, len(rows))
	for i, r := range rows {
		all[i] = competency.CredentialUse{
			ID: r.ID, School: r.School, Matches: r.Matches, Value: r.Value, Issuer: r.Issuer, Gives: r.Gives, Name: r.Name, StatedBy: r.StatedBy, Since: utc(r.Since),
		}
	}
	return all, nil
}

// OutsideFact is what a credential of elsewhere counts as for one learner.
type OutsideFact struct {
	Learner     competency.PersonID
	Gives, Name string
	State       competency.OutsideState
	IssuerName  string
}

// OutsideFactsOf answers what the credentials of some learners count as where
// their schools, or the tenant, say so; in one query.
func (sc *Scope) OutsideFactsOf(learners []competency.PersonID) ([]OutsideFact, error) {
	var all []OutsideFact
	err := sc.db().Raw(`
		SELECT DISTINCT o.learner, u.gives, u.name, o.state, o.issuer_name
		FROM outside_credential o
		JOIN credential_use u ON u.tenant = o.tenant AND u.ended IS NULL AND (u.school = o.school OR u.school = o.tenant)
			AND (u.issuer = '' OR u.issuer = o.issuer)
			AND ((u.matches = 'achievement' AND u.value = o.achievement) OR (u.matches = 'type' AND u.value = o.achievement_type))
		WHERE o.tenant = ? AND o.learner IN ? AND o.state IN ('pending', 'verified', 'accepted')
		ORDER BY o.learner, u.gives, u.name, o.state`, sc.tenant, learners).Scan(&all).Error
	return all, err
}
