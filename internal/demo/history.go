package demo

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// history brings along what the learners showed in earlier months: two tasks
// for each indicator, judged and confirmed by the teacher of the subject.
func (t *teller) history(ctx context.Context) error {
	office, err := t.staffer(ctx, "r-dubois")
	if err != nil {
		return err
	}
	all := make([]registrar.History, len(learners))
	for i, l := range learners {
		all[i] = t.past(l)
	}
	return t.reg.ImportHistory(ctx, office, all)
}

// ago is a moment some days before the day of the story.
func (t *teller) ago(days int) time.Time { return t.day.AddDate(0, 0, -days) }

// past is one learner's earlier work.
func (t *teller) past(l learner) registrar.History {
	h := registrar.History{Learner: t.people[l.key], OnTheRecord: t.onRecord(l)}
	for i, code := range slices.Sorted(maps.Keys(tasks)) {
		level, given := l.levels[code]
		if !given {
			if l.short {
				continue
			}
			level = 3
		}
		if level == 0 {
			continue
		}
		levels, differ := l.tries[code]
		if !differ {
			levels = [2]int{level, level}
		}
		h.Work = append(h.Work, t.shown(code, levels, 300-7*i)...)
		h.Levels = append(h.Levels, registrar.PastLevel{Indicator: code, By: t.judge1(code), On: t.ago(60 - i)})
	}
	for i, w := range l.works {
		h.Work = append(h.Work, t.ownWork(w, 90-10*i))
	}
	for _, code := range slices.Sorted(maps.Keys(l.waits)) {
		h.Work = append(h.Work, registrar.PastWork{
			Title: "Art history module project", Body: "A study of three quilts and the years they were made in, from my online course.",
			Reflection: "The pattern was an argument about who belonged.", Route: "online", Context: "arts", Provider: l.waits[code],
			Indicators: []string{code}, On: t.ago(40), AskedOf: l.waits[code], Reason: "the project and its level",
		})
	}
	return h
}

// judge1 is the teacher who judges an indicator's standard.
func (t *teller) judge1(code string) competency.PersonID {
	return t.people[judges[standardOf(code)].by]
}

func standardOf(code string) string {
	standard, _, _ := strings.Cut(code, ".")
	return standard
}

// shown are the two tasks by which an indicator was shown, and how well.
func (t *teller) shown(code string, levels [2]int, days int) []registrar.PastWork {
	contexts := judges[standardOf(code)].contexts
	works := make([]registrar.PastWork, 2)
	for i := range works {
		score := registrar.PastScore{Indicator: code, By: t.judge1(code), Level: levels[i], On: t.ago(days - 20*i - 2)}
		if levels[i] < 3 {
			score.Feedback = "A good start. Say how you know, and try it once more with a case of your own."
		}
		works[i] = registrar.PastWork{
			Task: tasks[code][i], TaskBy: t.judge1(code), Title: tasks[code][i],
			Body:       "My work on this task, with the drafts behind it.",
			Reflection: "What I would keep is the second try; it began from what the first one showed.",
			Route:      "class", Context: contexts[i%len(contexts)], Indicators: []string{code}, On: t.ago(days - 20*i),
			Scores: []registrar.PastScore{score},
		}
	}
	return works
}

// ownWork is a piece of evidence from outside class, judged in all it shows.
func (t *teller) ownWork(w work, days int) registrar.PastWork {
	p := registrar.PastWork{
		Title: w.title, Body: w.body, Reflection: w.reflection, Route: w.route, Context: w.context, Provider: w.provider,
		Indicators: w.items, On: t.ago(days),
	}
	for _, code := range w.items {
		p.Scores = append(p.Scores, registrar.PastScore{Indicator: code, By: t.judge1(code), Level: 3, On: t.ago(days - 5)})
	}
	return p
}

// onRecord is what stands beside evidence: plan, exhibition, tests, exceptions.
func (t *teller) onRecord(l learner) registrar.OnTheRecord {
	on := registrar.OnTheRecord{Records: []competency.Record{{
		Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor", "guardian"}, Reviewed: t.ago(50).Format(time.DateOnly),
	}}}
	if l.short {
		return on
	}
	on.Works = []competency.PanelWork{{
		Kind: "exhibition", Title: "Capstone exhibition", State: "accepted", External: 1,
		Panel: []string{string(t.people["t-nair"]), string(t.people["t-birch"]), "guest"},
	}}
	for _, w := range l.works {
		if w.hours > 0 {
			on.Hours = append(on.Hours, competency.Hours{Kind: w.route, Minutes: 60 * w.hours, Provider: w.provider})
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(l.results)) {
		on.Results = append(on.Results, competency.ExternalResult{Ref: ref, Score: l.results[ref], Taken: t.ago(120).Format(time.DateOnly), Source: "language test"})
	}
	if x := l.exception; x != nil {
		on.Exceptions = []competency.Exception{{
			Requirement: x.requirement, Kind: x.kind, By: t.people[x.by], By2: t.people[x.by2], Cite: x.cite,
			Reason: "Earlier schooling abroad covers the standard.",
		}}
	}
	return on
}
