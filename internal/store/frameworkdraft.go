package store

import (
	"errors"
	"fmt"
	"time"

	"laurel/competency"
)

// draftRow is a framework's next version while it is written.
type draftRow struct {
	ID        competency.DraftID
	Tenant    competency.OrgID
	Name      string
	Base      *competency.FrameworkID
	Reference bool
	Source    string
	Step      int
	Links     kept[[]competency.FileLink]
	Notes     kept[draftNotes]
	Maker     competency.PersonID
	Created   time.Time
	Changed   time.Time
}

// draftNotes are what reading a file had to say.
type draftNotes struct {
	Notes   []string                `json:"notes,omitempty"`
	Types   []competency.FileType   `json:"types,omitempty"`
	Rubrics []competency.FileRubric `json:"rubrics,omitempty"`
}

// TableName names the table.
func (draftRow) TableName() string { return "framework_draft" }

func (r draftRow) toDraft() competency.FrameworkDraft {
	return competency.FrameworkDraft{
		ID: r.ID, Name: r.Name, Base: orEmpty(r.Base), Reference: r.Reference, Source: r.Source, Step: r.Step,
		DraftFile: competency.DraftFile{Types: r.Notes.V.Types, Links: r.Links.V, Notes: r.Notes.V.Notes, Rubrics: r.Notes.V.Rubrics},
		By:        r.Maker, Created: utc(r.Created), Changed: utc(r.Changed),
	}
}

// draftStepRow is one thing that was done to a draft, with the tree after it.
type draftStepRow struct {
	Tenant  competency.OrgID
	Draft   competency.DraftID
	Step    int
	What    string
	Code    string
	Outline kept[competency.Outline]
	Scale   kept[competency.Scale]
	Maker   competency.PersonID
	Made    time.Time
}

// TableName names the table.
func (draftStepRow) TableName() string { return "framework_draft_step" }

// stepsKept is how many steps of a draft can be taken back.
const stepsKept = 50

// AddDraft keeps a new draft, which has its id, with its first step.
func (sc *Scope) AddDraft(d competency.FrameworkDraft, what string) error {
	row := draftRow{
		ID: d.ID, Tenant: sc.tenant, Name: d.Name, Base: orNull(d.Base), Reference: d.Reference, Source: d.Source, Step: d.Step,
		Links: list(d.Links), Notes: kept[draftNotes]{draftNotes{d.Notes, d.Types, d.Rubrics}}, Maker: d.By, Created: utc(d.Created), Changed: utc(d.Created),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding the draft: %w", err)
	}
	return sc.addStep(d, competency.DraftStep{Step: d.Step, What: what, By: d.By, At: d.Created})
}

func (sc *Scope) addStep(d competency.FrameworkDraft, done competency.DraftStep) error {
	outline := d.Outline
	if outline == nil {
		outline = competency.Outline{}
	}
	return sc.add(&draftStepRow{
		Tenant: sc.tenant, Draft: d.ID, Step: done.Step, What: done.What, Code: done.Code,
		Outline: kept[competency.Outline]{outline}, Scale: kept[competency.Scale]{d.Scale}, Maker: done.By, Made: utc(done.At),
	})
}

// Drafts answers the tenant's drafts without their trees, the last changed first.
func (sc *Scope) Drafts() ([]competency.FrameworkDraft, error) {
	var rows []draftRow
	if err := sc.rows(&draftRow{}).Order("changed DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.FrameworkDraft, len(rows))
	for i, r := range rows {
		all[i] = r.toDraft()
	}
	return all, nil
}

// Draft answers a draft with its tree as it stands. In an act it waits for
// others who are changing it.
func (sc *Scope) Draft(id competency.DraftID) (competency.FrameworkDraft, error) {
	var row draftRow
	if err := sc.rows(&row).Where("id = ?", id).Take(&row).Error; err != nil {
		return competency.FrameworkDraft{}, err
	}
	d := row.toDraft()
	var step draftStepRow
	err := sc.rows(&step).Where("draft = ? AND step = ?", id, d.Step).Take(&step).Error
	d.Outline, d.Scale = step.Outline.V, step.Scale.V
	return d, err
}

// DraftSteps answers what was done to a draft, the newest first; what was
// taken back stands above its step.
func (sc *Scope) DraftSteps(id competency.DraftID) ([]competency.DraftStep, error) {
	var rows []draftStepRow
	err := sc.rows(&draftStepRow{}).Select("step", "what", "code", "maker", "made").Where("draft = ?", id).Order("step DESC").Find(&rows).Error
	all := make([]competency.DraftStep, len(rows))
	for i, r := range rows {
		all[i] = competency.DraftStep{Step: r.Step, What: r.What, Code: r.Code, By: r.Maker, At: utc(r.Made)}
	}
	return all, err
}

// oneEdit is how long words that are typed on and on are one step.
const oneEdit = 2 * time.Minute

// SaveDraft writes a draft's next step; d.Step is the one before. What had been
// taken back before it is gone, and so are the oldest steps. Words of the same
// item that the same person goes on typing stay one step.
func (sc *Scope) SaveDraft(d competency.FrameworkDraft, done competency.DraftStep) error {
	if done.What == "edit" {
		same := sc.rows(&draftStepRow{}).Where("draft = ? AND step = ? AND what = 'edit' AND code = ? AND maker = ? AND made > ?",
			d.ID, d.Step, done.Code, done.By, utc(done.At.Add(-oneEdit))).
			Updates(map[string]any{"outline": kept[competency.Outline]{d.Outline}})
		if same.Error != nil || same.RowsAffected > 0 {
			return errors.Join(same.Error, sc.moveDraft(d, d.Step))
		}
	}
	done.Step = d.Step + 1
	err := sc.rows(&draftStepRow{}).Where("draft = ? AND (step > ? OR step <= ?)", d.ID, d.Step, done.Step-stepsKept).Delete(&draftStepRow{}).Error
	if err != nil {
		return fmt.Errorf("dropping old steps: %w", err)
	}
	if err := sc.addStep(d, done); err != nil {
		return fmt.Errorf("adding a step: %w", err)
	}
	return sc.moveDraft(d, done.Step)
}

// MoveDraft takes steps back, or forth again: ErrNotFound where there is none.
func (sc *Scope) MoveDraft(d competency.FrameworkDraft, step int) error {
	var n int64
	if err := sc.rows(&draftStepRow{}).Where("draft = ? AND step = ?", d.ID, step).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return competency.NotFound()
	}
	return sc.moveDraft(d, step)
}

// moveDraft moves a draft from the step that was read: ErrConflict where
// somebody else was quicker.
func (sc *Scope) moveDraft(d competency.FrameworkDraft, step int) error {
	done := sc.rows(&draftRow{}).Where("id = ? AND step = ?", d.ID, d.Step).Updates(map[string]any{
		"step": step, "name": d.Name, "notes": kept[draftNotes]{draftNotes{d.Notes, d.Types, d.Rubrics}}, "changed": sc.Now(),
	})
	if done.Error == nil && done.RowsAffected == 0 {
		return competency.Refuse("Somebody else changed this draft meanwhile. Look at it again; nothing of theirs is lost.")
	}
	return done.Error
}

// RemoveDraft takes a draft away with its steps.
func (sc *Scope) RemoveDraft(id competency.DraftID) error {
	if err := sc.rows(&draftStepRow{}).Where("draft = ?", id).Delete(&draftStepRow{}).Error; err != nil {
		return err
	}
	return oneRow(sc.rows(&draftRow{}).Where("id = ?", id).Delete(&draftRow{}))
}
