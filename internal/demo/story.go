package demo

import "laurel/competency"

// password is what every account of the demo signs in with; it is printed.
const password = "willow brook morning"

// staffMember is someone who works in the demo.
type staffMember struct {
	key, name, login string
	org              string // key of the organisation
	roles            []competency.Role
}

// Keys of the organisations.
const (
	theDistrict = "district"
	theSchool   = "school"
	thePartner  = "partner"
	theAcademy  = "academy"
	theInst     = "institute"
)

// assessor reads what is handed in to a provider.
type assessor struct{ name, login string }

// providers are those who teach online or teach teachers.
var providers = []struct {
	admin     string
	assessors []assessor
}{
	{"noor@trailhead.example", []assessor{{"Ines Ford", "ford@trailhead.example"}, {"Owen Marsh", "marsh@trailhead.example"}}},
	{"wen@lakeside.example", []assessor{{"Ada Brook", "brook@lakeside.example"}, {"Milo Reed", "reed@lakeside.example"}}},
}

// staff are the adults of the fictional district. Assessors of teachers come
// from the partner school, so that nobody reads a colleague's work.
var staff = []staffMember{
	{"t-calloway", "Ruth Calloway", "calloway@willowbrook.example", theSchool, []competency.Role{competency.Teacher}},
	{"t-birch", "Tomas Birch", "birch@willowbrook.example", theSchool, []competency.Role{competency.Teacher}},
	{"t-nair", "Priya Nair", "nair@willowbrook.example", theSchool, []competency.Role{competency.Teacher}},
	{"c-larsen", "Ingrid Larsen", "larsen@willowbrook.example", theSchool, []competency.Role{competency.Counselor}},
	{"r-dubois", "Marc Dubois", "dubois@willowbrook.example", theSchool, []competency.Role{competency.RegistrarRole}},
	{"p-adams", "Joan Adams", "adams@willowbrook.example", theSchool, []competency.Role{competency.Principal}},
	{"sup-lund", "Erik Lund", "lund@willowbrook.example", theDistrict, []competency.Role{competency.DistrictLead}},
	{"co-reyes", "Marisol Reyes", "reyes@willowbrook.example", theDistrict, []competency.Role{competency.Coordinator}},
	{"ext-assessor-1", "Dana Whitcomb", "whitcomb@ridgeline.example", thePartner, []competency.Role{competency.Teacher, competency.Assessor}},
	{"ext-assessor-2", "Luis Ortega", "ortega@ridgeline.example", thePartner, []competency.Role{competency.Teacher, competency.Assessor}},
	{"ext-assessor-3", "Mei Tanaka", "tanaka@ridgeline.example", thePartner, []competency.Role{competency.Teacher, competency.Assessor}},
}

// learner is one story of the demo. Levels are 3 in every indicator unless
// said otherwise; short is true where only the levels given exist.
type learner struct {
	key, name, login string
	grade            string
	born             int // years before the demo's day
	entered          int // years before the class's year
	levels           map[string]int
	tries            map[string][2]int // the two tasks' levels where they differ
	short            bool
	works            []work
	waits            map[string]string // indicator → provider that has not answered
	exception        *exception
	results          map[string]int
	optOut           bool
	story            string
}

// work is a piece of evidence with a story of its own.
type work struct {
	route, title, body, reflection, provider, by string
	items                                        []string
	hours                                        int
	context                                      string
}

// exception is a requirement met another way, by two people.
type exception struct{ requirement, kind, by, by2, cite string }

