package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Job is the arguments of one kind of work, written as JSON beside the rows
// that made it necessary. Its handler may run more than once.
type Job interface {
	// Kind is the stable name of the work: "issue_batch".
	Kind() string
}

// DefaultQueue is where jobs wait unless they were enqueued otherwise.
const DefaultQueue = river.QueueDefault

// maxAttempts is how often a failing job is tried: at River's pace (n⁴
// seconds after the n-th failure) that is about three weeks.
const maxAttempts = 25

// EnqueueOption says how a job is to be run.
type EnqueueOption func(*enqueuing)

type enqueuing struct {
	river.InsertOpts
	coalesced bool
}

// Coalesce skips the job if an equal one (kind, arguments, queue) is still
// waiting to be started, with RunAt at that time or before. One that has started does not count, since it may
// have read the old state; so the last change is always followed by a run.
func Coalesce() EnqueueOption { return func(e *enqueuing) { e.coalesced = true } }

// RunAt runs the job at that time by the machine's clock, or a few seconds
// later, and never before.
func RunAt(t time.Time) EnqueueOption { return func(e *enqueuing) { e.ScheduledAt = t.UTC() } }

// OnQueue runs the job among those of another queue; WorkOptions.Queues must
// name it.
func OnQueue(name string) EnqueueOption { return func(e *enqueuing) { e.Queue = name } }

// Attempts bounds how often a failing job is tried, if not 25 times.
func Attempts(most int) EnqueueOption { return func(e *enqueuing) { e.MaxAttempts = most } }

// Enqueue adds a job that starts after the transaction commits, and never if
// it does not.
func (tx *Tx) Enqueue(job Job, opts ...EnqueueOption) error {
	e := enqueuing{InsertOpts: river.InsertOpts{Queue: DefaultQueue, MaxAttempts: maxAttempts}}
	for _, o := range opts {
		o(&e)
	}
	if e.coalesced {
		waits, err := tx.waits(job, e.InsertOpts)
		if err != nil || waits {
			return err
		}
	}
	if err := tx.session.enqueue(tx.ctx, job, &e.InsertOpts); err != nil {
		return fmt.Errorf("enqueuing %s: %w", job.Kind(), err)
	}
	return nil
}

// The waiting job is locked on Postgres, where the runner skips locked rows:
// it starts after this transaction's commit and sees what was changed.
const (
	waitingPostgres = `SELECT id FROM river_job WHERE kind = ? AND queue = ? AND state = ? AND args = CAST(? AS jsonb)
		AND scheduled_at <= ? LIMIT 1 FOR UPDATE`
	waitingSQLite = `SELECT id FROM river_job WHERE kind = ? AND queue = ? AND state = ? AND json(args) = json(?)
		AND julianday(scheduled_at) <= julianday(?) LIMIT 1`
	// putBackJobs makes jobs available again whose process is gone.
	putBackJobs = `UPDATE river_job SET state = 'available' WHERE state = 'running'`
)

// anyTime bounds the search for a job that is due already.
var anyTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (tx *Tx) waits(job Job, opts river.InsertOpts) (bool, error) {
	args, err := json.Marshal(job)
	if err != nil {
		return false, fmt.Errorf("writing the arguments of %s: %w", job.Kind(), err)
	}
	state, until := rivertype.JobStateAvailable, anyTime
	if !opts.ScheduledAt.IsZero() {
		state, until = rivertype.JobStateScheduled, opts.ScheduledAt
	}
	query := waitingSQLite
	if tx.store.Dialect() == "postgres" {
		query = waitingPostgres
	}
	var ids []int64
	err = tx.db().Raw(query, job.Kind(), opts.Queue, string(state), string(args), until).Scan(&ids).Error
	return len(ids) > 0, err
}

// Handler does the work of one kind of job; made by Handle.
type Handler func(*river.Workers) error

