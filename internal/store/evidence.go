package store

import (
	"cmp"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// evidenceRow is a piece of evidence without its items.
type evidenceRow struct {
	ID         competency.EvidenceID
	Tenant     competency.OrgID
	School     competency.OrgID
	Owner      competency.PersonID
	Task       *competency.TaskID
	Title      string
	Body       string
	Reflection string
	Route      string
	Context    string
	Provider   string
	Began      string
	Ended      string
	Minutes    int
	Proposed   bool
	PartOf     *competency.EvidenceID
	Approval   *competency.ApprovalID
	Links      kept[[]string]
	State      competency.EvidenceState
	Version    int
	Returned   string
	ObservedBy *competency.PersonID
	Created    time.Time
	Submitted  *time.Time
}

// TableName names the table.
func (evidenceRow) TableName() string { return "evidence" }

func (r evidenceRow) toEvidence() competency.Evidence {
	return competency.Evidence{
		ID: r.ID, School: r.School, Owner: r.Owner, Task: orEmpty(r.Task), Title: r.Title, Body: r.Body,
		Reflection: r.Reflection, Route: r.Route, Context: r.Context, Provider: r.Provider, Links: r.Links.V,
		Began: r.Began, Ended: r.Ended, Minutes: r.Minutes, Proposed: r.Proposed, PartOf: orEmpty(r.PartOf), Approval: orEmpty(r.Approval),
		State: r.State, Version: r.Version, Returned: r.Returned, ObservedBy: orEmpty(r.ObservedBy), Created: utc(r.Created), Submitted: whenever(r.Submitted),
	}
}

func newEvidenceRow(tenant competency.OrgID, e competency.Evidence) evidenceRow {
	return evidenceRow{
		ID: e.ID, Tenant: tenant, School: e.School, Owner: e.Owner, Task: orNull(e.Task), Title: e.Title, Body: e.Body,
		Reflection: e.Reflection, Route: e.Route, Context: e.Context, Provider: e.Provider, Links: list(e.Links),
		Began: e.Began, Ended: e.Ended, Minutes: e.Minutes, Proposed: e.Proposed, PartOf: orNull(e.PartOf), Approval: orNull(e.Approval),
		State: e.State, Version: e.Version, Returned: e.Returned, ObservedBy: orNull(e.ObservedBy), Created: utc(e.Created), Submitted: perhaps(e.Submitted),
	}
}

// evidenceItemRow says that evidence is meant to show an item.
type evidenceItemRow struct {
	Tenant   competency.OrgID
	Evidence competency.EvidenceID
	Item     competency.ItemID
	Position int
}

// TableName names the table.
func (evidenceItemRow) TableName() string { return "evidence_item" }

// AddEvidence keeps new evidence, which has its ids.
func (sc *Scope) AddEvidence(all ...competency.Evidence) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]evidenceRow, len(all))
	for i, e := range all {
		rows[i] = newEvidenceRow(sc.tenant, e)
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding evidence: %w", err)
	}
	return sc.addEvidenceItems(all...)
}

func (sc *Scope) addEvidenceItems(all ...competency.Evidence) error {
	var items []evidenceItemRow
	for _, e := range all {
		for i, it := range e.Items {
			items = append(items, evidenceItemRow{sc.tenant, e.ID, it, i})
		}
	}
	if len(items) == 0 {
		return nil
	}
	if err := sc.add(&items); err != nil {
		return fmt.Errorf("adding what evidence shows: %w", err)
	}
	return nil
}

// MoveEvidence writes where evidence stands: state, version, time of
// submission, the teacher's words.
func (sc *Scope) MoveEvidence(e competency.Evidence) error {
	return sc.change(&evidenceRow{}, string(e.ID), map[string]any{
		"state": e.State, "version": e.Version, "submitted": perhaps(e.Submitted), "returned": e.Returned,
	})
}

// SaveEvidence writes what the owner may edit in a draft, and where it stands.
func (sc *Scope) SaveEvidence(e competency.Evidence) error {
	if err := sc.MoveEvidence(e); err != nil {
		return err
	}
	err := sc.change(&evidenceRow{}, string(e.ID), map[string]any{
		"title": e.Title, "body": e.Body, "reflection": e.Reflection, "route": e.Route, "context": e.Context,
		"provider": e.Provider, "links": list(e.Links), "task": orNull(e.Task),
		"began": e.Began, "ended": e.Ended, "minutes": e.Minutes, "proposed": e.Proposed, "approval": orNull(e.Approval),
	})
	if err != nil {
		return fmt.Errorf("saving evidence: %w", err)
	}
	if err := sc.rows(&evidenceItemRow{}).Where("evidence = ?", e.ID).Delete(&evidenceItemRow{}).Error; err != nil {
		return fmt.Errorf("saving what evidence shows: %w", err)
	}
	return sc.addEvidenceItems(e)
}