// learners are the twelve, each one hard case.
var learners = []learner{
	{
		key: "s01", name: "Amara Okafor", login: "amara@willowbrook.example", grade: "12", born: 17, entered: 4,
		levels: map[string]int{"ELA.2": 4, "SCI.1": 4}, story: "A straight path with a few marks above proficient.",
	},
	{
		key: "s02", name: "Bodhi Lefebvre", login: "bodhi@willowbrook.example", grade: "12", born: 18, entered: 4,
		story: "An internship of 120 hours covers energy, measuring and problem solving.",
		works: []work{{
			route: "internship", title: "Rebuild log: two-stroke outboard", provider: "Harlow Marine Repair", by: "workshop supervisor", hours: 120,
			items: []string{"SCI.3", "MATH.4", "TS-PROB.2"}, context: "science",
			body:       "I took down a seized two-stroke outboard, measured bore and piston, drew what was out of tolerance and rebuilt it. The log shows each measurement and what I decided from it.",
			reflection: "The third try at the gasket taught me to measure twice and write it down before cutting.",
		}},
	},
	{
		key: "s03", name: "Chloe Trahan", login: "chloe@willowbrook.example", grade: "12", born: 17, entered: 4,
		story: "Two early-college courses; plans to play college soccer.",
		works: []work{{
			route: "early-college", title: "College algebra, final portfolio", provider: "Green River Community College", by: "college registrar",
			items: []string{"MATH.1", "MATH.2"}, context: "mathematics",
			body:       "The portfolio of my college algebra course: two modelling projects and the final examination with corrections.",
			reflection: "I stopped looking for the rule first and started by drawing what happens.",
		}},
	},
	{
		key: "s04", name: "Davi Moreira", login: "davi@willowbrook.example", grade: "12", born: 18, entered: 2,
		levels: map[string]int{"GLOBAL.1": 0}, results: map[string]int{"lang-english": 5, "lang-other": 8},
		exception: &exception{"glob", "transfer-equivalency", "p-adams", "sup-lund", "Evaluated transcript, item 14"},
		story:     "Arrived in grade 11 with a transcript from abroad; speaks Portuguese and English.",
	},
	{
		key: "s05", name: "Elowen Marsh", login: "elowen@willowbrook.example", grade: "12", born: 17, entered: 4,
		levels: map[string]int{"ARTS.3": 2, "ARTS.4": 0}, waits: map[string]string{"ARTS.4": "State Virtual Academy"},
		story: "An online course in art history whose provider has not answered, and one in music whose credential is here.",
	},
	{
		key: "s06", name: "Farid Haidari", login: "farid@willowbrook.example", grade: "12", born: 17, entered: 4,
		levels: map[string]int{"MATH.3": 2}, tries: map[string][2]int{"MATH.3": {2, 3}},
		story: "Sixty hours at a food shelf, which somebody there is asked to confirm; one indicator in mathematics is open.",
		works: []work{{
			route: "community-service", title: "Food shelf stock survey", provider: "Northfield Food Shelf", by: "shelf coordinator",
			items: []string{"TS-CITI.1"}, context: "social studies",
			body:       "For ten weeks I counted what came in and what went out, and made a chart that the shelf now uses to order.",
			reflection: "People trusted the chart only after I showed them how I counted.",
		}},
	},
	{key: "s07", name: "Grace Pelkey", login: "grace@willowbrook.example", grade: "12", born: 18, entered: 4, story: "Her record looks like anyone's, and so does her credential."},
	{key: "s08", name: "Hana Sato", login: "hana@willowbrook.example", grade: "12", born: 18, entered: 4, story: "Her name will change after the diploma."},
	{key: "s09", name: "Ignacio Ruiz", login: "ignacio@willowbrook.example", grade: "12", born: 18, entered: 4, story: "A capstone turns out not to be his own work: the diploma is withdrawn by two people."},
	{key: "s10", name: "Juniper Cole", login: "juniper@willowbrook.example", grade: "12", born: 17, entered: 4, optOut: true, story: "The family has opted out of directory information: no public page."},
	{
		key: "s11", name: "Kofi Mensah", login: "kofi@willowbrook.example", grade: "7", born: 12, entered: -2, short: true,
		levels: map[string]int{"ELA.1": 2, "TS-SELF.1": 2, "TS-SELF.2": 2, "TS-SELF.3": 2},
		story:  "Twelve years old, with a first learning plan.",
	},
	{key: "s12", name: "Lena Novak", login: "lena@willowbrook.example", grade: "12", born: 19, entered: 5, story: "A fifth year leaves no mark on the credential."},
}

