package api

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// load is what a number of connections got done in a while.
type load struct {
	requests int
	elapsed  time.Duration
	cpu      time.Duration // of this process: the generator, and the server when it runs here
	waits    []time.Duration
	failed   map[string]int // by the first line of an answer that was not asked for
}

// rate is requests per second.
func (l load) rate() float64 { return float64(l.requests) / l.elapsed.Seconds() }

// work is the processor's time for one request.
func (l load) work() time.Duration { return l.cpu / time.Duration(max(l.requests, 1)) }

// wait is the time within which a share of the requests was answered.
func (l load) wait(share float64) time.Duration {
	if len(l.waits) == 0 {
		return 0
	}
	return l.waits[min(int(share*float64(len(l.waits))), len(l.waits)-1)]
}

// question is a whole request as it goes over the wire.
func question(host, path, mediaType string, body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, host, mediaType, len(body))
	return append([]byte(head), body...)
}

// connections is how many a load keeps.
const connections = 64

// drive sends the questions over kept connections, each connection from a place
// of its own in the list, until the time is over. Each answer must be a 200 that
// holds want. It writes prepared bytes and reads answers with net/http's parser:
// a generator on the same machine should take little of it.
func drive(tb testing.TB, addr string, questions [][]byte, d time.Duration, want string) load {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), d)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := load{failed: map[string]int{}}
	began, spent := time.Now(), processTime(tb)
	for i := range connections {
		wg.Go(func() {
			one := driveOne(ctx, addr, questions[i*len(questions)/connections:], want)
			mu.Lock()
			defer mu.Unlock()
			out.requests += one.requests
			out.waits = append(out.waits, one.waits...)
			for line, n := range one.failed {
				out.failed[line] += n
			}
		})
	}
	wg.Wait()
	out.elapsed, out.cpu = time.Since(began), processTime(tb)-spent
	slices.Sort(out.waits)
	return out
}

func driveOne(ctx context.Context, addr string, questions [][]byte, want string) load {
	out := load{failed: map[string]int{}}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		out.failed[err.Error()]++
		return out
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 16<<10)
	var body bytes.Buffer
	for i := 0; ctx.Err() == nil; i++ {
		began := time.Now()
		status, err := ask(conn, in, questions[i%len(questions)], &body)
		switch {
		case err != nil:
			out.failed[err.Error()]++
			return out
		case status != http.StatusOK || !bytes.Contains(body.Bytes(), []byte(want)):
			out.failed[fmt.Sprintf("%d %.60s", status, body.Bytes())]++
		default:
			out.requests++
			out.waits = append(out.waits, time.Since(began))
		}
	}
	return out
}

// ask writes one request and reads its answer into body.
func ask(conn net.Conn, in *bufio.Reader, question []byte, body *bytes.Buffer) (int, error) {
	if _, err := conn.Write(question); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, err
	}
	body.Reset()
	_, err = io.Copy(body, res.Body)
	return res.StatusCode, err
}

// processTime is the processor's time of this process so far.
func processTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
