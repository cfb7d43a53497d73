package clitest

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"telex/messaging/outbox/postgres/postgrestest"
)

// A Database is one of a PostgreSQL that the tests of a package share.
type Database struct {
	t      *testing.T
	Server *postgrestest.Server
	Name   string
}

var databases atomic.Int64

// NewDatabase is an empty database of the server that [postgrestest.Shared] is.
func NewDatabase(t *testing.T) *Database {
	t.Helper()
	d := &Database{t, postgrestest.Shared(t), fmt.Sprintf("telex_%d", databases.Add(1))}
	if err := d.Server.Exec(t.Context(), "postgres", "CREATE DATABASE "+d.Name); err != nil {
		t.Fatal(err)
	}
	return d
}

// Address is that of the database for a role, with more parameters behind the "?".
func (d *Database) Address(role string, parameters ...string) string {
	folder, _ := d.Server.Socket()
	return "postgres://" + role + "@/" + d.Name + "?" + strings.Join(append([]string{"host=" + url.QueryEscape(folder)}, parameters...), "&")
}

// Do makes changes as the administrator.
func (d *Database) Do(statements ...string) {
	d.t.Helper()
	for _, s := range statements {
		if err := d.Server.Exec(d.t.Context(), d.Name, s); err != nil {
			d.t.Fatalf("%s: %v", s, err)
		}
	}
}

// Count asks for one number as the administrator.
func (d *Database) Count(question string) (n int) {
	d.t.Helper()
	conn, err := pgx.Connect(d.t.Context(), d.Server.Address(d.Name))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(d.t.Context())) }()
	if err := conn.QueryRow(d.t.Context(), question).Scan(&n); err != nil {
		d.t.Fatalf("%s: %v", question, err)
	}
	return n
}

// Role makes a role that may come in, for as long as the test takes; with a password it needs
// that. The name is another one for each database.
func (d *Database) Role(name, password string) string {
	d.t.Helper()
	name += "_" + d.Name
	d.Do("CREATE ROLE "+name+" LOGIN PASSWORD '"+password+"'", "GRANT CREATE, USAGE ON SCHEMA public TO "+name)
	if password == "" {
		return name
	}
	if err := d.Server.Demand(d.t.Context(), name); err != nil {
		d.t.Fatal(err)
	}
	for { // the server reads that in its own time
		conn, err := pgx.Connect(d.t.Context(), d.Address(name))
		if err != nil {
			return name
		}
		_ = conn.Close(d.t.Context())
	}
}
