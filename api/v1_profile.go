package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// profileRecord is one version of a profile as the JSON API tells it. Version
// 0 was never saved.
type profileRecord struct {
	Organisation string                     `json:"organisation" doc:"short name"`
	Version      int                        `json:"version"`
	Restored     int                        `json:"restored,omitempty" doc:"the version whose words this one brought back"`
	Saved        string                     `json:"saved,omitempty" format:"date-time"`
	SavedBy      string                     `json:"saved_by,omitempty" doc:"name in use"`
	Sections     map[string]string          `json:"sections"`
	Legend       []registrar.LegendInput    `json:"legend"`
	Signatories  []registrar.SignatoryInput `json:"signatories"`
	Logo         string                     `json:"logo,omitempty" doc:"SHA-256 of the PNG at /schools/{organisation}/logo/{logo}"`
	Crosswalk    []registrar.CrosswalkInput `json:"crosswalk"`
	DeclaredBy   string                     `json:"declared_by,omitempty"`
	Since        string                     `json:"declared_since,omitempty" format:"date"`
	Description  string                     `json:"description,omitempty" doc:"the text that is signed into documents"`
}

func toProfileRecord(slug string, p competency.SchoolProfile, by string) profileRecord {
	in := registrar.ProfileInputOf(p)
	out := profileRecord{
		Organisation: slug, Version: p.Version, Restored: p.Restored, SavedBy: by, Sections: in.Sections, Legend: in.Legend,
		Signatories: in.Signatories, Logo: in.Logo, Crosswalk: in.Crosswalk, DeclaredBy: in.DeclaredBy, Since: in.DeclaredSince,
		Description: p.Description(),
	}
	if p.Version > 0 {
		out.Saved = p.Saved.Format(time.RFC3339)
	}
	return out
}

// schoolRecord is what an organisation tells anyone.
type schoolRecord struct {
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	DID      string        `json:"did"`
	Locality string        `json:"locality,omitempty"`
	Above    string        `json:"belongs_to,omitempty"`
	Profile  profileRecord `json:"profile"`
	Scales   []scaleRecord `json:"scales"`
}

// scaleRecord is a scale with the words that the organisation has for its levels.
type scaleRecord struct {
	ID           string        `json:"id"`
	ProficientAt int           `json:"proficient_at"`
	Levels       []levelRecord `json:"levels"`
}

type levelRecord struct {
	Level       int    `json:"level"`
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
}

// toSchoolRecord leaves out who saved: the public reads of signatories alone.
func toSchoolRecord(page registrar.SchoolPage) schoolRecord {
	out := schoolRecord{
		Name: page.Org.Name, Kind: string(page.Org.Kind), DID: page.DID, Locality: page.Org.Locality, Above: page.Above,
		Profile: toProfileRecord(page.Org.Slug, page.Profile, ""), Scales: []scaleRecord{},
	}
	for _, s := range page.Scales {
		one := scaleRecord{ID: s.ID, ProficientAt: s.ProficientAt}
		for _, l := range s.Levels {
			one.Levels = append(one.Levels, levelRecord{l.N, l.Label, l.Description})
		}
		out.Scales = append(out.Scales, one)
	}
	return out
}

// profileOperations are the office's operations on profiles.
func (s *Server) profileOperations(a apis) {
	tags := []string{"profile"}
	huma.Register(a.office, huma.Operation{
		OperationID: "get-profile", Method: http.MethodGet, Path: "/v1/organisations/{org}/profile", Tags: tags,
		Summary: "What an organisation says about itself",
	}, s.v1Profile)
	huma.Register(a.office, huma.Operation{
		OperationID: "save-profile", Method: http.MethodPut, Path: "/v1/organisations/{org}/profile", Tags: tags,
		Summary: "Save what an organisation says about itself as the next version",
	}, s.v1SaveProfile)
	huma.Register(a.office, huma.Operation{
		OperationID: "list-profile-versions", Method: http.MethodGet, Path: "/v1/organisations/{org}/profile/versions", Tags: tags,
		Summary: "Versions of a profile, the newest first",
	}, s.v1ProfileVersions)
	huma.Register(a.office, huma.Operation{
		OperationID: "restore-profile", Method: http.MethodPost, Path: "/v1/organisations/{org}/profile/versions/{version}/restoration", Tags: tags,
		Summary: "Bring an older version back as the next one",
	}, s.v1RestoreProfile)
	huma.Register(a.office, huma.Operation{
		OperationID: "send-logo", Method: http.MethodPost, Path: "/v1/organisations/{org}/logo", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Send a logo, PNG or JPEG, which a profile can then name", MaxBodyBytes: registrar.MaxLogoBytes + 1,
	}, s.v1Logo)
}

type profileAnswer struct{ Body profileRecord }

type profileAt struct {
	Org     string `path:"org" maxLength:"63"`
	Version int    `query:"version" minimum:"0" doc:"0 for the newest"`
}

func (s *Server) v1Profile(ctx context.Context, in *profileAt) (*profileAnswer, error) {
	p, err := s.reg.Profile(ctx, actorIn(ctx), in.Org, in.Version)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &profileAnswer{toProfileRecord(p.Org.Slug, p.Profile, p.SavedBy)}, nil
}

func (s *Server) v1SaveProfile(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key"`
	Org  string `path:"org" maxLength:"63"`
	Body registrar.ProfileInput
},
) (*profileAnswer, error) {
	if _, err := s.reg.SaveProfile(ctx, actorIn(ctx), onceIn(ctx, in.Body), in.Org, in.Body); err != nil {
		return nil, s.answer(ctx, err)
	}
	return s.v1Profile(ctx, &profileAt{Org: in.Org})
}

func (s *Server) v1ProfileVersions(ctx context.Context, in *struct {
	Org    string `path:"org" maxLength:"63"`
	Before int    `query:"before" minimum:"0" doc:"only versions below this one; 0 begins at the newest"`
},
) (*struct{ Body []profileRecord }, error) {
	all, err := s.reg.ProfileHistory(ctx, actorIn(ctx), in.Org, in.Before)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := make([]profileRecord, len(all))
	for i, v := range all {
		out[i] = toProfileRecord(in.Org, v.SchoolProfile, v.SavedBy)
	}
	return &struct{ Body []profileRecord }{out}, nil
}

func (s *Server) v1RestoreProfile(ctx context.Context, in *struct {
	Key     string `header:"Idempotency-Key"`
	Org     string `path:"org" maxLength:"63"`
	Version int    `path:"version" minimum:"1"`
	Body    struct {
		Seen int `json:"seen" minimum:"1" doc:"the newest version that you saw"`
	}
},
) (*profileAnswer, error) {
	once := onceIn(ctx, []string{in.Org, strconv.Itoa(in.Version), strconv.Itoa(in.Body.Seen)})
	if _, err := s.reg.RestoreProfile(ctx, actorIn(ctx), once, in.Org, in.Version, in.Body.Seen); err != nil {
		return nil, s.answer(ctx, err)
	}
	return s.v1Profile(ctx, &profileAt{Org: in.Org})
}

type sentLogo struct {
	Body struct {
		Logo string `json:"logo" doc:"SHA-256 of the PNG as it was drawn anew"`
	}
}

func (s *Server) v1Logo(ctx context.Context, in *struct {
	Org     string `path:"org" maxLength:"63"`
	RawBody []byte `contentType:"image/png"`
},
) (*sentLogo, error) {
	sum, err := s.reg.KeepLogo(ctx, actorIn(ctx), in.Org, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &sentLogo{}
	out.Body.Logo = sum
	return out, nil
}
