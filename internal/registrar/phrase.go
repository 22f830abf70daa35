package registrar

import (
	"context"
	"fmt"
	"strings"

	"laurel/competency"
)

// Phrases answers the actor's own phrases of feedback, the oldest first.
func (r *Registrar) Phrases(ctx context.Context, who competency.Actor) (list []competency.Phrase, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManagePhrases, competency.Subject{}); err != nil {
			return err
		}
		list, err = d.Phrases(who.Person)
		return err
	})
	return list, err
}

// AddPhrase keeps a phrase of the actor's. One that is kept already is no error.
func (r *Registrar) AddPhrase(ctx context.Context, who competency.Actor, words string) error {
	p := competency.Phrase{Teacher: who.Person, Words: strings.TrimSpace(words)}
	if bad := p.Check(); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	return r.act(ctx, who, competency.ManagePhrases, func(d *desk) error {
		p.ID, p.Created = d.ID(), d.Now()
		if err := d.may(competency.Subject{ID: p.ID}); err != nil {
			return err
		}
		have, err := d.Phrases(who.Person)
		if err != nil {
			return err
		}
		for _, h := range have {
			if h.Words == p.Words {
				return nil
			}
		}
		if len(have) >= competency.MaxPhrases {
			return competency.Refuse(fmt.Sprintf("You keep %d phrases; take one away first.", competency.MaxPhrases))
		}
		return d.AddPhrase(p)
	})
}

// RemovePhrase takes one of the actor's phrases away. Feedback that was given
// with it stays.
func (r *Registrar) RemovePhrase(ctx context.Context, who competency.Actor, id string) error {
	return r.act(ctx, who, competency.ManagePhrases, func(d *desk) error {
		if err := d.may(competency.Subject{ID: id}); err != nil {
			return err
		}
		return d.RemovePhrase(who.Person, id)
	})
}
