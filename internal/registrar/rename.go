package registrar

import (
	"context"
	"strings"
	"unicode/utf8"

	"laurel/competency"
)

// Names are what a person is called from now on. Used and Diploma default to Legal.
type Names struct {
	Legal   string `json:"legal"`
	Used    string `json:"used"`
	Diploma string `json:"diploma"`
}

// ChangeNames enters the names that a person bears now; those before stay in
// their history. What is signed stays as it is: the office asks for a newer copy
// of it. Registrars and administrators, not long after typing the password.
func (r *Registrar) ChangeNames(ctx context.Context, who competency.Actor, person competency.PersonID, n Names) error {
	var bad []competency.Field
	for _, name := range []struct {
		pointer string
		value   *string
		least   int
	}{{"/legal", &n.Legal, 1}, {"/used", &n.Used, 0}, {"/diploma", &n.Diploma, 0}} {
		*name.value = strings.TrimSpace(*name.value)
		if l := utf8.RuneCountInString(*name.value); l < name.least || l > 200 {
			bad = append(bad, competency.Field{Pointer: name.pointer, Detail: "Give a name of at most 200 characters."})
		}
	}
	return r.act(ctx, who, competency.ChangeNames, func(d *desk) error {
		if _, err := d.Person(person); err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(person)}); err != nil {
			return err
		}
		if len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		return d.SetNames(person, n.Legal, n.Used, n.Diploma)
	})
}
