// Package frameworkfile reads and writes frameworks as files: tables (CSV) and
// CASE packages (1EdTech CASE 1.0 and 1.1, CFPackage).
//
// A reader takes the whole file or nothing, and names everything that is wrong
// with it by its place. What files call their items differs from place to
// place; which kind of ours each of their words stands for, a person confirms.
package frameworkfile

import (
	"slices"
	"strings"

	"laurel/competency"
)

// File is a framework as a file has it.
type File struct {
	Name   string // empty where the file has no word for it
	Source string // the address by which the framework goes elsewhere
	Rows   []competency.FrameworkRow
	// Scale is what the rubrics of the file are written by; without a level
	// where it has none, or they differ.
	Scale competency.Scale
	competency.DraftFile
}

// Type is a word of the file for a kind of item.
type Type = competency.FileType

// Link is an alignment that the file names.
type Link = competency.FileLink

// kindWords are words that stand for our kinds without a doubt.
var kindWords = map[string]competency.ItemKind{
	"portrait": competency.PortraitItem, "portrait of a graduate": competency.PortraitItem, "graduate profile": competency.PortraitItem,
	"domain": competency.DomainItem, "profile domain": competency.DomainItem,
	"attribute": competency.AttributeItem, "profile attribute": competency.AttributeItem, "graduate attribute": competency.AttributeItem,
	"standard": competency.StandardItem, "graduation standard": competency.StandardItem, "pbgr": competency.StandardItem,
	"content standard": competency.StandardItem, "strand": competency.StandardItem, "cluster": competency.StandardItem,
	"skill": competency.SkillItem, "transferable skill": competency.SkillItem, "cross-curricular standard": competency.SkillItem,
	"indicator": competency.IndicatorItem, "performance indicator": competency.IndicatorItem, "proficiency indicator": competency.IndicatorItem,
	"priority performance indicator": competency.IndicatorItem, "ppi": competency.IndicatorItem,
	"objective": competency.ObjectiveItem, "learning objective": competency.ObjectiveItem, "learning target": competency.ObjectiveItem,
}

// KindOf is the kind that a word stands for; empty where it stands for none.
func KindOf(word string) competency.ItemKind {
	return kindWords[strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(word, "_", " ")), " "))]
}

// Undecided reports whether a person has to say what some of the file's words
// stand for.
func (f File) Undecided() bool {
	return slices.ContainsFunc(f.Types, func(t Type) bool { return !t.Sure })
}

// Settle gives every row the kind that its type stands for: the one chosen, or
// else the one that the type seems to stand for.
func (f *File) Settle(chosen map[string]competency.ItemKind) {
	for i, t := range f.Types {
		if k, ok := chosen[t.Name]; ok {
			f.Types[i].Kind, f.Types[i].Sure = k, true
		}
	}
	f.Rows = competency.Outline(f.Rows).SetKinds(f.Types)
}

// whole is what is wrong with a file as such.
func whole(detail string) []competency.Field {
	return []competency.Field{{Pointer: "/file", Detail: detail}}
}
