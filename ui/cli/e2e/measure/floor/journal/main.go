// Command journal is what net/http and a journal alone take for what telex broadcast does: the
// JSON on its standard input is posted to URL n times, over at most 16 connections, and each
// message is on the disk in FILE before it leaves, and again with its answer. Nothing else is
// checked, indexed or repeated.
//
// FILE is a SQLite database, in which what waits for the disk at the same time shares a commit,
// and a message that is answered shares it with the next one; or with the ending .lines a text,
// to which each connection appends and then waits for the disk.
//
//	journal URL n FILE
package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/ncruces/go-sqlite3/driver"
)

const connections = 16

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "journal URL n FILE")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address, count, file string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("how many: %w", err)
	}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	var j journal
	if strings.HasSuffix(file, ".lines") {
		j, err = openLines(file)
	} else {
		j, err = openDatabase(ctx, file)
	}
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	next, errs := make(chan int, n), make(chan error, connections)
	for i := range n {
		next <- i + 1
	}
	close(next)
	var all sync.WaitGroup
	for range min(n, connections) {
		all.Go(func() {
			answered, answer := 0, []byte(nil)
			for i := range next {
				err := j.write(entry{i, body, answered, answer})
				if err == nil {
					answered = i
					answer, err = post(ctx, client, address, body)
				}
				if err != nil {
					errs <- err
					return
				}
			}
			if err := j.write(entry{answered: answered, answer: answer}); err != nil {
				errs <- err
			}
		})
	}
	all.Wait()
	close(errs)
	if err := <-errs; err != nil {
		return err
	}
	return j.close()
}

// post posts a body and returns what is answered to it, with a 2xx.
func post(ctx context.Context, client *http.Client, address string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the address: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(os.Getenv("BW_USERNAME"), os.Getenv("BW_PASSWORD"))
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("HTTP %d: %.200s", answer.StatusCode, said)
	}
	return said, err
}

// An entry is a message that is about to leave, and the answer to one that did; 0 for none.
type entry struct {
	leaves   int
	request  []byte
	answered int
	answer   []byte
}

// A journal is the file.
type journal interface {
	// write returns when an entry is on the disk.
	write(e entry) error
	close() error
}

// A database is a journal in SQLite.
type database struct {
	db           *sql.DB
	insert, note *sql.Stmt
	entries      chan job
	done         chan struct{}
}

type job struct {
	entry
	kept chan error
}

func openDatabase(ctx context.Context, file string) (*database, error) {
	db, err := driver.Open((&url.URL{Scheme: "file", OmitHost: true, Path: file, RawQuery: url.Values{
		"_txlock": {"immediate"}, "_pragma": {"journal_mode(wal)", "synchronous(full)"},
	}.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE messages (id INTEGER PRIMARY KEY, state TEXT NOT NULL, request BLOB NOT NULL, answer BLOB)"); err != nil {
		return nil, fmt.Errorf("make the table: %w", err)
	}
	j := &database{db: db, entries: make(chan job, connections), done: make(chan struct{})}
	if j.insert, err = db.PrepareContext(ctx, "INSERT INTO messages (id, state, request) VALUES (?, 'sending', ?)"); err == nil {
		j.note, err = db.PrepareContext(ctx, "UPDATE messages SET state = 'accepted', answer = ? WHERE id = ?")
	}
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	go j.run(ctx)
	return j, nil
}

func (j *database) write(e entry) error {
	kept := make(chan error, 1)
	j.entries <- job{e, kept}
	return <-kept
}

func (j *database) run(ctx context.Context) {
	defer close(j.done)
	for first := range j.entries {
		jobs := []job{first}
		for more := true; more; {
			select {
			case next, open := <-j.entries:
				if more = open; more {
					jobs = append(jobs, next)
				}
			default:
				more = false
			}
		}
		err := j.commit(ctx, jobs)
		for _, one := range jobs {
			one.kept <- err
		}
	}
}

func (j *database) commit(ctx context.Context, jobs []job) error {
	tx, err := j.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()                                       // does nothing after the commit
	insert, note := tx.StmtContext(ctx, j.insert), tx.StmtContext(ctx, j.note) //nolint:sqlclosecheck // the end of the transaction does
	for _, one := range jobs {
		if one.answered > 0 {
			if _, err := note.ExecContext(ctx, one.answer, one.answered); err != nil {
				return fmt.Errorf("note the answer: %w", err)
			}
		}
		if one.leaves > 0 {
			if _, err := insert.ExecContext(ctx, one.leaves, one.request); err != nil {
				return fmt.Errorf("note the message: %w", err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (j *database) close() error {
	close(j.entries)
	<-j.done
	if err := j.db.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}
