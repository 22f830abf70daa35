package registrar

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// CarriedList is a registry of elsewhere that this deployment uses beside its
// own: another state's, say. It stands in a file of the data folder, so that
// reading it needs no database.
type CarriedList struct {
	// Name is a short name, of the file too.
	Name string `json:"name"`
	// SignedBy is the authority whose signature was checked; empty for a list that
	// was taken on the operator's own word.
	SignedBy string            `json:"signedBy,omitempty"`
	Imported time.Time         `json:"imported"`
	Registry verifier.Registry `json:"registry"`
}

var listName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// maxList bounds the file of a carried list: a registry and a little more.
const maxList = verifier.MaxRegistryBytes + 4096

// KeepList writes a list into a folder, in place of an older one of the same
// name. ErrInvalid for a name that is not made of small letters, digits and hyphens.
func KeepList(folder string, l CarriedList) error {
	if !listName.MatchString(l.Name) {
		return competency.Invalid(competency.Field{Pointer: "/name", Detail: "Use small letters, digits and hyphens."})
	}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the list %s: %w", l.Name, err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, "."+l.Name)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is there only after a failure
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the list %s: %w", l.Name, err)
	}
	return os.Rename(f.Name(), filepath.Join(folder, l.Name+".json"))
}

// RemoveList takes a list out of a folder; ErrNotFound if it is not there.
func RemoveList(folder, name string) error {
	if !listName.MatchString(name) {
		return competency.NotFound()
	}
	err := os.Remove(filepath.Join(folder, name+".json"))
	if errors.Is(err, os.ErrNotExist) {
		return competency.NotFound()
	}
	return err
}

// ReadLists reads the lists in a folder, by name; none where there is no folder.
// A file that cannot be read is an error: a list that is missing in silence
// would change what readers are told.
func ReadLists(folder string) ([]CarriedList, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	lists := make([]CarriedList, 0, len(files))
	for _, path := range files {
		l, err := readList(path)
		if err != nil {
			return nil, fmt.Errorf("reading the registry %s: %w", path, err)
		}
		lists = append(lists, l)
	}
	return lists, nil
}

func readList(path string) (l CarriedList, err error) {
	if info, err := os.Stat(path); err != nil || info.Size() > maxList {
		return l, errors.Join(err, errors.New("it cannot be read whole"))
	}
	text, err := os.ReadFile(path) //nolint:gosec // a file of the data folder
	if err != nil {
		return l, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var parts struct {
		CarriedList
		Registry json.RawMessage `json:"registry"`
	}
	if err := dec.Decode(&parts); err != nil {
		return l, err
	}
	l = parts.CarriedList
	l.Registry, err = verifier.ParseRegistry(parts.Registry)
	if err == nil && l.Name != strings.TrimSuffix(filepath.Base(path), ".json") {
		err = errors.New("it is named otherwise inside")
	}
	return l, err
}

// RegistryOf is the registry of one organisation's word, signed by it, for
// others to carry until a time: a compact JWS (see verifier.RegistryClaims).
// ErrConflict when there is no such organisation.
func (r *Registrar) RegistryOf(ctx context.Context, slug string, until time.Time) ([]byte, error) {
	var org competency.Org
	var keys []store.OrgKey
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		if org, err = tx.OrgBySlug(slug); err != nil {
			return err
		}
		sc, err := tx.Scope(org.Tenant)
		if err != nil {
			return err
		}
		keys, err = sc.Keys(org.ID)
		return err
	})
	if errors.Is(err, competency.ErrNotFound) {
		return nil, competency.Refuse("There is no organisation with this short name.")
	}
	if err != nil {
		return nil, err
	}
	signer, _, err := r.signer(keys, org, proof.ES256)
	if err != nil {
		return nil, err
	}
	list := verifier.Registry{Name: org.Name, Entries: []verifier.Entry{}}
	for _, e := range r.published.Snapshot().Registry.Entries {
		if e.By.DID == r.did(org) {
			list.Entries = append(list.Entries, e)
		}
	}
	claims, err := verifier.RegistryClaims(r.did(org), list, r.Now(), until)
	if err != nil {
		return nil, err
	}
	token, err := issue.New(r.Now, issue.Keys{JWT: signer}, nil).SignStatement(ctx, verifier.TypeRegistry, claims)
	return []byte(token.String()), err
}
