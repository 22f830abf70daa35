package registrar

import (
	"fmt"
	"testing"
	"time"
)

func TestAttempts(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	a := newAttempts(func() time.Time { return now })
	for n := range triesHere {
		if !a.allow("amara", "10.0.0.1") {
			t.Fatalf("try %d was refused", n+1)
		}
	}
	if a.allow("amara", "10.0.0.1") {
		t.Error("one try too many was allowed")
	}
	if !a.allow("amara", "10.0.0.2") {
		t.Error("the owner was locked out by a stranger elsewhere")
	}
	if !a.allow("bodhi", "10.0.0.1") {
		t.Error("another name at the same address was refused")
	}
	a.forgive("amara", "10.0.0.1")
	if !a.allow("amara", "10.0.0.1") {
		t.Error("refused after the right password")
	}
	for n := range triesFrom {
		a.allow(fmt.Sprint("name", n), "10.0.0.3")
	}
	if a.allow("chloe", "10.0.0.3") {
		t.Error("one address may try name after name")
	}
	for range 3 * triesFrom { // a school behind one address signs in
		if !a.allow("davi", "10.0.0.4") {
			t.Fatal("right passwords were counted")
		}
		a.forgive("davi", "10.0.0.4")
	}
	now = now.Add(triesWindow + time.Second)
	if !a.allow("chloe", "10.0.0.3") {
		t.Error("refused when the window was over")
	}
}
