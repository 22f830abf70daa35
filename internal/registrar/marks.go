package registrar

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// placeMarks remember, beside the database, how many places of each status list
// were given out. When the database knows of fewer, an older state of it was put
// back: its counter would give out places again that signed documents already
// have. A mark is written after the reservation is committed and before anything
// is signed, so that it never runs ahead of a database that is whole, and no
// signed document runs ahead of it.
//
// Each list has a file with one number to a line, of which the largest counts:
// appending needs no agreement between processes, and a line that was cut off
// by a crash is no number. It is safe for concurrent use.
type placeMarks struct {
	folder string     // "" keeps marks in memory alone
	mu     sync.Mutex // guards wanted
	wanted map[string]int64
	// writing lets one caller write for all that wait; it guards known and is taken before mu.
	writing sync.Mutex
	known   map[string]int64 // written, or read
}

func newPlaceMarks(folder string) *placeMarks {
	return &placeMarks{folder: folder, wanted: map[string]int64{}, known: map[string]int64{}}
}

// of is how many places of a list were given out, as far as is known here.
func (m *placeMarks) of(list string) (int64, error) {
	m.writing.Lock()
	defer m.writing.Unlock()
	return m.read(list)
}

// read is of under the lock: a list's file is read once.
func (m *placeMarks) read(list string) (int64, error) {
	if n, ok := m.known[list]; ok {
		return n, nil
	}
	var most int64
	if m.folder != "" {
		var err error
		if most, err = readMark(filepath.Join(m.folder, list)); err != nil {
			return 0, fmt.Errorf("reading how many places of status list %s were given out: %w", list, err)
		}
	}
	m.known[list] = most
	return most, nil
}

// readMark answers the largest number in a file, 0 where there is none.
func readMark(path string) (most int64, err error) {
	f, err := os.Open(path) //nolint:gosec // a file of the data folder, named by a list's id
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if n, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64); err == nil {
			most = max(most, n)
		}
	}
	return most, lines.Err()
}

// raise remembers for good that n places of a list were given out. What several
// callers raise at once is written once.
func (m *placeMarks) raise(list string, n int64) error {
	m.mu.Lock()
	m.wanted[list] = max(m.wanted[list], n)
	m.mu.Unlock()
	m.writing.Lock()
	defer m.writing.Unlock()
	was, err := m.read(list)
	if err != nil || was >= n {
		return err
	}
	m.mu.Lock()
	n = m.wanted[list]
	m.mu.Unlock()
	if m.folder != "" {
		if err := appendMark(m.folder, list, n); err != nil {
			return fmt.Errorf("remembering how many places of status list %s were given out: %w", list, err)
		}
	}
	m.known[list] = n
	return nil
}

// appendMark adds a line to a list's file. The line before it may have been cut
// off, so that every line brings its own beginning. A file that is new is safe
// only once its folder is.
func appendMark(folder, list string, n int64) (err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	path := filepath.Join(folder, list)
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600) //nolint:gosec // a file of the data folder, named by a list's id
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "\n%d\n", n)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil || missing == nil {
		return err
	}
	d, err := os.Open(folder) //nolint:gosec // the data folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