// Handle makes a handler of a function. The function runs outside any
// transaction, is given a context with the job's deadline, and may be run again
// after an error, a crash or a deadline. An error is logged and tried again
// later, except one of [Snooze] and [Discard].
func Handle[T Job](do func(ctx context.Context, job T) error) Handler {
	return func(all *river.Workers) error {
		return river.AddWorkerSafely(all, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
			return do(ctx, job.Args)
		}))
	}
}

// Snooze answers that the job is to be run again after a while; this is no
// failure and not counted as an attempt.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Discard answers that the job failed for good: it is logged and not tried
// again.
func Discard(err error) error { return river.JobCancel(err) }

// Periodic enqueues a job again and again while any process is at work, once
// for all of them, and for the first time at the start.
type Periodic struct {
	Every time.Duration
	Job   Job
}

// WorkOptions say how much is done at once. The zero value is usable.
type WorkOptions struct {
	// Workers is how many jobs run at once; 2 if zero.
	Workers int
	// Queues are further queues and how many of their jobs run at once.
	Queues map[string]int
	// Poll is how often the queue is looked at when nothing announces a job;
	// one second if zero.
	Poll time.Duration
	// Deadline is how long one run of a job may take; two minutes if zero.
	Deadline time.Duration
	// Periodic are the jobs that return.
	Periodic []Periodic
}

// workshop is what a job runner is built from.
type workshop struct {
	WorkOptions
	workers *river.Workers
	log     *slog.Logger
}

// Work runs jobs until stop is called. Stop takes no new jobs, waits for those
// under way until its context ends, and then cancels them. Jobs that a killed
// process had begun run again.
func (s *Store) Work(ctx context.Context, o WorkOptions, handlers ...Handler) (stop func(context.Context) error, err error) {
	w := &workshop{WorkOptions: o, workers: river.NewWorkers(), log: s.log}
	for _, add := range handlers {
		if err := add(w.workers); err != nil {
			return nil, fmt.Errorf("starting the jobs: %w", err)
		}
	}
	if stop, err = s.engine.work(ctx, w); err != nil {
		return nil, fmt.Errorf("starting the jobs: %w", err)
	}
	return stop, nil
}

func (w *workshop) config() *river.Config {
	deadline := cmp.Or(w.Deadline, 2*time.Minute)
	poll := cmp.Or(w.Poll, time.Second)
	c := &river.Config{
		Workers:              w.workers,
		Queues:               map[string]river.QueueConfig{DefaultQueue: {MaxWorkers: cmp.Or(w.Workers, 2)}},
		FetchPollInterval:    poll,
		FetchCooldown:        min(poll, 20*time.Millisecond),
		JobTimeout:           deadline,
		RescueStuckJobsAfter: 2 * deadline,
		ErrorHandler:         jobErrors{w.log},
		Logger:               quiet(w.log),
	}
	for name, n := range w.Queues {
		c.Queues[name] = river.QueueConfig{MaxWorkers: n}
	}
	for _, p := range w.Periodic {
		c.PeriodicJobs = append(c.PeriodicJobs, river.NewPeriodicJob(
			river.PeriodicInterval(p.Every),
			func() (river.JobArgs, *river.InsertOpts) { return p.Job, &river.InsertOpts{MaxAttempts: 3} },
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	return c
}

// start starts a client of either database. The client outlives the caller's
// context and ends by stop.
func start[T any](ctx context.Context, client *river.Client[T]) (func(context.Context) error, error) {
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		err := client.Stop(ctx)
		if err == nil || ctx.Err() == nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return client.StopAndCancel(ctx)
	}, nil
}

// jobErrors writes one line per failed run: kind, number and error.
type jobErrors struct{ log *slog.Logger }

// HandleError logs; River tries again.
func (h jobErrors) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "job failed", slog.String("kind", job.Kind), slog.Int64("job", job.ID),
		slog.Int("attempt", job.Attempt), slog.Any("error", err))
	return nil
}

// HandlePanic logs with the stack; River tries again.
func (h jobErrors) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "job panicked", slog.String("kind", job.Kind), slog.Int64("job", job.ID),
		slog.Int("attempt", job.Attempt), slog.Any("panic", value), slog.String("trace", trace))
	return nil
}