// Evidence answers one piece with its items.
func (sc *Scope) Evidence(id competency.EvidenceID) (competency.Evidence, error) {
	all, err := sc.evidence(sc.rows(&evidenceRow{}).Where("id = ?", id))
	if err != nil {
		return competency.Evidence{}, err
	}
	if len(all) == 0 {
		return competency.Evidence{}, competency.NotFound()
	}
	return all[0], nil
}

// EvidenceFilter narrows a list of evidence; its zero value is everything.
type EvidenceFilter struct {
	// OwnIdea keeps what the learner, and not a task, chose to do.
	OwnIdea bool
}

// EvidenceOf answers a page of a learner's evidence, the newest first, and how
// many pieces there are; what was withdrawn is left out.
func (sc *Scope) EvidenceOf(owner competency.PersonID, only EvidenceFilter, page Page) ([]competency.Evidence, int64, error) {
	q := sc.rows(&evidenceRow{}).Where("owner = ? AND state <> ?", owner, competency.EvidenceWithdrawn)
	return sc.evidencePage(only.on(q), "created DESC, id DESC", page)
}

func (f EvidenceFilter) on(q *gorm.DB) *gorm.DB {
	if f.OwnIdea {
		q = q.Where("(task IS NULL OR proposed)")
	}
	return q
}

// EvidenceQueue answers a page of what waits at some schools for a teacher who
// is not its owner, oldest first, and how many pieces that are.
func (sc *Scope) EvidenceQueue(schools []competency.OrgID, notOf competency.PersonID, page Page) ([]competency.Evidence, int64, error) {
	return sc.evidencePage(sc.waiting(schools, notOf), "submitted, id", page)
}

// waiting uses the partial index evidence_waiting.
func (sc *Scope) waiting(schools []competency.OrgID, notOf competency.PersonID) *gorm.DB {
	return sc.rows(&evidenceRow{}).Where("state IN ('submitted', 'in_review') AND school IN ? AND owner <> ?", schools, notOf).
		Where("owner NOT IN (SELECT other FROM kinship WHERE tenant = ? AND one = ? AND ended IS NULL)", sc.tenant, notOf).
		Where("owner NOT IN (SELECT one FROM kinship WHERE tenant = ? AND other = ? AND ended IS NULL)", sc.tenant, notOf).
		Where("id NOT IN (?)", sc.rows(&panelRow{}).Where("state = ?", competency.PanelOpen).Select("evidence"))
}

// EvidenceWaiting answers how much waits at some schools for this teacher and since when the
// oldest does.
func (sc *Scope) EvidenceWaiting(schools []competency.OrgID, notOf competency.PersonID) (n int64, oldest time.Time, err error) {
	if err := sc.waiting(schools, notOf).Count(&n).Error; err != nil || n == 0 {
		return 0, time.Time{}, err
	}
	var row evidenceRow
	err = sc.waiting(schools, notOf).Order("submitted, id").Take(&row).Error
	return n, whenever(row.Submitted), err
}

func (sc *Scope) evidencePage(q *gorm.DB, order string, page Page) ([]competency.Evidence, int64, error) {
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	all, err := sc.evidence(q.Order(order).Offset(page.Offset).Limit(min(cmp.Or(page.Limit, 50), 500)))
	return all, total, err
}

// evidence runs the query and fills in the items: two queries for any number.
func (sc *Scope) evidence(q *gorm.DB) ([]competency.Evidence, error) {
	var rows []evidenceRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Evidence, len(rows))
	at := make(map[competency.EvidenceID]int, len(rows))
	ids := make([]competency.EvidenceID, len(rows))
	for i, r := range rows {
		all[i] = r.toEvidence()
		at[r.ID], ids[i] = i, r.ID
	}
	if len(ids) == 0 {
		return all, nil
	}
	var items []evidenceItemRow
	if err := sc.rows(&evidenceItemRow{}).Where("evidence IN ?", ids).Order("evidence, position").Find(&items).Error; err != nil {
		return nil, err
	}
	for _, it := range items {
		all[at[it.Evidence]].Items = append(all[at[it.Evidence]].Items, it.Item)
	}
	return all, nil
}

