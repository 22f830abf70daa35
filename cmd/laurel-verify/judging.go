package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"laurel/credentials/bake"
	"laurel/verifier"
	"laurel/verifier/words"
)

// named lists the files that the arguments name. Of a folder they are the
// files in it and in the folders below, in the order of their names, without
// those whose names begin with a dot; folder tells whether there was one.
func named(args []string) (files []string, folder bool, err error) {
	for _, arg := range args {
		if arg == "-" {
			files = append(files, arg)
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, false, fmt.Errorf("reading the credential: %w", err)
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		folder = true
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			switch hidden := strings.HasPrefix(d.Name(), ".") && path != arg; {
			case err != nil:
				return err
			case hidden && d.IsDir():
				return fs.SkipDir
			case !hidden && d.Type().IsRegular():
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, false, fmt.Errorf("reading the folder: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, false, fmt.Errorf("there is no file in %s", strings.Join(args, ", "))
	}
	return files, folder, nil
}

// judging judges documents and writes about them.
type judging struct {
	*program
	v    *verifier.Verifier
	json bool
}

// one writes the whole report on one document.
func (j *judging) one(ctx context.Context, path string) int {
	doc, err := j.read(path)
	if err != nil {
		return j.wrong(err)
	}
	report, err := j.judge(ctx, doc)
	if err == nil && j.json {
		enc := json.NewEncoder(j.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(report)
	} else if err == nil {
		_, err = io.WriteString(j.stdout, plain(report))
	}
	if err != nil {
		say(j.stderr, "laurel-verify: "+err.Error()+"\n")
		return exitUncertain
	}
	return exitCode(report.Verdict)
}

// fileReport is one line of JSON: a report, or why there is none.
type fileReport struct {
	File   string           `json:"file"`
	Report *verifier.Report `json:"report,omitempty"`
	Error  string           `json:"error,omitempty"`
}

// all writes a line on each document and how many there were of each verdict.
// The code is the worst: not valid before not determined.
func (j *judging) all(ctx context.Context, files []string) int {
	enc := json.NewEncoder(j.stdout)
	enc.SetEscapeHTML(false)
	counts := map[string]int{}
	var codes []int
	for _, path := range files {
		if ctx.Err() != nil {
			say(j.stderr, "laurel-verify: ended before all files were read\n")
			return exitUncertain
		}
		out, word := fileReport{File: path}, "unreadable"
		code := exitUncertain
		doc, err := j.read(path)
		if err == nil {
			var report verifier.Report
			if report, err = j.judge(ctx, doc); err == nil {
				out.Report, word, code = &report, string(report.Verdict), exitCode(report.Verdict)
			}
		}
		counts[word]++
		codes = append(codes, code)
		var text string
		if err != nil {
			out.Error, text = err.Error(), err.Error()
		} else {
			text = out.Report.Headline
		}
		if j.json {
			err = enc.Encode(out)
		} else {
			_, err = fmt.Fprintf(j.stdout, "%-19s  %s  %s\n", strings.ToUpper(word), visible(path), visible(text))
		}
		if err != nil {
			return exitUncertain
		}
	}
	say(j.stderr, summary(len(files), counts))
	return worst(codes)
}

// worst is the code for several documents.
func worst(codes []int) int {
	for _, code := range []int{exitNot, exitUncertain} {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitValid
}

// summary says how many documents there were of each verdict.
func summary(n int, counts map[string]int) string {
	var parts []string
	for word, count := range counts {
		parts = append(parts, fmt.Sprintf("%d %s", count, word))
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d files: %s\n", n, strings.Join(parts, ", "))
}

func (j *judging) judge(ctx context.Context, doc []byte) (verifier.Report, error) {
	report, err := j.v.Verify(ctx, doc)
	if err != nil {
		return verifier.Report{}, err
	}
	return words.For("en").Annotate(report, nil), nil
}

// read reads one byte more than is accepted, so that a larger file is told from one that was cut.
func (p *program) read(path string) ([]byte, error) {
	source := p.stdin
	if path != "-" {
		f, err := os.Open(path) //nolint:gosec // the reader names the file
		if err != nil {
			return nil, fmt.Errorf("reading the credential: %w", err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		source = f
	}
	data, err := io.ReadAll(io.LimitReader(source, bake.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the credential: %w", err)
	}
	return data, nil
}
