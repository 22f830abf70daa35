package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"laurel/competency/policy"
)

// linesAtOnce is how many learners are read before they are answered together.
const linesAtOnce = 512

func (p *program) simulateCommand() *cobra.Command {
	var in policyFiles
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Say who changes by another policy, and because of what",
		Long: `Answer two policies for many learners, one a line as JSON, and say who changes,
from what to what, because of which requirements; then the counts. With --json
each changed learner is a line, and the last line is the summary.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := required(map[string]string{"policy": in.policy, "against": in.against, "facts": in.facts}); err != nil {
				return err
			}
			return p.simulatePolicy(in)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.policy, "policy", "", "file with the new policy")
	f.StringVar(&in.against, "against", "", "file with the policy in force")
	f.StringVar(&in.facts, "facts", "", "file with the facts of one learner a line, - for standard input")
	f.StringVar(&in.framework, "framework", "", "file with the framework, for lines that hold none")
	f.BoolVar(&in.json, "json", false, "write lines of JSON")
	return cmd
}

func (p *program) simulatePolicy(in policyFiles) (err error) {
	s := simulation{json: in.json, out: bufio.NewWriter(p.stdout), stderr: p.stderr, file: in.facts}
	if s.after, err = p.wholePolicy(in.policy); err != nil {
		return err
	}
	if s.before, err = p.wholePolicy(in.against); err != nil {
		return err
	}
	if s.framework, err = p.readFramework(in.framework); err != nil {
		return err
	}
	lines := p.stdin
	if in.facts != "-" {
		f, err := os.Open(in.facts)
		if err != nil {
			return exitError{usage, err}
		}
		defer func() { _ = f.Close() }() // nothing was written
		lines = f
	}
	err = s.run(lines)
	return errors.Join(err, s.out.Flush())
}

// simulation compares two policies over a stream of learners.
type simulation struct {
	before, after policy.Policy
	framework     policy.Catalogue
	json          bool
	out           *bufio.Writer
	stderr        io.Writer
	file          string // as it was named
	line          int    // read so far
	bad           int    // lines that are no facts
	tally         policy.Tally
}

// compared is the answer for one line.
type compared struct {
	difference policy.Difference
	err        error
}

func (s *simulation) run(lines io.Reader) error {
	r := bufio.NewReaderSize(lines, 64<<10)
	for more := true; more; {
		var chunk [][]byte
		for len(chunk) < linesAtOnce && more {
			line, err := readLine(r)
			if err != nil && !errors.Is(err, io.EOF) {
				return exitError{usage, fmt.Errorf("%s, line %d: %w", s.file, s.line+len(chunk)+1, err)}
			}
			if more = err == nil; more || len(line) > 0 {
				chunk = append(chunk, line)
			}
		}
		if err := s.take(chunk); err != nil {
			return err
		}
	}
	return s.end()
}

// readLine reads a line of at most maxFactsFile bytes, without its end. The
// error is io.EOF behind the last line.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxFactsFile:
			return nil, fmt.Errorf("longer than %d bytes", maxFactsFile)
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			return bytes.TrimSpace(line), err
		}
	}
}

// take answers some lines, on every processor, and says so in their order.
func (s *simulation) take(chunk [][]byte) error {
	answers := make([]compared, len(chunk))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(chunk); i += workers {
				if len(chunk[i]) > 0 {
					answers[i] = s.compare(chunk[i])
				}
			}
		})
	}
	wg.Wait()
	for i, a := range answers {
		s.line++
		switch {
		case len(chunk[i]) == 0: // an empty line is nobody
		case a.err != nil:
			s.bad++
			fmt.Fprintf(s.stderr, "%s:%d: error: %v\n", s.file, s.line, a.err)
		default:
			s.tally.Add(a.difference)
			if err := s.say(a.difference); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *simulation) compare(line []byte) compared {
	f, err := policy.ParseFacts(line)
	if err != nil {
		return compared{err: err}
	}
	if f.Framework.Standards == nil {
		f.Framework = s.framework
	}
	return compared{difference: policy.Compare(s.before, s.after, f)}
}

// say writes a learner who changes.
func (s *simulation) say(d policy.Difference) error {
	if !d.Changes() {
		return nil
	}
	if s.json {
		return json.NewEncoder(s.out).Encode(d)
	}
	because := make([]string, len(d.Because))
	for i, c := range d.Because {
		because[i] = c.Title + " (" + stateWord(c.From) + " → " + stateWord(c.To) + ")"
	}
	_, err := fmt.Fprintf(s.out, "%s: %s → %s: %s\n", d.Learner, stateWord(d.From), stateWord(d.To), strings.Join(because, ", "))
	return err
}

// summary is the last line of a simulation.
type summary struct {
	Learners int            `json:"learners"`
	Changed  int            `json:"changed"`
	Unread   int            `json:"unread"`
	Moves    []policy.Move  `json:"moves"`
	Because  []policy.Cause `json:"because"`
}

// end writes the counts.
func (s *simulation) end() error {
	sum := summary{
		Learners: s.tally.Learners, Changed: s.tally.Changed, Unread: s.bad,
		Moves: append([]policy.Move{}, s.tally.Moves()...), Because: append([]policy.Cause{}, s.tally.Causes()...), // [] rather than null
	}
	var err error
	if s.json {
		err = json.NewEncoder(s.out).Encode(map[string]summary{"summary": sum})
	} else {
		fmt.Fprintf(s.out, "\n%s, %d of them changed\n", count(sum.Learners, "learner"), sum.Changed)
		for _, m := range sum.Moves {
			fmt.Fprintf(s.out, "  %s → %s: %d\n", stateWord(m.From), stateWord(m.To), m.Learners)
		}
		for i, c := range sum.Because {
			if i == 0 {
				fmt.Fprintln(s.out, "because of")
			}
			fmt.Fprintf(s.out, "  %s (%s): %d\n", c.Title, c.Requirement, c.Learners)
		}
	}
	if err == nil && s.bad > 0 {
		err = fmt.Errorf("%s in %s could not be read", count(s.bad, "line"), s.file)
	}
	return err
}
