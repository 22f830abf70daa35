package registrar

import (
	"context"
	"slices"

	"laurel/competency"
)

// CellState tells how a learner stands in one indicator, in a class × indicator grid.
type CellState string

// The states of a cell, from the most to the least. Waiting work is told first,
// since somebody has to do something about it.
const (
	CellWaiting   CellState = "waiting"   // evidence waits to be judged
	CellProposed  CellState = "proposed"  // a level waits to be confirmed
	CellShown     CellState = "shown"     // confirmed, proficient or above
	CellConfirmed CellState = "confirmed" // confirmed, not yet proficient
	CellHanded    CellState = "handed"    // judged or sent back, no level yet
	CellNone      CellState = "none"      // no evidence yet
)

// Cell is one learner in one indicator.
type Cell struct {
	State    CellState
	Level    int    // of the confirmed or else the proposed level; 0 for none
	Label    string // its word
	Evidence competency.EvidenceID
	// Judge tells that the evidence waits for a judgment.
	Judge bool
}

// GridRow is one learner of a section.
type GridRow struct {
	Person competency.PersonID
	Name   string
	Cells  []Cell // as the grid's columns
}

// GridFilter narrows a grid; its zero value narrows nothing.
type GridFilter struct {
	Standard string    // the code of a standard
	Only     CellState // CellNone or CellWaiting: rows and columns without any are left out
}

// Grid is a section × indicator.
type Grid struct {
	Section   competency.Section
	Standards []competency.Item
	Columns   []competency.Item
	Rows      []GridRow
	Counts    map[CellState]int // of all cells under the standard
	Learners  int               // of the section
	Scale     competency.Scale
}

// Grid answers how the learners of a section stand in each indicator. It takes
// five queries for any number of learners and indicators.
func (r *Registrar) Grid(ctx context.Context, who competency.Actor, id competency.SectionID, filter GridFilter) (g Grid, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		section, members, err := d.SectionWith(id)
		if err != nil {
			return err
		}
		g.Section = section
		if err := d.see(competency.ManageSections, competency.Subject{ID: string(id), Org: g.Section.School}); err != nil {
			return err
		}
		f, items, err := d.current()
		if err != nil {
			return err
		}
		g.Scale, g.Learners = f.Scale, len(members)
		g.columns(items, filter.Standard)
		return d.gridRows(&g, members, filter.Only)
	})
	return g, err
}

// columns picks the indicators of one standard, or all.
func (g *Grid) columns(items []competency.Item, standard string) {
	for _, s := range competency.Outer(competency.ByStandard(items)) {
		g.Standards = append(g.Standards, s.Item)
		if standard == "" || s.Code == standard {
			g.Columns = append(g.Columns, s.Indicators...)
		}
	}
}

// gridPlace is one learner in one indicator.
type gridPlace struct {
	learner competency.PersonID
	item    competency.ItemID
}

func (d *desk) gridRows(g *Grid, members []competency.Person, only CellState) error {
	learners := make([]competency.PersonID, len(members))
	for i, p := range members {
		learners[i] = p.ID
	}
	levels, err := d.LiveDeterminations(learners)
	if err != nil {
		return err
	}
	work, err := d.GridCells(learners)
	if err != nil {
		return err
	}
	cells := map[gridPlace]Cell{}
	for _, w := range work {
		cells[gridPlace{w.Learner, w.Item}] = workCell(w.Newest, w.Waiting)
	}
	for _, l := range levels {
		at := gridPlace{l.Learner, l.Item}
		cells[at] = cells[at].with(l, g.Scale)
	}
	g.Counts = map[CellState]int{}
	for _, p := range members {
		row := GridRow{Person: p.ID, Name: p.Used, Cells: make([]Cell, len(g.Columns))}
		for i, it := range g.Columns {
			c, known := cells[gridPlace{p.ID, it.ID}]
			if !known {
				c.State = CellNone
			}
			row.Cells[i] = c
			g.Counts[c.State]++
		}
		g.Rows = append(g.Rows, row)
	}
	if only != "" {
		g.keep(only)
	}
	return nil
}

func workCell(newest, waiting competency.EvidenceID) Cell {
	if waiting != "" {
		return Cell{State: CellWaiting, Evidence: waiting, Judge: true}
	}
	return Cell{State: CellHanded, Evidence: newest}
}

// with puts a level into a cell: what waits stays first, a proposal before what
// is confirmed.
func (c Cell) with(l competency.Determination, scale competency.Scale) Cell {
	state := CellConfirmed
	switch {
	case l.State == competency.LevelProposed:
		state = CellProposed
	case l.Level >= scale.ProficientAt:
		state = CellShown
	}
	if c.State != CellProposed {
		c.Level, c.Label = l.Level, scale.Label(l.Level)
	}
	if c.State != CellWaiting && c.State != CellProposed {
		c.State = state
	}
	if state == CellProposed && c.State != CellWaiting {
		c.State, c.Level, c.Label = state, l.Level, scale.Label(l.Level)
	}
	return c
}

// keep leaves the rows and columns in which a state occurs.
func (g *Grid) keep(state CellState) {
	has := func(c Cell) bool { return c.State == state }
	g.Rows = slices.DeleteFunc(g.Rows, func(r GridRow) bool { return !slices.ContainsFunc(r.Cells, has) })
	var kept []int
	for i := range g.Columns {
		if slices.ContainsFunc(g.Rows, func(r GridRow) bool { return has(r.Cells[i]) }) {
			kept = append(kept, i)
		}
	}
	columns := make([]competency.Item, len(kept))
	for n, i := range kept {
		columns[n] = g.Columns[i]
	}
	g.Columns = columns
	for at, r := range g.Rows {
		cells := make([]Cell, len(kept))
		for n, i := range kept {
			cells[n] = r.Cells[i]
		}
		g.Rows[at].Cells = cells
	}
}
