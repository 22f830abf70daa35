package competency

// OpenBefore answers what is well shown before an item and still open, in the
// order in which the framework names it: advice, no wall.
func OpenBefore(items []Item, code string, open map[string]bool) (before []Item) {
	at := make(map[string]Item, len(items))
	for _, it := range items {
		at[it.Code] = it
	}
	for _, first := range at[code].Prerequisites {
		if it, ok := at[first]; ok && open[first] && !it.Retired {
			before = append(before, it)
		}
	}
	return before
}
