package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// sectionSize is how many learners are taught together.
const sectionSize = 25

// seededSection is a section of a school: who is taught what together, by whom.
type seededSection struct {
	standard, teacher int // place among the standards, and among the school's teachers
	name              string
	members           []int // places among the school's learners
}

// sections deals the learners of a high school, by grade, into sections of each
// standard, and those to the teachers of the standard in turn.
func (s *seeder) sections(school *seededSchool) (all []seededSection) {
	byGrade := make([]int, school.learners)
	for i := range byGrade {
		byGrade[i] = i
	}
	slices.SortStableFunc(byGrade, func(a, b int) int { return gradeOf(a) - gradeOf(b) })
	for standard, code := range standards() {
		teachers := staffOf(standard, len(school.teachers))
		n := 0
		for group := range slices.Chunk(byGrade, sectionSize) {
			all = append(all, seededSection{
				standard: standard, teacher: teachers[n%len(teachers)], members: group,
				name: fmt.Sprintf("%s, grade %d, section %d", code, gradeOf(group[0]), n+1),
			})
			n++
		}
	}
	return all
}

// standards are the codes of what is taught, in one order.
func standards() []string { return slices.Sorted(maps.Keys(judges)) }

// teachersOf are the teachers of one learner by standard.
func (school *seededSchool) teachersOf(learner int) map[string]competency.PersonID {
	of := map[string]competency.PersonID{}
	for _, sec := range school.sections {
		if slices.Contains(sec.members, learner) {
			of[standards()[sec.standard]] = school.teachers[sec.teacher]
		}
	}
	return of
}

// gradeOf is the grade of a high school's learner by place.
func gradeOf(i int) int { return 7 + i%6 }

// staffOf are the places of the teachers of a standard: every teacher has
// one, or a few where there are fewer teachers than standards.
func staffOf(standard, teachers int) (places []int) {
	for t := standard; t < teachers; t += len(standards()) {
		places = append(places, t)
	}
	if places == nil {
		places = []int{standard % teachers}
	}
	return places
}

// teach has every teacher write down their sections and give each a task that
// the school knows from the year behind it.
func (s *seeder) teach(ctx context.Context, school *seededSchool, learners []competency.PersonID) error {
	given := map[int]competency.TaskID{} // by standard
	for i, sec := range school.sections {
		who, err := s.as(ctx, school.logins[sec.teacher])
		if err != nil {
			return err
		}
		names := make([]string, len(sec.members))
		for j, at := range sec.members {
			names[j] = string(learners[at])
		}
		id, err := s.reg.AddSection(ctx, who, registrar.Once{}, registrar.SectionInput{Name: sec.name, Names: strings.Join(names, "\n")})
		if err != nil {
			return err
		}
		if given[sec.standard] == "" {
			if given[sec.standard], err = s.someTask(ctx, who, standards()[sec.standard]); err != nil {
				return err
			}
		}
		if _, err := s.reg.GiveTask(ctx, who, registrar.Once{}, registrar.TaskInput{
			Task: string(given[sec.standard]), Section: string(id), Due: s.day.AddDate(0, 0, 3+i%14).Format(time.DateOnly),
		}); err != nil {
			return err
		}
	}
	return nil
}

// someTask is a task of the school for the standard.
func (s *seeder) someTask(ctx context.Context, who competency.Actor, standard string) (competency.TaskID, error) {
	form, err := s.reg.TaskForm(ctx, who, "", "")
	if err != nil {
		return "", err
	}
	for _, t := range form.Earlier {
		for code, titles := range tasks {
			if standardOf(code) == standard && slices.Contains(titles[:], t.Title) {
				return t.ID, nil
			}
		}
	}
	return "", fmt.Errorf("no task for %s is known", standard)
}