// attachmentRow is a file as used in one place.
type attachmentRow struct {
	ID        competency.FileID
	Tenant    competency.OrgID
	Owner     competency.PersonID
	Kind      competency.AttachmentKind
	Subject   string
	Part      string
	SHA256    string `gorm:"column:sha256"`
	Name      string
	MediaType string
	Size      int64
	Created   time.Time
	Removed   *time.Time
	Purged    *time.Time
}

// TableName names the table.
func (attachmentRow) TableName() string { return "attachment" }

func (r attachmentRow) toAttachment() competency.Attachment {
	return competency.Attachment{
		ID: r.ID, Owner: r.Owner, Kind: r.Kind, Subject: r.Subject, Part: r.Part, SHA256: r.SHA256,
		Name: r.Name, MediaType: r.MediaType, Size: r.Size, Created: utc(r.Created), Purged: whenever(r.Purged),
	}
}

// AddAttachment hangs a file on something, under a new id.
func (sc *Scope) AddAttachment(a competency.Attachment) (competency.Attachment, error) {
	a.ID, a.Created = competency.FileID(sc.ID()), sc.Now()
	row := attachmentRow{
		ID: a.ID, Tenant: sc.tenant, Owner: a.Owner, Kind: a.Kind, Subject: a.Subject, Part: a.Part, SHA256: a.SHA256,
		Name: a.Name, MediaType: a.MediaType, Size: a.Size, Created: a.Created,
	}
	if err := sc.add(&row); err != nil {
		return a, fmt.Errorf("attaching a file: %w", err)
	}
	return a, nil
}

// Attachment answers one file; ErrNotFound once it was taken off.
func (sc *Scope) Attachment(id competency.FileID) (competency.Attachment, error) {
	var row attachmentRow
	err := sc.rows(&row).Where("id = ? AND removed IS NULL", id).Take(&row).Error
	return row.toAttachment(), err
}

// AttachmentEver answers one file, also after it was taken off: a version that
// was handed in keeps it.
func (sc *Scope) AttachmentEver(id competency.FileID) (a competency.Attachment, removed bool, err error) {
	var row attachmentRow
	err = sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toAttachment(), row.Removed != nil, err
}

// Attachments answers what hangs on some subjects of a kind, in the order in
// which it was hung there.
func (sc *Scope) Attachments(kind competency.AttachmentKind, subjects ...string) ([]competency.Attachment, error) {
	var rows []attachmentRow
	err := sc.rows(&attachmentRow{}).Where("kind = ? AND subject IN ? AND removed IS NULL", kind, subjects).Order("created, id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	all := make([]competency.Attachment, len(rows))
	for i, r := range rows {
		all[i] = r.toAttachment()
	}
	return all, nil
}

// AttachedBytes answers how much a person's files come to, each use counted.
func (sc *Scope) AttachedBytes(owner competency.PersonID) (bytes int64, err error) {
	err = sc.rows(&attachmentRow{}).Where("owner = ? AND removed IS NULL", owner).Select("COALESCE(SUM(size), 0)").Scan(&bytes).Error
	return bytes, err
}

// RemoveAttachment takes a file off its place. The row and the bytes stay.
func (sc *Scope) RemoveAttachment(id competency.FileID) error {
	return oneRow(sc.rows(&attachmentRow{}).Where("id = ? AND removed IS NULL", id).Updates(map[string]any{"removed": sc.Now()}))
}

// CountEvidence answers how much of a learner's evidence stands in a state.
func (sc *Scope) CountEvidence(owner competency.PersonID, state competency.EvidenceState) (n int64, err error) {
	err = sc.rows(&evidenceRow{}).Where("owner = ? AND state = ?", owner, state).Count(&n).Error
	return n, err
}

// EvidenceTitles answers what some pieces are called; what is not there is
// missing in the answer.
func (sc *Scope) EvidenceTitles(ids []competency.EvidenceID) (map[competency.EvidenceID]string, error) {
	var rows []evidenceRow
	if err := sc.rows(&evidenceRow{}).Select("id", "title").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	titles := make(map[competency.EvidenceID]string, len(rows))
	for _, r := range rows {
		titles[r.ID] = r.Title
	}
	return titles, nil
}
