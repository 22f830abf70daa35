package competency

import (
	"strings"
	"time"
)

// Guest is somebody without an account who sits on a panel, such as a partner
// of the community at an exhibition. They come by a link that takes one answer
// and shows the evidence of that panel alone.
type Guest struct {
	Seat   SeatID // what the link leads to
	Panel  PanelID
	Person PersonID // under whose name the panel keeps what they say
	// By is who they are, in the words of whoever invited them.
	By      Mentor
	Invited time.Time
	Expires time.Time // when the link runs out
	Spoke   time.Time // zero until they have spoken
}

// MaxGuests is how many guests a panel may have.
const MaxGuests = 4

// Check answers what is wrong with an invitation.
func (g Guest) Check() []Field {
	bad := appendLength(nil, "/name", strings.TrimSpace(g.By.Name), 2, maxShort, "Name the guest")
	bad = appendLength(bad, "/role", strings.TrimSpace(g.By.Role), 2, maxShort, "Say what makes them a judge of this work")
	return appendLength(bad, "/organisation", g.By.Organisation, 0, maxTitle, "Name the organisation")
}

// Open reports whether the link leads to a form at the moment.
func (g Guest) Open(now time.Time) bool { return g.Spoke.IsZero() && now.Before(g.Expires) }

// Renew gives a guest who has not spoken a new term; the caller gives them a
// new link, and the old one dies.
func (g *Guest) Renew(now time.Time) error {
	if !g.Spoke.IsZero() {
		return Refuse("This guest has spoken already.")
	}
	g.Invited, g.Expires = now, now.AddDate(0, 0, LinkDays)
	return nil
}
