package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/verifier"
)

// registryCommand is who this deployment vouches for, and whose lists it carries.
func (p *program) registryCommand() *cobra.Command {
	root := &cobra.Command{Use: "registry", Short: "Who vouches for whom: this deployment's own word, and lists of elsewhere"}
	root.AddCommand(p.importCommand(), p.listCommand(), p.removeCommand(), p.vouchCommand(), p.signCommand())
	return root
}

// importing is what the import of a list is told.
type importing struct{ name, signedBy, bundle string }

func (p *program) importCommand() *cobra.Command {
	var in importing
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Carry a registry of elsewhere: a list as JSON, or one signed by an authority that you name",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.importList(cmd.Context(), args[0], in)
		},
	}
	cmd.Flags().StringVar(&in.name, "name", "", "short name to keep it by (default: the file's)")
	cmd.Flags().StringVar(&in.signedBy, "signed-by", "", "identifier of the authority that must have signed it, such as did:web:state.example")
	cmd.Flags().StringVar(&in.bundle, "bundle", "", "bundle that holds that authority's keys, instead of asking its host")
	return cmd
}

func (p *program) importList(ctx context.Context, path string, in importing) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	text, err := readBounded(path, verifier.MaxRegistryBytes)
	if err != nil {
		return err
	}
	l := registrar.CarriedList{Name: in.name, SignedBy: in.signedBy, Imported: p.now().UTC().Truncate(time.Second)}
	if l.Name == "" {
		l.Name = strings.ToLower(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	}
	if in.signedBy == "" {
		l.Registry, err = verifier.ParseRegistry(text)
	} else {
		l.Registry, err = p.openRegistry(ctx, text, in)
	}
	if err != nil {
		return err
	}
	if err := registrar.KeepList(c.Registries(), l); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s: %d entries are carried; serve reads them when it starts\n", l.Name, len(l.Registry.Entries))
	return nil
}

// openRegistry checks a signed list with the keys of a bundle, or with what the authority publishes.
func (p *program) openRegistry(ctx context.Context, token []byte, in importing) (verifier.Registry, error) {
	o := verifier.Options{Now: p.now}
	if in.bundle == "" {
		o.Fetch = verifier.NewFetcher(verifier.FetcherOptions{Now: p.now})
		defer o.Fetch.Close()
	} else {
		text, err := readBounded(in.bundle, verifier.MaxBundleBytes)
		if err != nil {
			return verifier.Registry{}, err
		}
		if o.Keys, err = verifier.ParseBundle(text); err != nil {
			return verifier.Registry{}, err
		}
	}
	return verifier.New(o).OpenRegistry(ctx, token, in.signedBy)
}

// readBounded reads a file that the operator names.
func readBounded(path string, max int64) (text []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text, err = io.ReadAll(io.LimitReader(f, max+1))
	if err == nil && int64(len(text)) > max {
		err = fmt.Errorf("%s is too large", path)
	}
	return text, err
}

func (p *program) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Say which lists of elsewhere are carried",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			lists, err := registrar.ReadLists(c.Registries())
			if err != nil {
				return err
			}
			for _, l := range lists {
				by := "on the operator's word"
				if l.SignedBy != "" {
					by = "signed by " + l.SignedBy
				}
				fmt.Fprintf(p.stdout, "%s: %s, %d entries, %s, imported %s\n", l.Name, l.Registry.Name, len(l.Registry.Entries), by, l.Imported.Format(time.DateOnly))
			}
			return nil
		},
	}
}

func (p *program) removeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Carry a list no longer",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			if err := registrar.RemoveList(c.Registries(), args[0]); errors.Is(err, competency.ErrNotFound) {
				return fmt.Errorf("no list %q is carried", args[0])
			} else if err != nil {
				return err
			}
			return nil
		},
	}
}

func (p *program) vouchCommand() *cobra.Command {
	end := false
	cmd := &cobra.Command{
		Use:   "vouch SLUG",
		Short: "Let the organisation above vouch for one, with a signed endorsement, or end that",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withOffice(cmd.Context(), func(o *office) error { return o.reg.VouchFor(cmd.Context(), args[0], end) })
		},
	}
	cmd.Flags().BoolVar(&end, "end", false, "end it; what was issued until now stays recognised")
	return cmd
}

func (p *program) signCommand() *cobra.Command {
	days := 0
	cmd := &cobra.Command{
		Use:   "sign SLUG",
		Short: "Print the registry of an organisation's word, signed by it, for others to import",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withOffice(cmd.Context(), func(o *office) error {
				token, err := o.reg.RegistryOf(cmd.Context(), args[0], p.now().AddDate(0, 0, days))
				if err == nil {
					fmt.Fprintf(p.stdout, "%s\n", token)
				}
				return err
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", 365, "how long it may be used")
	return cmd
}

// withOffice opens the office for a command, with what is published read.
func (p *program) withOffice(ctx context.Context, do func(*office) error) (err error) {
	c, err := p.config()
	if err != nil {
		return err
	}
	o, err := p.open(ctx, c, p.log(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if err := o.reg.Publish(ctx); err != nil {
		return err
	}
	return do(o)
}
