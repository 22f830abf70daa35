package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// proficient counts the indicators of a standard that are shown: confirmed at
// the level that counts.
func (e *evaluator) proficient(n *Node, r *Result) answer {
	codes := e.indicators(n)
	var contexts, possible []string
	waiting := 0
	for _, code := range codes {
		d := e.f.Determinations[code]
		wait, waits := e.f.Pending[code]
		possible = union(possible, wait.Contexts)
		if e.shown(d) {
			r.Have++
			contexts = union(contexts, d.Contexts)
			continue
		}
		if waits {
			waiting++
		}
		r.Missing = append(r.Missing, e.open(code, d, wait, waits))
	}
	possible = union(possible, contexts)
	r.Need = n.Need
	if r.Need == 0 {
		r.Need = len(codes)
	}
	shown := r.Have >= r.Need && len(contexts) >= n.Contexts
	wouldBe := r.Have+waiting >= r.Need && len(possible) >= n.Contexts
	a := answer{state: stateOf(len(codes) > 0 && shown, len(codes) > 0 && wouldBe)}
	a.params = map[string]string{"standard": n.Ref, "total": strconv.Itoa(len(codes))}
	a.said = proficientWords(r, len(codes), a.state)
	if short := n.Contexts - len(contexts); short > 0 {
		r.Missing = append(r.Missing, Missing{Part: ContextsPart, Title: plural(n.Contexts, "different context")})
		a.said += fmt.Sprintf("; seen in %d of %s", len(contexts), plural(n.Contexts, "different context"))
		a.params["contexts"] = strconv.Itoa(len(contexts))
	}
	return a
}

// indicators are the codes that count for a node, in the framework's order.
func (e *evaluator) indicators(n *Node) []string {
	if n.Indicators != nil {
		return e.reachable(n.Indicators)
	}
	s := e.standards[n.Ref]
	if s == nil {
		return nil
	}
	return e.reachable(s.codes())
}

// codes are those of a standard's indicators, in its order.
func (s *Standard) codes() []string {
	codes := make([]string, len(s.Indicators))
	for i, ind := range s.Indicators {
		codes[i] = ind.Code
	}
	return codes
}

// reachable leaves out the indicators that decide nothing.
func (e *evaluator) reachable(codes []string) []string {
	if e.apart == nil {
		return codes
	}
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return e.apart[code] })
}

// open tells how an indicator stands that is not shown.
func (e *evaluator) open(code string, d Determined, wait Wait, waits bool) Missing {
	m := Missing{Part: IndicatorPart, Indicator: code, Title: e.indicator(code)}
	if d.Confirmed {
		m.Level = d.Level
	} else {
		m.Proposed = d.Level
	}
	if waits {
		m.Pending, m.Provider = orElse(wait.Reason, "Confirmation"), wait.Provider
	}
	return m
}

// record looks for one record that has everything the node asks for.
func (e *evaluator) record(n *Node, r *Result) answer {
	var found []candidate
	for _, rec := range e.f.Records {
		if rec.Kind == n.Ref {
			found = append(found, candidate{missing: e.recordLacks(n, rec), waits: rec.Waits})
		}
	}
	return bestOf(found, r, Missing{Part: RecordPart, Title: "a record"}, "in order", "nothing on record yet")
}

// recordLacks is what one record lacks.
func (e *evaluator) recordLacks(n *Node, rec RecordFact) (gaps []Missing) {
	if n.Current && !rec.Current {
		gaps = append(gaps, Missing{Part: VersionPart, Title: "the newest version"})
	}
	for _, role := range n.SignedBy {
		if !slices.Contains(rec.SignedBy, role) {
			gaps = append(gaps, Missing{Part: SignaturePart, Title: "signature of the " + role, Role: role})
		}
	}
	if n.ReviewedWithinDays > 0 && !within(rec.Reviewed, e.f.AsOf, n.ReviewedWithinDays) {
		title := fmt.Sprintf("a review within %d days", n.ReviewedWithinDays)
		if rec.Reviewed != "" {
			title += " (last on " + rec.Reviewed + ")"
		}
		gaps = append(gaps, Missing{Part: ReviewPart, Title: title})
	}
	return gaps
}

// artifact looks for one artifact that has everything the node asks for.
func (e *evaluator) artifact(n *Node, r *Result) answer {
	var found []candidate
	for _, art := range e.f.Artifacts {
		if art.Kind == n.Ref {
			found = append(found, candidate{missing: artifactGaps(n, art), waits: art.Waits})
		}
	}
	said := orElse(n.State, "done")
	if n.Panel > 0 {
		said += " by a panel of at least " + strconv.Itoa(n.Panel)
	}
	return bestOf(found, r, Missing{Part: ArtifactPart, Title: "the work itself"}, said, "nothing yet")
}

// artifactGaps is what one artifact lacks.
func artifactGaps(n *Node, art ArtifactFact) (gaps []Missing) {
	if n.State != "" && art.State != n.State {
		gaps = append(gaps, Missing{Part: StatePart, Title: "to be " + n.State + " (now " + orElse(art.State, "not begun") + ")"})
	}
	if len(art.Panel) < n.Panel {
		gaps = append(gaps, Missing{Part: PanelPart, Title: fmt.Sprintf("%d of %s", len(art.Panel), plural(n.Panel, "panel member"))})
	}
	if min(art.External, len(art.Panel)) < n.External {
		gaps = append(gaps, Missing{Part: ExternalPart, Title: plural(n.External, "panel member") + " from outside"})
	}
	return gaps
}