// judges names who confirms a standard, and in which contexts it is shown.
var judges = map[string]struct {
	by       string
	contexts []string
}{
	"ELA": {"t-nair", []string{"english"}}, "MATH": {"t-birch", []string{"mathematics"}}, "SCI": {"t-calloway", []string{"science"}},
	"GLOBAL": {"t-nair", []string{"social studies"}}, "ARTS": {"t-nair", []string{"arts"}}, "WELL": {"t-calloway", []string{"wellness"}},
	"TS-COMM": {"t-nair", []string{"english", "science"}}, "TS-SELF": {"t-nair", []string{"english", "science"}},
	"TS-PROB": {"t-nair", []string{"english", "science"}}, "TS-CITI": {"t-nair", []string{"english", "science"}},
	"TS-THINK": {"t-nair", []string{"english", "science"}},
}

// tasks are two pieces of class work per indicator, by which it was shown.
var tasks = map[string][2]string{
	"ELA.1": {"Three accounts of one flood", "Reading a court opinion"}, "ELA.2": {"Letter to the select board", "Op-ed for the county paper"},
	"ELA.3": {"Where our water comes from", "Interview and sources: a trade"}, "ELA.4": {"Seminar on a short story", "Changing my mind, with reasons"},
	"MATH.1": {"Break-even of a sugar house", "Rent, wage and hours"}, "MATH.2": {"Cooling of a cup of tea", "Ski lift queue"},
	"MATH.3": {"Survey with an honest margin", "Chance of frost"}, "MATH.4": {"A roof that sheds snow", "Map of the school wood"},
	"SCI.1": {"Field study: the brook", "Lab 4: rates"}, "SCI.2": {"Model of a watershed", "Why the bridge hums"},
	"SCI.3": {"Energy of a warm house", "Compost budget"}, "SCI.4": {"Moose and ticks", "Growing under light"},
	"GLOBAL.1": {"The mill and the railway", "Town meeting, 1850 and now"}, "GLOBAL.2": {"A bill through the house", "Who decides about the dam"},
	"GLOBAL.3": {"Cost of a year of milk", "A loan, compared"}, "GLOBAL.4": {"Two border towns", "A festival in two places"},
	"ARTS.1": {"Print series", "Song in three drafts"}, "ARTS.2": {"Spring concert", "One-act play"},
	"ARTS.3": {"Critique of a mural", "Listening with criteria"}, "ARTS.4": {"A quilt and its time", "Protest posters"},
	"WELL.1": {"Twelve weeks toward a run", "Strength log"}, "WELL.2": {"Checking a supplement", "Sleep and screens"},
	"WELL.3":    {"Plan for a hard week", "Mediating a quarrel"},
	"TS-COMM.1": {"One message, three readers", "Explaining to a younger class"}, "TS-COMM.2": {"Debate on the new field", "Lab argument"},
	"TS-COMM.3": {"Radio minute", "Poster session"}, "TS-SELF.1": {"Goals of the fall", "Goals of the spring"},
	"TS-SELF.2": {"Second draft, with reasons", "Lab report, revised"}, "TS-SELF.3": {"Attendance at rehearsals", "Field notebook"},
	"TS-PROB.1": {"What is the real question?", "Framing the brook study"}, "TS-PROB.2": {"Bridge that broke", "Sensor, fourth try"},
	"TS-PROB.3": {"Defending a design", "Choosing a method"}, "TS-CITI.1": {"Library shelf day", "Brook clean-up"},
	"TS-CITI.2": {"Partner classroom", "Hosting guests"}, "TS-THINK.1": {"Music and fractions", "Poem and data"},
	"TS-THINK.2": {"Grading ten sources", "What the label says"},
}
