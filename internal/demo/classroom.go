package demo

import (
	"context"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// classroom is an ordinary week of two teachers: sections, tasks of which one is
// half scored, phrases of feedback, words about habits, and a learner who asks.
func (t *teller) classroom(ctx context.Context) error {
	calloway, err := t.staffer(ctx, "t-calloway")
	if err != nil {
		return err
	}
	birch, err := t.staffer(ctx, "t-birch")
	if err != nil {
		return err
	}
	for _, words := range []string{
		"Say how you know: which number or line shows it?",
		"Name the variable that you held still, and why.",
		"Try it once more with a case of your own.",
		"Show me the step before; it is nearly there.",
	} {
		if err := t.reg.AddPhrase(ctx, calloway, words); err != nil {
			return err
		}
	}
	var seniors []string
	for _, l := range learners {
		if l.grade == "12" {
			seniors = append(seniors, l.name)
		}
	}
	names := strings.Join(seniors, "\n")
	science, err := t.reg.AddSection(ctx, calloway, registrar.Once{}, registrar.SectionInput{Name: "Science 12, block B", Names: names})
	if err != nil {
		return err
	}
	if _, err := t.reg.AddSection(ctx, birch, registrar.Once{}, registrar.SectionInput{Name: "Mathematics 12, block D", Names: names}); err != nil {
		return err
	}
	brook, err := t.reg.GiveTask(ctx, calloway, registrar.Once{}, registrar.TaskInput{
		Title: "The brook in winter", Context: "science", Indicators: []string{"SCI.1", "SCI.2", "SCI.4"}, Section: string(science),
		Words: "Choose one question about the brook, plan how to answer it with two visits, and say what would change your mind.",
		Due:   t.day.AddDate(0, 0, 10).Format(time.DateOnly),
	})
	if err != nil {
		return err
	}
	if err := t.halfScored(ctx, calloway, brook); err != nil {
		return err
	}
	if err := t.exhibition(ctx, calloway); err != nil {
		return err
	}
	return t.wishes(ctx, calloway)
}

// exhibition is a panel with somebody from the partner school, of whom one has
// spoken.
func (t *teller) exhibition(ctx context.Context, teacher competency.Actor) error {
	form, err := t.reg.PanelForm(ctx, teacher, t.people["s11"])
	if err != nil {
		return err
	}
	in := registrar.PanelInput{
		Kind: "portfolio", Title: "My first year, in four pieces", Indicators: []string{"TS-SELF.2"},
		Members: []string{string(t.people["t-nair"]), string(t.people["ext-assessor-1"])},
		Guests:  []registrar.GuestInput{{Name: "Maria Castellano", Role: "Baker and neighbour", Organisation: "Brook Street Bakery"}},
	}
	for _, e := range form.Pieces[:min(3, len(form.Pieces))] {
		in.Pieces = append(in.Pieces, string(e.ID))
	}
	id, err := t.reg.OpenPanel(ctx, teacher, registrar.Once{}, t.people["s11"], in)
	if err != nil {
		return err
	}
	seats, err := t.reg.Panel(ctx, teacher, id)
	if err != nil {
		return err
	}
	t.sheet.Guest = t.PublicURL + "/seats/" + seats.Guests[0].Secret
	nair, err := t.staffer(ctx, "t-nair")
	if err != nil {
		return err
	}
	return t.reg.ScorePanel(ctx, nair, id, registrar.EvidenceScores{Scores: []registrar.IndicatorScore{{Indicator: "TS-SELF.2", Level: 3}}})
}

// halfScored scores the first of a section, so that the sheet shows both.
func (t *teller) halfScored(ctx context.Context, teacher competency.Actor, id competency.HandoutID) error {
	sheet, err := t.reg.ClassSheet(ctx, teacher, id)
	if err != nil {
		return err
	}
	var in registrar.ClassScores
	for i, row := range sheet.Rows[:4] {
		scored := registrar.ClassRow{Learner: string(row.Person)}
		for j, it := range sheet.Indicators {
			scored.Scores = append(scored.Scores, registrar.IndicatorScore{Indicator: it.Code, Level: 3 + (i+j)%2})
		}
		in.Rows = append(in.Rows, scored)
	}
	_, err = t.reg.ScoreClass(ctx, teacher, id, in)
	return err
}

// wishes are a learner who asks to be assessed, and what a teacher said about
// habits of work.
func (t *teller) wishes(ctx context.Context, teacher competency.Actor) error {
	farid, err := t.as(ctx, "farid@willowbrook.example")
	if err != nil {
		return err
	}
	if _, err := t.reg.AskAssessment(ctx, farid, registrar.RequestInput{Indicator: "MATH.3", Words: "I can explain both samples of the stock survey."}); err != nil {
		return err
	}
	return t.reg.NoteHabits(ctx, teacher, t.people["s06"], registrar.HabitInput{Habits: []registrar.HabitWord{
		{Habit: "preparation", Level: 4}, {Habit: "persistence", Level: 3, Words: "Went back to the shelf on six days for one number."},
	}})
}
