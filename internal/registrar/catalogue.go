package registrar

import (
	"bytes"
	"cmp"
	"context"
	_ "embed" // the example
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/credentials"
	"laurel/internal/store"
)

// CatalogueEntry is a micro-credential with the name of who offers it.
type CatalogueEntry struct {
	competency.MicroCredential
	Provider string
}

// Catalogue lists what can be earned here, by title. Anyone may read it.
func (r *Registrar) Catalogue(ctx context.Context) (list []CatalogueEntry, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		list = nil
		micros, err := tx.Catalogue()
		if err != nil {
			return err
		}
		names := map[competency.OrgID]string{}
		for _, m := range micros {
			if _, known := names[m.Org]; !known {
				o, err := tx.OrgAnywhere(m.Org)
				if err != nil {
					return err
				}
				names[m.Org] = o.Name
			}
			list = append(list, CatalogueEntry{m, names[m.Org]})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b CatalogueEntry) int { return strings.Compare(a.Title, b.Title) })
	return list, err
}

// CatalogueEntry answers one version of a micro-credential, the newest for
// version 0. Anyone may read it.
func (r *Registrar) CatalogueEntry(ctx context.Context, slug string, version int) (e CatalogueEntry, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		if e.MicroCredential, err = tx.PublishedMicroCredential(slug, version); err != nil {
			return err
		}
		o, err := tx.OrgAnywhere(e.Org)
		e.Provider = o.Name
		return err
	})
	return e, err
}

// maxMicroDocument is the largest document of a micro-credential, in bytes.
const maxMicroDocument = 256 << 10

// readMicro reads the document of a micro-credential: a JSON object with
// "slug" and the members of competency.Anatomy in camel case, and no others.
func readMicro(document []byte) (competency.MicroCredential, error) {
	var in struct {
		Slug string
		competency.Anatomy
	}
	whole := func(err error) error {
		return competency.Invalid(competency.Field{Pointer: "", Detail: strings.TrimPrefix(err.Error(), "json: ")})
	}
	if err := credentials.CheckJSON(document, maxMicroDocument); err != nil {
		return competency.MicroCredential{}, whole(err)
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return competency.MicroCredential{}, whole(err)
	}
	return competency.MicroCredential{Slug: in.Slug, Anatomy: in.Anatomy, State: competency.MicroDraft}, nil
}

// MicroCredentialExample is a complete document to begin from.
//
//go:embed starter/micro-credential.json
var MicroCredentialExample string

// MayPublish answers nil if the actor may publish micro-credentials.
func (r *Registrar) MayPublish(ctx context.Context, who competency.Actor) error {
	return r.look(ctx, who, func(d *desk) error {
		return d.see(competency.PublishMicro, competency.Subject{Org: offering(who)})
	})
}

// offering is the organisation that an actor publishes for.
func offering(who competency.Actor) competency.OrgID {
	if who.At(who.Workplace, competency.Coordinator) {
		return who.Workplace
	}
	return who.Tenant
}

// PublishMicroCredential publishes a document as the next version of its slug,
// offered by the coordinator's own organisation. The same document again
// answers the version that is there. ErrInvalid names what the checklist finds,
// ErrConflict a slug that someone else uses.
func (r *Registrar) PublishMicroCredential(ctx context.Context, who competency.Actor, document []byte) (competency.MicroCredential, error) {
	m, err := readMicro(document)
	if err != nil {
		return m, err
	}
	m.Org = offering(who)
	err = r.act(ctx, who, competency.PublishMicro, func(d *desk) error {
		if err := d.may(competency.Subject{Org: m.Org}); err != nil {
			return err
		}
		last, err := d.LastVersion(m.Slug)
		if err != nil {
			return err
		}
		if last > 0 {
			before, err := d.PublishedVersion(m.Slug, last)
			if err == nil && reflect.DeepEqual(before.Anatomy, m.Anatomy) {
				m = before
				d.subject.ID = string(m.ID)
				d.note("version", "unchanged")
				return nil
			}
			if err != nil {
				return err
			}
		}
		next := m
		next.Version = last + 1
		if next, err = next.Publish(d.at); err != nil {
			return err
		}
		if next, err = d.AddMicroCredential(next); err != nil {
			return err
		}
		m, d.subject.ID = next, string(next.ID)
		return nil
	})
	return m, err
}

// byMicro arranges micro-credentials by id.
func byMicro(list []competency.MicroCredential) map[competency.MicroCredentialID]competency.MicroCredential {
	all := make(map[competency.MicroCredentialID]competency.MicroCredential, len(list))
	for _, m := range list {
		all[m.ID] = m
	}
	return all
}

// microsOf reads the micro-credentials of applications in one query.
func microsOf(d *desk, list []competency.Application) (map[competency.MicroCredentialID]competency.MicroCredential, error) {
	ids := make([]competency.MicroCredentialID, len(list))
	for i, a := range list {
		ids[i] = a.Micro
	}
	slices.SortFunc(ids, cmp.Compare)
	micros, err := d.MicroCredentials(slices.Compact(ids))
	return byMicro(micros), err
}
