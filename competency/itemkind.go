package competency

import "slices"

// ItemKind tells what a node of a framework is.
type ItemKind string

// The kinds of nodes. Standards and transferable skills are what policies ask
// for, indicators what is judged. A portrait or a domain groups them, an
// attribute is what a graduate profile says of a person, and objectives lead to
// an indicator without ever being reported.
const (
	PortraitItem  ItemKind = "portrait"
	DomainItem    ItemKind = "domain"
	AttributeItem ItemKind = "attribute"
	StandardItem  ItemKind = "standard"
	SkillItem     ItemKind = "skill"
	IndicatorItem ItemKind = "indicator"
	ObjectiveItem ItemKind = "objective"
)

// ItemKinds are all kinds, from the widest to the narrowest.
var ItemKinds = []ItemKind{PortraitItem, DomainItem, AttributeItem, StandardItem, SkillItem, IndicatorItem, ObjectiveItem}

// root is the place of a node that stands below no other.
const root ItemKind = ""

// mayStandBelow is the whole shape of a framework: for each kind the kinds that
// a node of it may stand below. Kinds that may stand below their own make trees
// of any depth: strands of standards, steps of an objective.
var mayStandBelow = map[ItemKind][]ItemKind{
	PortraitItem:  {root},
	DomainItem:    {root, PortraitItem, DomainItem},
	AttributeItem: {root, PortraitItem, DomainItem},
	StandardItem:  {root, PortraitItem, DomainItem, AttributeItem, StandardItem},
	SkillItem:     {root, PortraitItem, DomainItem, AttributeItem, SkillItem},
	IndicatorItem: {DomainItem, AttributeItem, StandardItem, SkillItem},
	ObjectiveItem: {IndicatorItem, ObjectiveItem},
}

// Known reports whether there is such a kind.
func (k ItemKind) Known() bool { return slices.Contains(ItemKinds, k) }

// Below reports whether a node of this kind may stand below one of the other;
// an empty kind is no node at all, the root.
func (k ItemKind) Below(parent ItemKind) bool { return slices.Contains(mayStandBelow[k], parent) }

// Asked reports whether policies can ask for a node of this kind: it is a
// standard, or a transferable skill that acts as one.
func (k ItemKind) Asked() bool { return k == StandardItem || k == SkillItem }

// StandardItems is a standard or a transferable skill with its indicators.
type StandardItems struct {
	Item
	// Within is the standard or skill that holds this one; empty for an outer one.
	Within ItemID
	// Indicators are all those below it, however deep, in their order.
	Indicators []Item
}

// ByStandard answers the standards and skills of a framework with the
// indicators below each, in the framework's order. Retired items are left out.
// An indicator within nested standards stands under each of them.
func ByStandard(items []Item) []StandardItems {
	parent := make(map[ItemID]ItemID, len(items))
	at := map[ItemID]int{}
	var all []StandardItems
	for _, it := range items {
		parent[it.ID] = it.Parent
		if it.Retired {
			continue
		}
		switch {
		case it.Kind.Asked():
			st := StandardItems{Item: it}
			climb(parent, it.Parent, func(above ItemID) bool {
				if _, ok := at[above]; ok {
					st.Within = above
				}
				return st.Within == ""
			})
			at[it.ID] = len(all)
			all = append(all, st)
		case it.Kind == IndicatorItem:
			climb(parent, it.Parent, func(above ItemID) bool {
				if i, ok := at[above]; ok {
					all[i].Indicators = append(all[i].Indicators, it)
				}
				return true
			})
		}
	}
	return all
}

// Outer leaves out what stands within another standard, so that no indicator
// is counted twice.
func Outer(all []StandardItems) []StandardItems {
	return slices.DeleteFunc(slices.Clone(all), func(s StandardItems) bool { return s.Within != "" })
}

// climb visits the nodes above, from the nearest, until told to stop. Parents
// stand before their children, so that there is always an end.
func climb(parent map[ItemID]ItemID, from ItemID, visit func(ItemID) (more bool)) {
	for id := from; id != ""; id = parent[id] {
		if !visit(id) {
			return
		}
	}
}
