package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// afterRestoreCommand is run once after an older state of the database was put
// back, before the server starts.
func (p *program) afterRestoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "after-restore",
		Short: "Close the status lists, after the database was put back from a backup",
		Long: "Run this once after the database was put back from a backup, before the server starts. What was issued since\n" +
			"the backup has places in the status lists that the database does not know of; so all lists are closed, and the\n" +
			"next credential begins a new one. Places that were given out are never given out again. Whatever was withdrawn,\n" +
			"put on hold or replaced since the backup has to be done again.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withOffice(cmd.Context(), func(o *office) error {
				closed, err := o.reg.AfterRestore(cmd.Context())
				if err != nil {
					return err
				}
				fmt.Fprintf(p.stdout, "%d status lists are closed; the next credentials begin new ones\n", closed)
				return nil
			})
		},
	}
}
