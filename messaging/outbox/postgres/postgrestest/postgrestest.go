// Package postgrestest starts a PostgreSQL for tests, on a Unix socket in a folder of its
// own.
package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
)

// ErrMissing is that this machine has no PostgreSQL, or nobody but root to run it.
var ErrMissing = errors.New("PostgreSQL is missing")

// startTime bounds how long a server may take to start.
const startTime = 2 * time.Minute

// A Server is a PostgreSQL.
type Server struct {
	durable bool // it waits for the disk, as one does that people rely on
	folder  string
	socket  string
	binary  string // the folder of its programs
	user    *account
	owner   *flock.Flock // held while this process lives
}

// binaries are the folders where its programs may be, the newest first.
func binaries() []string {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int { return version(b) - version(a) })
	return append(debian, "/usr/local/bin", "/usr/local/pgsql/bin", "/usr/bin")
}

func version(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return n
}

// find is the folder that has the programs.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && isFile(filepath.Join(filepath.Dir(path), "pg_ctl")) {
			return filepath.Dir(path), nil
		}
	}
	for _, folder := range binaries() {
		if isFile(filepath.Join(folder, "initdb")) && isFile(filepath.Join(folder, "pg_ctl")) {
			return folder, nil
		}
	}
	return "", fmt.Errorf("%w: there is no initdb", ErrMissing)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Start makes a new server and starts it. It waits for no disk: what it keeps is gone when
// its machine is. Close ends it.
func Start(ctx context.Context) (*Server, error) { return start(ctx, false) }

// StartDurable is Start for one that is set up as usual, to measure what it costs.
func StartDurable(ctx context.Context) (*Server, error) { return start(ctx, true) }

func start(ctx context.Context, durable bool) (s *Server, err error) {
	s = &Server{durable: durable}
	if s.binary, err = find(); err != nil {
		return nil, err
	}
	if s.user, err = accountFor(); err != nil {
		return nil, err
	}
	s.sweep(ctx)
	// The name of a socket may have some hundred bytes.
	if s.folder, err = os.MkdirTemp("", prefix); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer func() {
		if err != nil {
			_ = s.remove()
		}
	}()
	s.socket = s.folder
	if err := s.claim(); err != nil {
		return nil, err
	}
	if err := s.user.own(s.folder); err != nil {
		return nil, err
	}
	if err := s.run(ctx, "initdb", "-D", s.data(), "-U", "telex", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return nil, err
	}
	return s, s.Resume(ctx)
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// Resume starts it again after [Server.Stop].
func (s *Server) Resume(ctx context.Context) error {
	options := []string{"listen_addresses=", "unix_socket_directories=" + s.socket, "log_min_messages=fatal"}
	if !s.durable {
		options = append(options, "fsync=off", "full_page_writes=off", "max_connections=400", "shared_buffers=64MB", "autovacuum=off",
			"max_wal_size=512MB", "wal_level=minimal", "max_wal_senders=0", "wal_init_zero=off", "checkpoint_timeout=1h", "jit=off")
	}
	return s.run(ctx, "pg_ctl", "-D", s.data(), "-w", "-t", strconv.Itoa(int(startTime/time.Second)), "-l", filepath.Join(s.folder, "log"),
		"-o", "-c "+strings.Join(options, " -c "), "start")
}

// Stop ends every session and the server, as an administrator does; with haste as a crash
// does.
func (s *Server) Stop(ctx context.Context, haste bool) error {
	mode := "fast"
	if haste {
		mode = "immediate"
	}
	return s.run(ctx, "pg_ctl", "-D", s.data(), "-w", "-m", mode, "stop")
}

// Close ends it and takes its folder away.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime) //nolint:forbidigo // it ends after every test
	defer cancel()
	return errors.Join(s.Stop(ctx, true), s.remove())
}

// remove takes the folder away.
func (s *Server) remove() error {
	err := os.RemoveAll(s.folder)
	if s.owner != nil {
		_ = s.owner.Close() // of a file that is gone
	}
	return err //nolint:wrapcheck // it names the folder
}

// Socket is the folder of its socket, and the file in it.
func (s *Server) Socket() (folder, file string) {
	return s.socket, filepath.Join(s.socket, ".s.PGSQL.5432")
}

// Address is that of one of its databases.
func (s *Server) Address(database string) string {
	return "postgres://telex@/" + url.PathEscape(database) + "?host=" + url.QueryEscape(s.socket)
}

// Exec has one of its databases do something: "postgres" is there from the start.
func (s *Server) Exec(ctx context.Context, database, statement string, args ...any) error {
	conn, err := pgx.Connect(ctx, s.Address(database))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	_, err = conn.Exec(ctx, statement, args...)
	return errors.Join(err, conn.Close(ctx))
}

// Hold does something in a transaction, which stays open until it is let go.
func (s *Server) Hold(ctx context.Context, database, statement string) (letGo func(), err error) {
	conn, err := pgx.Connect(ctx, s.Address(database))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if _, err := conn.Exec(ctx, "BEGIN; "+statement); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return func() { _ = conn.Close(context.WithoutCancel(ctx)) }, nil
}

// run runs one of its programs as the user whom it belongs to.
func (s *Server) run(ctx context.Context, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(s.binary, name), args...) //nolint:gosec // one of PostgreSQL
	command.Dir = s.folder
	command.Env = append(os.Environ(), "LC_ALL=C")
	s.user.as(command)
	// The server inherits what is written to: to a pipe this would wait for its end.
	out, err := os.CreateTemp(s.folder, "out-")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() {
		_ = out.Close()
		_ = os.Remove(out.Name())
	}()
	command.Stdout, command.Stderr = out, out
	if err := command.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(said))
	}
	return nil
}
