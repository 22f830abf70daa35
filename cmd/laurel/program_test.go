package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// programs is the folder of built binaries, made when one is first asked for.
var programs = struct {
	sync.Mutex
	dir   string
	built map[string]string
}{built: map[string]string{}}

func TestMain(m *testing.M) {
	code := m.Run()
	if programs.dir != "" {
		_ = os.RemoveAll(programs.dir)
	}
	os.Exit(code)
}

// built is the path of a program of this module, built once per test run.
func built(t *testing.T, name string) string {
	t.Helper()
	programs.Lock()
	defer programs.Unlock()
	if path, ok := programs.built[name]; ok {
		return path
	}
	if programs.dir == "" {
		dir, err := os.MkdirTemp("", "laurel-programs-") //nolint:usetesting // outlives the test that asks first
		must(t, err)
		programs.dir = dir
	}
	path := filepath.Join(programs.dir, name)
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "laurel/cmd/"+name).CombinedOutput()
	if err != nil {
		t.Fatalf("building %s: %v\n%s", name, err, out)
	}
	programs.built[name] = path
	return path
}

// output keeps what a program writes while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// command runs the program to its end and answers its exit code and output.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs output
	code = run(t.Context(), args, nil, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// server is a running program that serves.
type server struct {
	t              *testing.T
	public         string // the address that readers use
	addr           string // where it really listens
	stdout, stderr *output
	ready          time.Duration // how long it took to begin
	ended          chan int      // its exit code, once
	end            func()        // asks it to end
}

var (
	readyAt  = regexp.MustCompile(`Laurel is ready at (\S+)`)
	listenAt = regexp.MustCompile(`"msg":"ready","addr":"([^"]+)"`)
)

// serve starts the program in this process on any free port, and waits until
// it says that it is ready. It ends with the test at the latest.
func serve(t *testing.T, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &server{t: t, stdout: &output{}, stderr: &output{}, ended: make(chan int, 1), end: cancel}
	go func() {
		s.ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), nil, strings.NewReader(""), s.stdout, s.stderr)
	}()
	s.await()
	return s
}

// serveApart starts the built program as a process of its own.
func serveApart(t *testing.T, args ...string) (s *server, process *os.Process) {
	t.Helper()
	s = &server{t: t, stdout: &output{}, stderr: &output{}, ended: make(chan int, 1)}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), built(t, "laurel"), append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{"HOME=" + t.TempDir()}, s.stdout, s.stderr
	must(t, cmd.Start())
	s.end = func() { _ = cmd.Process.Signal(os.Interrupt) }
	go func() {
		code := 0
		if exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
			code = exit.ExitCode()
		}
		s.ended <- code
	}()
	s.await()
	return s, cmd.Process
}

// await waits until the program is ready, and sees to it that it ends.
func (s *server) await() {
	s.t.Helper()
	s.t.Cleanup(func() { s.stop() })
	begun := time.Now()
	for {
		ready, addr := readyAt.FindStringSubmatch(s.stdout.String()), listenAt.FindStringSubmatch(s.stderr.String())
		if ready != nil && addr != nil {
			s.public, s.addr, s.ready = ready[1], addr[1], time.Since(begun)
			return
		}
		select {
		case code := <-s.ended:
			s.ended <- code
			s.t.Fatalf("the program ended with %d:\n%s\n%s", code, s.stdout, s.stderr)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Since(begun) > patience {
			s.t.Fatalf("the program is not ready after %s:\n%s\n%s", patience, s.stdout, s.stderr)
		}
	}
}

// stop asks the program to end and answers its exit code.
func (s *server) stop() int {
	s.t.Helper()
	s.end()
	select {
	case code := <-s.ended:
		s.ended <- code // for whoever asks again
		return code
	case <-time.After(patience):
		s.t.Errorf("the program does not end")
		return -1
	}
}

// visitor is a browser without a session. Whatever host an address names, it
// is the server that answers, as if a name server said so.
func (s *server) visitor() *visitor {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	must(s.t, err)
	v := &visitor{t: s.t, home: s}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, v.home.addr)
	}}
	s.t.Cleanup(transport.CloseIdleConnections)
	v.client = &http.Client{Jar: jar, Transport: transport}
	return v
}

// as is a browser signed in through the sign-in page.
func (s *server) as(login, password string) *visitor {
	s.t.Helper()
	v := s.visitor()
	f := v.open("/sign-in").form("/sign-in")
	f.fill("login", login)
	f.fill("password", password)
	if p := f.send(); p.path() == "/sign-in" {
		s.t.Fatalf("signing in as %s: %s", login, p.text("main"))
	}
	return v
}

// patience is how long a test waits for what comes by itself.
const patience = 5 * time.Minute

// until asks again and again until done says yes.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for begun := time.Now(); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("waiting for %s: not within %s", what, patience)
		}
	}
}

// must ends the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// judged runs laurel-verify on a token and answers its exit code and report.
func judged(t *testing.T, token, bundle []byte) (code int, report string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.json")
	must(t, os.WriteFile(file, bundle, 0o600))
	cmd := exec.CommandContext(t.Context(), built(t, "laurel-verify"), "--bundle", file, "-")
	cmd.Stdin = bytes.NewReader(token)
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(out)
	}
	must(t, err)
	return 0, string(out)
}
