package registrar

import (
	"context"
	"time"

	"laurel/competency"
)

// Growth is how a learner came to each level: every judgment that stands, with
// its date and words, and why the level is what it is.
type Growth struct {
	Learner competency.PersonID
	Name    string
	Mine    bool
	Zone    *time.Location
	Scale   competency.Scale
	Lines   []GrowthLine // indicators with at least one judgment, as the framework has them
}

// GrowthLine is one indicator.
type GrowthLine struct {
	Item     competency.Item
	Standard string // its sentence
	Steps    []GrowthStep
	Levels   []LevelLine // the newest first
}

// GrowthStep is one judgment.
type GrowthStep struct {
	competency.Assessment
	Title string // of the work
	Label string
	By    string
}

// Growth answers a learner's judgments over time to the learner and to the
// school's staff.
func (r *Registrar) Growth(ctx context.Context, who competency.Actor, learner competency.PersonID) (g Growth, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		p, err := d.progress(learner)
		if err != nil {
			return err
		}
		g = Growth{Learner: learner, Name: p.Name, Mine: p.Mine, Zone: p.Zone, Scale: p.Scale}
		levels, err := d.levelLines(p)
		if err != nil {
			return err
		}
		return d.growthLines(&g, p, levels)
	})
	return g, err
}

func (d *desk) growthLines(g *Growth, p LearnerStanding, levels []LevelLine) error {
	judged, err := d.JudgedOf(g.Learner, nil)
	if err != nil {
		return err
	}
	var people []competency.PersonID
	for _, j := range judged {
		people = append(people, j.Assessor)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return err
	}
	steps := map[competency.ItemID][]GrowthStep{}
	for _, j := range standingWork(judged) {
		steps[j.Item] = append(steps[j.Item], GrowthStep{j.Assessment, j.Title, p.Scale.Label(j.Level), names[j.Assessor]})
	}
	held := map[competency.ItemID][]LevelLine{}
	for _, l := range levels {
		held[l.Item] = append(held[l.Item], l)
	}
	standards := map[competency.ItemID]string{}
	for _, it := range p.Items {
		if it.Kind.Asked() {
			standards[it.ID] = it.Text
		} else {
			standards[it.ID] = standards[it.Parent] // parents stand before their children
		}
		if len(steps[it.ID])+len(held[it.ID]) > 0 {
			g.Lines = append(g.Lines, GrowthLine{Item: it, Standard: standards[it.ID], Steps: steps[it.ID], Levels: held[it.ID]})
		}
	}
	return nil
}
