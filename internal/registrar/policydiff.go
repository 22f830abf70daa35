package registrar

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PolicyChange is one part of a policy that reads otherwise in another version.
type PolicyChange struct {
	// Where names the part by the ids of the requirements around it.
	Where string
	// Was and Is are what stood and stands there; empty where nothing did.
	Was, Is string
}

// policyChanges compares two policy documents part by part. Requirements are
// the same when their ids are, wherever they stand in a list.
func policyChanges(was, is []byte) ([]PolicyChange, error) {
	before, err := policyParts(was)
	if err != nil {
		return nil, err
	}
	after, err := policyParts(is)
	if err != nil {
		return nil, err
	}
	var all []PolicyChange
	for _, where := range after.order {
		if before.said[where] != after.said[where] {
			all = append(all, PolicyChange{where, before.said[where], after.said[where]})
		}
	}
	for _, where := range before.order {
		if _, there := after.said[where]; !there {
			all = append(all, PolicyChange{Where: where, Was: before.said[where]})
		}
	}
	return all, nil
}

// policyText is a document as flat parts, in its order.
type policyText struct {
	order []string
	said  map[string]string
}

func policyParts(document []byte) (policyText, error) {
	t := policyText{said: map[string]string{}}
	var root map[string]any
	if err := json.Unmarshal(document, &root); err != nil {
		return t, fmt.Errorf("reading a policy: %w", err)
	}
	for _, bookkeeping := range []string{"version", "status", "adopted"} {
		delete(root, bookkeeping)
	}
	t.walk(root, nil)
	return t, nil
}

// walk collects the parts below a value.
func (t *policyText) walk(v any, where []string) {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if name != "id" {
				t.walk(v[name], append(slices.Clone(where), name))
			}
		}
		if id, ok := v["id"].(string); ok && len(names) == 1 {
			t.put(where, id)
		}
	case []any:
		if said, ok := plainList(v); ok {
			t.put(where, said)
			return
		}
		for i, item := range v {
			t.walk(item, append(slices.Clone(where), partName(item, i)))
		}
	default:
		t.put(where, plain(v))
	}
}

func (t *policyText) put(where []string, said string) {
	at := strings.Join(where, " › ")
	t.order = append(t.order, at)
	t.said[at] = said
}

// partName is the id of a part, or its place in the list.
func partName(item any, i int) string {
	if m, ok := item.(map[string]any); ok {
		for _, name := range []string{"id", "n", "tag"} {
			if v, ok := m[name]; ok {
				return plain(v)
			}
		}
	}
	return strconv.Itoa(i + 1)
}

// plainList writes a list of texts and numbers in a line.
func plainList(list []any) (string, bool) {
	words := make([]string, len(list))
	for i, v := range list {
		switch v.(type) {
		case map[string]any, []any:
			return "", false
		}
		words[i] = plain(v)
	}
	return strings.Join(words, ", "), true
}

// plain writes a single value.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case nil:
		return "nothing"
	}
	return fmt.Sprint(v)
}
