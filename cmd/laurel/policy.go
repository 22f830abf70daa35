package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"laurel/competency/policy"
	"laurel/internal/registrar"
)

// maxFactsFile bounds a file with the facts of one learner, or a framework.
const maxFactsFile = 4 << 20

// policyFiles are the files that the policy commands are told.
type policyFiles struct {
	policy, against, base, facts, framework, asOf string
	json                                          bool
}

// policyCommand works on policy documents in files. It touches no data folder.
func (p *program) policyCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "policy",
		Short: "Check a policy document, ask it about a learner, compare two",
		Long: `Check a policy document (YAML or JSON), ask it about one learner, or compare two
over many. docs/policies.md describes policies and facts.

Exit codes: 0 when all is well, 1 when there are mistakes or a requirement is
not done yet, 64 when the command was called wrongly or a file cannot be read.`,
	}
	root.AddCommand(p.lintCommand(), p.evaluateCommand(), p.simulateCommand())
	for _, c := range root.Commands() {
		c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exitError{usage, err} })
		args := c.Args
		c.Args = func(cmd *cobra.Command, given []string) error {
			if err := args(cmd, given); err != nil {
				return exitError{usage, err}
			}
			return nil
		}
	}
	return root
}

// required answers which of some flags is missing.
func required(flags map[string]string) error {
	for _, name := range []string{"policy", "against", "facts"} {
		if value, asked := flags[name]; asked && value == "" {
			return exitError{usage, fmt.Errorf("say --%s FILE", name)}
		}
	}
	return nil
}

func (p *program) lintCommand() *cobra.Command {
	var in policyFiles
	cmd := &cobra.Command{
		Use:   "lint FILE",
		Short: "Say what is wrong with a policy document, by line and column",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in.policy = args[0]
			return p.lintPolicy(in)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.framework, "framework", "", "file with the framework as JSON; without it standards are not looked up")
	f.StringVar(&in.base, "base", "", "file with the policy that this one extends")
	f.StringVar(&in.asOf, "as-of", "", "civil date of the look, such as 2027-06-01 (default: today)")
	f.BoolVar(&in.json, "json", false, "write the problems as JSON")
	return cmd
}

func (p *program) lintPolicy(in policyFiles) error {
	found, err := p.problems(in)
	if err != nil {
		return err
	}
	mistakes := len(policy.Mistakes(found))
	if in.json {
		if found == nil {
			found = []policy.Problem{}
		}
		if err := p.writeJSON(map[string]any{"problems": found}); err != nil {
			return err
		}
	} else {
		for _, b := range found {
			fmt.Fprintln(p.stdout, problemLine(in.policy, b))
		}
	}
	if mistakes > 0 {
		return fmt.Errorf("%s in %s", count(mistakes, "mistake"), in.policy)
	}
	if !in.json {
		fmt.Fprintf(p.stdout, "%s: no mistakes, %s\n", in.policy, count(len(found), "warning"))
	}
	return nil
}

// problems reads a policy and answers everything that is wrong with it.
func (p *program) problems(in policyFiles) ([]policy.Problem, error) {
	beside := policy.Beside{Unframed: in.framework == "", AsOf: in.asOf}
	if in.asOf == "" {
		beside.AsOf = p.now().Format("2006-01-02")
	}
	text, rules, found, err := p.readPolicy(in.policy)
	if err != nil || found != nil {
		return found, err
	}
	if beside.Framework, err = p.readFramework(in.framework); err != nil {
		return nil, err
	}
	if in.base != "" {
		base, err := p.wholePolicy(in.base)
		if err != nil {
			return nil, err
		}
		beside.Base = &base
	}
	return text.Locate(policy.Lint(rules, beside)), nil
}

// readPolicy reads a document; what keeps it from being a policy are problems.
func (p *program) readPolicy(path string) (registrar.PolicyText, policy.Policy, []policy.Problem, error) {
	b, err := p.readFile(path, maxFactsFile)
	if err != nil {
		return registrar.PolicyText{}, policy.Policy{}, nil, err
	}
	text, err := registrar.ReadPolicy(b)
	if bad, ok := errors.AsType[*registrar.TextError](err); ok {
		return text, policy.Policy{}, []policy.Problem{bad.Problem()}, nil
	} else if err != nil {
		return text, policy.Policy{}, nil, err
	}
	rules, err := policy.Parse(text.JSON)
	if bad, ok := errors.AsType[*policy.ParseError](err); ok {
		return text, rules, text.Locate(bad.Problems), nil
	}
	return text, rules, nil, err
}

// wholePolicy reads a document that must be a policy.
func (p *program) wholePolicy(path string) (policy.Policy, error) {
	_, rules, found, err := p.readPolicy(path)
	if err != nil {
		return rules, err
	}
	for _, b := range found {
		fmt.Fprintln(p.stderr, problemLine(path, b))
	}
	if len(found) > 0 {
		return rules, fmt.Errorf("%s in %s", count(len(found), "mistake"), path)
	}
	return rules, nil
}

// readFramework reads a framework as facts hold it; no path is an empty one.
func (p *program) readFramework(path string) (policy.Catalogue, error) {
	if path == "" {
		return policy.Catalogue{}, nil
	}
	b, err := p.readFile(path, maxFactsFile)
	if err != nil {
		return policy.Catalogue{}, err
	}
	c, err := policy.ParseCatalogue(b)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (p *program) evaluateCommand() *cobra.Command {
	var in policyFiles
	cmd := &cobra.Command{
		Use:   "evaluate",
		Short: "Answer a policy for one learner, with what explains it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := required(map[string]string{"policy": in.policy, "facts": in.facts}); err != nil {
				return err
			}
			return p.evaluatePolicy(in)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.policy, "policy", "", "file with the policy")
	f.StringVar(&in.facts, "facts", "", "file with the learner's facts as JSON, - for standard input")
	f.StringVar(&in.framework, "framework", "", "file with the framework, where the facts hold none")
	f.BoolVar(&in.json, "json", false, "write the audit as JSON")
	return cmd
}

func (p *program) evaluatePolicy(in policyFiles) error {
	rules, err := p.wholePolicy(in.policy)
	if err != nil {
		return err
	}
	b, err := p.readFile(in.facts, maxFactsFile)
	if err != nil {
		return err
	}
	facts, err := policy.ParseFacts(b)
	if err != nil {
		return fmt.Errorf("%s: %w", in.facts, err)
	}
	if in.framework != "" {
		if facts.Framework, err = p.readFramework(in.framework); err != nil {
			return err
		}
	}
	a := policy.Evaluate(rules, facts)
	if in.json {
		err = p.writeJSON(a)
	} else {
		writeAudit(p.stdout, a, rules)
	}
	if err == nil && !a.State.Done() {
		err = fmt.Errorf("the answer is: %s", stateWord(a.State))
	}
	return err
}

// readFile reads a bounded file, or standard input for "-".
func (p *program) readFile(path string, limit int64) (b []byte, err error) {
	if path == "-" {
		b, err = io.ReadAll(io.LimitReader(p.stdin, limit+1))
	} else {
		var f *os.File
		if f, err = os.Open(path); err == nil { //nolint:gosec // the person at the terminal names the file
			defer func() { _ = f.Close() }() // nothing was written
			b, err = io.ReadAll(io.LimitReader(f, limit+1))
		}
	}
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	if err != nil {
		return nil, exitError{usage, err}
	}
	return b, nil
}

func (p *program) writeJSON(v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	_, err = fmt.Fprintln(p.stdout, string(b))
	return err
}
