package demo

import (
	"bytes"
	"context"
	"fmt"
	"image/color"

	"laurel/internal/registrar"
)

// profile is what an organisation of the story says about itself.
type profile struct {
	slug, by string // short name; sign-in of who writes
	mark     func(x, y float64) color.NRGBA
	registrar.ProfileInput
}

// profiles lets the school, its district and the institute say what stands on
// their documents. The school's registrar writes it and the principal adds to it.
func (t *teller) profiles(ctx context.Context) error {
	since := fmt.Sprintf("%d-07-01", t.year-2)
	for _, p := range []profile{schoolProfile(since), districtProfile(), instituteProfile()} {
		who, err := t.as(ctx, p.by)
		if err != nil {
			return err
		}
		drawn, err := mark(p.mark)
		if err != nil {
			return err
		}
		if p.Logo, err = t.reg.KeepLogo(ctx, who, p.slug, bytes.NewReader(drawn)); err != nil {
			return fmt.Errorf("keeping the mark of %s: %w", p.slug, err)
		}
		if _, err := t.reg.SaveProfile(ctx, who, registrar.Once{}, p.slug, p.ProfileInput); err != nil {
			return fmt.Errorf("saving the profile of %s: %w", p.slug, err)
		}
	}
	return t.principalAdds(ctx, since)
}

// principalAdds makes the second version of the school's profile.
func (t *teller) principalAdds(ctx context.Context, since string) error {
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	first, err := t.reg.Profile(ctx, principal, "willow-brook-uhs", 0)
	if err != nil {
		return err
	}
	second := schoolProfile(since).ProfileInput
	second.Version, second.Logo = first.Newest, first.Profile.Logo
	second.Sections["outcomes"] = "About two in three graduates go on to a four-year college, one in five to a technical or community college, and others to work, service or a year away. " +
		"In the last three years they were taken by state universities and private colleges in all New England states, and by technical programs in marine engines, nursing and forestry."
	_, err = t.reg.SaveProfile(ctx, principal, registrar.Once{}, "willow-brook-uhs", second)
	return err
}

func schoolProfile(since string) profile {
	return profile{slug: "willow-brook-uhs", by: "dubois@willowbrook.example", mark: brook(1), ProfileInput: registrar.ProfileInput{
		Sections: map[string]string{
			"rigor": "Learners show what they can do in work that matters outside of class: a lab report that others could repeat, a survey that a food shelf now orders by, an engine that runs again. " +
				"Every graduation standard is taught in courses, and can also be shown in internships, early college and study of one’s own.\n\n" +
				"The school gives no class rank. Early college courses are open to all from grade 11 on.",
			"determination": "A level in an indicator counts when two different tasks show it, judged by a teacher against a published rubric, and a teacher has confirmed it. " +
				"One good day is not enough, and an early try that fell short is not held against anyone.",
			"requirements": "A diploma asks for Proficient or above in six content standards and five transferable skills, a current learning plan, and an exhibition before a panel. " +
				"Nothing is averaged: each standard has to be shown by itself.",
			"review": "Each exhibition is read by a panel with at least one member from outside the school. Teachers of two schools score a sample of one another’s work every spring without seeing the first score.",
			"habits": "Habits of work are reported beside the levels, in words, and never raise or lower them.",
		},
		Legend: []registrar.LegendInput{
			{Scale: "four-levels", Level: 1, Text: "Parts of it are there when somebody helps at each step."},
			{Scale: "four-levels", Level: 2, Text: "Most of it is there in a setting that was practised; something important is missing."},
			{Scale: "four-levels", Level: 3, Text: "Alone, soundly and with reasons, in a task that was new."},
			{Scale: "four-levels", Level: 4, Text: "Carried into a setting of the learner’s own, so clearly that others learn from it."},
		},
		Signatories: []registrar.SignatoryInput{{Name: "Joan Adams", Title: "Principal"}, {Name: "Erik Lund", Title: "Superintendent of Schools"}},
		Crosswalk: []registrar.CrosswalkInput{
			{Scale: "four-levels", Level: 2, Letter: "C", From: 70, To: 79, Points: "2.0"},
			{Scale: "four-levels", Level: 3, Letter: "B+", From: 80, To: 92, Points: "3.3"},
			{Scale: "four-levels", Level: 4, Letter: "A", From: 93, To: 100, Points: "4.0"},
		},
		DeclaredBy: "the Willow Brook UHSD Board", DeclaredSince: since,
	}}
}

func districtProfile() profile {
	return profile{slug: "willow-brook", by: "lund@willowbrook.example", mark: brook(2), ProfileInput: registrar.ProfileInput{
		Sections: map[string]string{
			"rigor":         "The district sets the graduation standards and the scale for its two high schools and publishes both. It issues micro-credentials to educators for practice that they have shown in their own classrooms.",
			"determination": "An educator’s work is read by two assessors who see neither each other’s scores nor the name of the applicant. Where they differ, a third reads.",
			"review":        "Assessors come from another school than the applicant’s and score a common sample twice a year.",
		},
		Legend: []registrar.LegendInput{
			{Scale: "not yet/basic/passed", Level: 1, Text: "Something that was asked for is missing."},
			{Scale: "not yet/basic/passed", Level: 2, Text: "It is there, but not yet so that it could be relied on with learners."},
			{Scale: "not yet/basic/passed", Level: 3, Text: "It is there in full, with reasons, in work from the applicant’s own classroom."},
		},
		Signatories: []registrar.SignatoryInput{{Name: "Erik Lund", Title: "Superintendent of Schools"}, {Name: "Marisol Reyes", Title: "Coordinator of Micro-credentials"}},
	}}
}

func instituteProfile() profile {
	return profile{slug: "trailhead", by: "noor@trailhead.example", mark: trail, ProfileInput: registrar.ProfileInput{
		Sections: map[string]string{
			"rigor":         "The institute works with teachers who take their classes outdoors. Whoever earns one of its micro-credentials has planned, held and looked back on lessons in the open with their own learners.",
			"determination": "Two assessors read each application without seeing the other’s scores.",
		},
		Legend: []registrar.LegendInput{
			{Scale: "not yet/basic/passed", Level: 3, Text: "Shown in full, with learners, outdoors."},
		},
		Signatories: []registrar.SignatoryInput{{Name: "Noor Trail", Title: "Director"}},
	}}
}
