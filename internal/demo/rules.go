package demo

import (
	"context"
	"strconv"
	"strings"

	"laurel/internal/registrar"
)

// rules enters what others confirmed, and leaves an exception on its way: the
// counselor proposed it, the principal agreed, the district has yet to answer.
func (t *teller) rules(ctx context.Context) error {
	office, err := t.staffer(ctx, "r-dubois")
	if err != nil {
		return err
	}
	school := string(t.orgs[theSchool])
	if _, err := t.reg.ImportCourses(ctx, office, registrar.Once{}, registrar.Table{School: school, CSV: courseTable, Keep: true}); err != nil {
		return err
	}
	if _, err := t.reg.ImportEntries(ctx, office, registrar.Once{}, registrar.Table{School: school, CSV: entryTable, Keep: true}); err != nil {
		return err
	}
	if err := t.except(ctx); err != nil {
		return err
	}
	return t.draft(ctx)
}

// draft is the next version of the policy, for those who come: all of the arts,
// and half a credit of statistics. It was tried on the class and decides nothing.
func (t *teller) draft(ctx context.Context) error {
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	all, err := t.reg.Policies(ctx, principal)
	if err != nil {
		return err
	}
	id, err := t.reg.BeginPolicyDraft(ctx, principal, registrar.Once{}, registrar.NewPolicyDraft{Policy: string(all[0].ID)})
	if err != nil {
		return err
	}
	v, err := t.reg.PolicyDraft(ctx, principal, id)
	if err != nil {
		return err
	}
	text := strings.Replace(v.Text, "atLeast: 3\n        standard: ARTS", "atLeast: 4\n        standard: ARTS", 1)
	text = strings.Replace(text, "appliesTo:\n", "appliesTo:\n  entryYear:\n    from: "+strconv.Itoa(t.year)+"\n", 1)
	if _, err := t.reg.SavePolicyDraft(ctx, principal, id, registrar.PolicyDraftText{Text: text, Revision: strconv.Itoa(v.Revision)}); err != nil {
		return err
	}
	_, err = t.reg.StartTrial(ctx, principal, registrar.Once{}, id, t.year)
	return err
}

// courseTable is what the school offers; its policy counts no credits, and the
// draft of its next one does.
const courseTable = `code,title,credits,tags,route,indicators
ENG-12,English 12,1,"english, humanities",class,"ELA.1, ELA.2, ELA.3"
STAT,Statistics,0.5,"math, stem",class,MATH.3
BIO,Biology,1,"biological-science, stem",class,"SCI.1, SCI.2"
STUDIO,Studio art,1,"arts, humanities",class,"ARTS.1, ARTS.2, ARTS.3"
CIVICS,Civics and community,0.5,"civics, humanities",community-service,"GLOBAL.1"
`

const entryTable = `learner,what,name,amount,route,tags,source,on,waits
chloe@willowbrook.example,credit,College algebra,1,early-college,"math, stem",Green River Community College,,
farid@willowbrook.example,credit,Statistics at the food shelf,0.5,community-service,"math, stem",Northfield Food Shelf,,Northfield Food Shelf
`

// except has an exception proposed and approved once.
func (t *teller) except(ctx context.Context) error {
	counselor, err := t.staffer(ctx, "c-larsen")
	if err != nil {
		return err
	}
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	id, err := t.reg.ProposeException(ctx, counselor, registrar.Once{}, t.people["s05"], registrar.NewException{
		Requirement: "arts", Kind: "board-waiver", Cite: "Board minutes, item 4",
		Reason: "The provider of her online course closed in the middle of the term and cannot be reached any more.",
	})
	if err != nil {
		return err
	}
	return t.reg.ApproveException(ctx, principal, id)
}
