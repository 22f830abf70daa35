package testkit

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres gives the URL of a fresh, empty database, dropped when the test
// ends. The databases of one test process live in a private cluster that is
// started on first use from the installed server programs, listens on a unix
// socket alone, and is stopped and removed when the process ends, however it
// ends.
//
// The URL's user, laurel, owns the database and is nothing more: no superuser,
// no BYPASSRLS, so that row level security holds as it does in production
// (forced on the owner's own tables).
//
// Without server programs the test skips, see [Require].
func Postgres(t testing.TB) string {
	t.Helper()
	bin, missing := postgresPrograms()
	Require(t, NeedPostgres, missing)
	c, err := cluster(bin)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("laurel_%d", c.databases.Add(1))
	// t.Context ends before cleanups run, so the drop cannot use it.
	ctx := context.WithoutCancel(t.Context())
	if err := c.exec(ctx, "CREATE DATABASE "+name+" OWNER "+appUser+" TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(appUser, name)
}

const (
	superUser = "postgres"
	appUser   = "laurel"
)

// postgresCluster is one running server. Its folder holds data, socket and log.
type postgresCluster struct {
	dir       string
	databases atomic.Int64
	// alive is the watchdog's stdin. Nothing is ever written: that it closes,
	// which the system sees to when this process dies, stops the server.
	alive io.WriteCloser
}

var (
	clusterOnce sync.Once
	theCluster  *postgresCluster
	errCluster  error
)

// cluster starts the process's server once.
func cluster(bin string) (*postgresCluster, error) {
	clusterOnce.Do(func() { theCluster, errCluster = startCluster(bin) })
	return theCluster, errCluster
}

// watchdog runs the server until its own stdin closes, then stops it at once
// and removes the folder. $1 is the folder, the rest the server's command.
const watchdog = `dir=$1; shift
"$@" </dev/null & server=$!
cat >/dev/null
kill -QUIT $server; wait $server
cd / && rm -rf "$dir"`

// startCluster makes a cluster in a new temporary folder and waits until it
// answers. The server refuses to run as root, so root hands it to another user.
func startCluster(bin string) (_ *postgresCluster, err error) {
	dir, err := os.MkdirTemp("", "laurel-pg-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for Postgres: %w", err)
	}
	c := &postgresCluster{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	as, err := serverUser(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), //nolint:gosec,noctx // the installed server's own program, done within a second or two
		"--pgdata", data, "--username", superUser, "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making a Postgres cluster: %w\n%s", err, out)
	}
	if err := c.start(bin, data, as); err != nil {
		return nil, err
	}
	return c, nil
}

// start runs the server under its watchdog and creates the application's user.
func (c *postgresCluster) start(bin, data string, as *syscall.SysProcAttr) error {
	output, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return fmt.Errorf("making the Postgres log: %w", err)
	}
	defer func() { _ = output.Close() }()
	args := []string{
		"-c", watchdog, "watchdog", c.dir, filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir,
		"-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
	}
	if !benchmarking() {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	server := exec.Command("/bin/sh", args...) //nolint:gosec,noctx // outlives any one test on purpose
	server.Dir, server.SysProcAttr = c.dir, as
	server.Stdout, server.Stderr = output, output
	if c.alive, err = server.StdinPipe(); err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := c.exec(ctx, "CREATE ROLE "+appUser+" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(output.Name())
			return fmt.Errorf("waiting for Postgres: %w\n%s", err, said)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// close gives up a cluster that did not come up.
func (c *postgresCluster) close() error {
	if c.alive != nil {
		return c.alive.Close() // the watchdog removes the folder
	}
	return os.RemoveAll(c.dir)
}

// exec runs one statement as the superuser.
func (c *postgresCluster) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, c.url(superUser, "postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("running %q: %w", sql, err)
	}
	return nil
}

// url is a connection URL through the cluster's unix socket.
func (c *postgresCluster) url(user, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User(user), Path: "/" + database,
		RawQuery: url.Values{"host": {c.dir}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// serverUser says as whom the server runs: as ourselves, or, when we are root,
// as a user without rights, who then gets the folder. A process group of its
// own keeps a Ctrl-C meant for the tests from the watchdog.
func serverUser(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("finding a user for Postgres: %w", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the id of user %s: %w", who.Username, err)
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the group of user %s: %w", who.Username, err)
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, fmt.Errorf("handing the folder to user %s: %w", who.Username, err)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, nil
}

// postgresPrograms finds the folder of the newest installed server programs,
// or says what is missing. Debian keeps them off the PATH.
var postgresPrograms = sync.OnceValues(func() (bin, missing string) {
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		dirs = append(dirs, found...)
	}
	slices.SortFunc(dirs, func(a, b string) int { return versionIn(b) - versionIn(a) })
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if runs(filepath.Join(dir, "postgres")) && runs(filepath.Join(dir, "initdb")) {
			return dir, ""
		}
	}
	return "", "no PostgreSQL server programs (postgres, initdb) on this machine"
})

// runs tells whether path is a program.
func runs(path string) bool {
	_, err := exec.LookPath(path)
	return err == nil
}

// versionIn reads the first number in a path, 0 without one.
func versionIn(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, err := strconv.Atoi(digits[0])
	if err != nil {
		return 0
	}
	return n
}

// benchmarking reports whether benchmarks run: those measure what is durable,
// while tests have nothing to lose.
func benchmarking() bool {
	f := flag.Lookup("test.bench")
	return f != nil && f.Value.String() != ""
}
