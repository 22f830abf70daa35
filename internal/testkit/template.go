package testkit

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// templates are the prepared databases of this process, by name.
var templates struct {
	sync.Mutex
	made map[string]error
}

// PostgresLike is [Postgres] with a database that is a copy of a prepared one:
// prepare fills the template, once per process and name, and must have closed
// its connections when it returns.
func PostgresLike(t testing.TB, name string, prepare func(ctx context.Context, url string) error) string {
	t.Helper()
	bin, missing := postgresPrograms()
	Require(t, NeedPostgres, missing)
	c, err := cluster(bin)
	if err != nil {
		t.Fatal(err)
	}
	// t.Context ends before cleanups run, so the drop cannot use it.
	ctx := context.WithoutCancel(t.Context())
	if err := c.template(ctx, name, prepare); err != nil {
		t.Fatalf("preparing the template %s: %v", name, err)
	}
	copied := fmt.Sprintf("%s_%d", name, c.databases.Add(1))
	if err := c.exec(ctx, "CREATE DATABASE "+copied+" OWNER "+appUser+" TEMPLATE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.exec(ctx, "DROP DATABASE "+copied+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(appUser, copied)
}

// template prepares a database if that was not done before.
func (c *postgresCluster) template(ctx context.Context, name string, prepare func(ctx context.Context, url string) error) error {
	templates.Lock()
	defer templates.Unlock()
	if err, done := templates.made[name]; done {
		return err
	}
	err := c.exec(ctx, "CREATE DATABASE "+name+" OWNER "+appUser+" TEMPLATE template0")
	if err == nil {
		err = prepare(ctx, c.url(appUser, name))
	}
	if templates.made == nil {
		templates.made = map[string]error{}
	}
	templates.made[name] = err
	return err
}
