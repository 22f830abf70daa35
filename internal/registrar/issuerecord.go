package registrar

import (
	"errors"
	"fmt"
	"slices"

	"laurel/competency"
	"laurel/credentials"
	"laurel/internal/store"
)

// errNoDiploma is a record before the diploma that stands in it. The job that
// issues the diploma asks for the record, so that this does not happen in turn.
var errNoDiploma = errors.New("the diploma of this record is not issued yet")

// inside finds the diplomas that stand in records, and leaves out the records
// whose diploma was withdrawn in the meantime: they are never made.
func (b *issuance) inside(d *desk, awards []competency.Award) ([]competency.Award, error) {
	var wanted []competency.AwardID
	for _, a := range awards {
		if id := a.Diploma(); id != "" {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return awards, nil
	}
	var err error
	if b.diplomas, err = d.NewestOf(wanted); err != nil {
		return nil, err
	}
	b.inner = map[competency.AwardID]*credentials.Node{}
	for _, a := range awards {
		// A record that an earlier run reserved may hold a diploma that was signed again since.
		if b.newest[a.ID].State == competency.Reserved && b.diplomas[a.Diploma()].State == competency.Issued {
			if b.inner[a.ID], err = b.diploma(d, a); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(awards, func(a competency.Award) bool {
		return b.diplomas[a.Diploma()].State == competency.Revoked
	}), nil
}

// diploma is the signed diploma that stands in a record; nil for every other award.
func (b *issuance) diploma(d *desk, a competency.Award) (*credentials.Node, error) {
	id := a.Diploma()
	if id == "" {
		return nil, nil //nolint:nilnil // none is a good answer
	}
	if b.diplomas[id].State != competency.Issued {
		return nil, fmt.Errorf("award %s: %w", id, errNoDiploma)
	}
	doc, err := d.CredentialDocument(b.diplomas[id].ID)
	if err != nil {
		return nil, err
	}
	_, embedded, err := forms(doc)
	if err != nil {
		return nil, err
	}
	return credentials.Parse(embedded)
}

// followers has the records made that waited for these credentials.
func (b *issuance) followers(d *desk, saved []competency.CredentialID) error {
	var diplomas []competency.AwardID
	newer := false
	for award, held := range b.newest {
		if held.Kind == competency.DiplomaAward && slices.Contains(saved, held.ID) {
			diplomas = append(diplomas, award)
			newer = newer || held.Generation > 1
		}
	}
	if len(diplomas) == 0 {
		return nil
	}
	records, err := d.RecordsOn(diplomas)
	if err != nil || len(records) == 0 {
		return err
	}
	if newer {
		if err := d.newerRecord(records); err != nil {
			return err
		}
	}
	job := IssueBatch{Tenant: string(d.Tenant())}
	for _, id := range records {
		job.Awards = append(job.Awards, string(id))
	}
	return d.Enqueue(job)
}

// copiesFor are the credentials inside a reserved record of which there are
// newer copies than those that were recorded, by their ids.
func (b *issuance) copiesFor(held store.Reservation) (map[string]*credentials.Node, error) {
	now := b.inner[held.Award]
	if now == nil {
		return nil, nil //nolint:nilnil // none is a good answer
	}
	doc, err := credentials.Parse(held.Payload)
	if err != nil {
		return nil, err
	}
	for _, part := range credentials.SignedParts(doc) {
		if id := part.Get("id").Text(); id == now.Get("id").Text() && !part.Equal(now) {
			return map[string]*credentials.Node{id: now}, nil
		}
	}
	return nil, nil //nolint:nilnil // none is a good answer
}
