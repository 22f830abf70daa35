package store_test

import (
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// A published version stays as it was, whatever is tried.
func TestPublishedFrameworkIsKept(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "lake")
		for _, change := range []string{"UPDATE framework_item SET text = 'other'", "DELETE FROM framework_item"} {
			if err := s.In(t.Context(), l.tenant, func(sc *store.Scope) error { return sc.ExecRaw(change) }); err == nil {
				t.Errorf("%s went through", change)
			}
		}
		// A next version holds the same items; what it brings in is its own.
		next := competency.Framework{ID: "next", Line: l.framework.ID, Name: "Ours", Version: 2, Scale: l.framework.Scale, Created: l.framework.Created.Add(1e9)}
		items := []competency.Item{l.items[0], l.items[1], {ID: "new", Kind: competency.IndicatorItem, Parent: l.items[0].ID, Code: "A.3", Text: "Tell", Position: 3}}
		items[1].Text, items[1].Retired = "Plan well", true
		in(t, s, l.tenant, func(sc *store.Scope) error { return sc.AddFramework(next, items, nil) })
		read(t, s, l.tenant, func(sc *store.Scope) error {
			now, err := sc.CurrentFramework()
			if err != nil || now.ID != next.ID {
				t.Errorf("current: %v, %v", now, err)
			}
			for id, want := range map[competency.FrameworkID]string{l.framework.ID: "Plan", next.ID: "Plan well"} {
				items, err := sc.Items(id)
				if err != nil || len(items) != 3 || items[1].ID != l.items[1].ID || items[1].Text != want || items[1].Retired != (want == "Plan well") {
					t.Errorf("%s: got %+v, %v", id, items, err)
				}
			}
			return nil
		})
	})
}