// candidate is a fact that might answer a node, with what it lacks.
type candidate struct {
	missing []Missing
	waits   string
}

// bestOf answers from the candidate that lacks least; a complete one that
// waits for somebody makes the node pending.
func bestOf(found []candidate, r *Result, nothing Missing, met, none string) answer {
	r.Need = 1
	if len(found) == 0 {
		r.Missing = []Missing{nothing}
		return answer{state: NotMet, said: none}
	}
	best := found[0]
	for _, c := range found[1:] {
		fewer := len(c.missing) < len(best.missing)
		if fewer || len(c.missing) == len(best.missing) && best.waits != "" && c.waits == "" {
			best = c
		}
	}
	switch {
	case len(best.missing) > 0:
		r.Missing = best.missing
		return answer{state: NotMet, said: "still open: " + list(best.missing)}
	case best.waits != "":
		r.Missing = []Missing{{Part: nothing.Part, Title: nothing.Title, Pending: "Confirmation", Provider: best.waits}}
		return answer{state: Pending, said: "waiting for " + best.waits + " to confirm it"}
	default:
		r.Have = 1
		return answer{state: Met, said: met}
	}
}

// assessment asks for a score in an external test; the best one counts.
func (e *evaluator) assessment(n *Node, r *Result) answer {
	r.Need = n.Need
	taken, waits := 0, ""
	for _, res := range e.f.Results {
		switch {
		case res.Ref != n.Ref:
		case res.Waits != "":
			waits = res.Waits
		default:
			taken++
			r.Have = max(r.Have, res.Score)
		}
	}
	a := answer{state: stateOf(taken > 0 && r.Have >= r.Need, waits != "")}
	a.said = fmt.Sprintf("no result yet, at least %d needed", r.Need)
	if taken > 0 {
		a.said = fmt.Sprintf("best result %d, at least %d needed", r.Have, r.Need)
	}
	m := Missing{Part: ScorePart, Title: fmt.Sprintf("a result of at least %d", r.Need)}
	a.waitFor(waits, &m)
	r.Missing = []Missing{m}
	return a
}

// attempts asks how often a test was taken.
func (e *evaluator) attempts(n *Node, r *Result) answer {
	r.Need = n.Need
	waiting, waits := 0, ""
	for _, res := range e.f.Results {
		switch {
		case res.Ref != n.Ref:
		case res.Waits != "":
			waiting++
			waits = res.Waits
		default:
			r.Have++
		}
	}
	a := answer{state: stateOf(r.Have >= r.Need, r.Have+waiting >= r.Need)}
	a.said = fmt.Sprintf("taken %d of %s", r.Have, plural(r.Need, "time"))
	m := Missing{Part: AttemptPart, Title: plural(max(r.Need-r.Have, 1), "more attempt")}
	a.waitFor(waits, &m)
	r.Missing = []Missing{m}
	return a
}

// hours adds up confirmed time; hours that are not full are not said.
func (e *evaluator) hours(n *Node, r *Result) answer {
	minutes, waiting, waits := 0, 0, ""
	for _, h := range e.f.Hours {
		switch {
		case h.Kind != n.Ref || h.Minutes <= 0:
		case h.Waits != "":
			waiting += h.Minutes
			waits = h.Waits
		default:
			minutes += h.Minutes
		}
	}
	r.Have, r.Need = minutes/60, n.Need
	a := answer{state: stateOf(minutes >= 60*n.Need, minutes+waiting >= 60*n.Need)}
	a.said = fmt.Sprintf("%d of %s", r.Have, plural(r.Need, "hour"))
	m := Missing{Part: HoursPart, Title: plural(max(r.Need-r.Have, 1), "more hour")}
	a.waitFor(waits, &m)
	r.Missing = []Missing{m}
	return a
}

// seal asks for a seal that the learner holds.
func (e *evaluator) seal(n *Node, r *Result) answer {
	r.Need = 1
	if slices.Contains(e.f.Seals, n.Ref) {
		r.Have = 1
		return answer{state: Met, said: "held"}
	}
	r.Missing = []Missing{{Part: SealPart, Title: "the seal"}}
	return answer{state: NotMet, said: "not held yet"}
}

// waitFor names who is waited for, where the answer is pending.
func (a *answer) waitFor(who string, m *Missing) {
	if a.state != Pending {
		return
	}
	m.Pending, m.Provider = "Confirmation", who
	a.said += "; waiting for " + who
	a.params = map[string]string{"provider": who}
}

// union adds to a set the texts that are not in it.
func union(set, more []string) []string {
	for _, s := range more {
		if !slices.Contains(set, s) {
			set = append(set, s)
		}
	}
	return set
}

// within reports whether day lies at most so many days before asOf, and not
// after it. Days that are no civil dates are not within anything.
func within(day, asOf string, days int) bool {
	d, err := time.Parse(time.DateOnly, day)
	a, err2 := time.Parse(time.DateOnly, asOf)
	return err == nil && err2 == nil && !d.After(a) && !d.AddDate(0, 0, days).Before(a)
}

// notAfter reports whether civil date a is no later than b; written as
// 2006-01-02 they order as texts do.
func notAfter(a, b string) bool { return strings.Compare(a, b) <= 0 }
