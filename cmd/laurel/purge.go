package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// purgeCommand deletes evidence files whose time is over, for a school's rule of
// retention.
func (p *program) purgeCommand() *cobra.Command {
	before, dry := "", false
	cmd := &cobra.Command{
		Use:   "purge",
		Short: "Delete the files of judged evidence from before a day; hashes and judgments stay",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := time.Parse(time.DateOnly, before)
			if err != nil {
				return fmt.Errorf("--before takes a day such as 2019-07-01: %w", err)
			}
			return p.withOffice(cmd.Context(), func(o *office) error {
				done, err := o.reg.PurgeFilesEverywhere(cmd.Context(), day, dry)
				if err != nil {
					return err
				}
				words := "deleted"
				if dry {
					words = "would be deleted"
				}
				fmt.Fprintf(p.stdout, "%d files, %d bytes %s\n", done.Files, done.Bytes, words)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&before, "before", "", "the day, such as 2019-07-01")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be deleted and delete nothing")
	return cmd
}
