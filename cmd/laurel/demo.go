package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"laurel/internal/config"
	"laurel/internal/demo"
)

// demo tells the story into an empty folder, or finds it told, and prints where
// to begin.
func (p *program) demo(ctx context.Context, c config.Config, o *office) error {
	sheet, err := demo.Read(c.Data)
	if err == nil {
		if sheet.BaseURL != c.PublicURL {
			return fmt.Errorf("the demo in %s was made for %s, which stands in its credentials: start it with --public-url %s, or give an empty folder by --data",
				c.Data, sheet.BaseURL, sheet.BaseURL)
		}
		sheet.Print(p.stdout)
		return nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	fresh, err := o.reg.IsNew(ctx)
	if err != nil {
		return err
	}
	if !fresh {
		return fmt.Errorf("%s holds data that is not a whole demo; give an empty folder by --data", c.Data)
	}
	fmt.Fprintln(p.stdout, "Making the demo school …")
	if sheet, err = demo.Tell(ctx, demo.Options{Office: o.reg, Now: p.now, PublicURL: c.PublicURL}); err != nil {
		return err
	}
	bundle, err := o.reg.Public().Bundle()
	if err != nil {
		return err
	}
	if sheet.Bundle, err = filepath.Abs(filepath.Join(c.Data, demo.BundleFile)); err != nil {
		return err
	}
	if err := sheet.Write(c.Data, bundle.Body); err != nil {
		return err
	}
	sheet.Print(p.stdout)
	return nil
}
