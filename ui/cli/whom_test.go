package cli

import (
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/say"
)

// TestWhom: a name or a group stands wherever the number of somebody can, and what is nobody's
// is said to be so.
func TestWhom(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	env, o := conversed(t, c)
	for _, add := range [][]string{{"Ana Ruiz", friend}, {"Bo", other}, {"Bo", "+12345678904"}, {"Cy, Jr", "+12345678905"}} {
		c.run(t, env, "contacts", "add", add[0], add[1], "--group", "choir").want(t, say.ExitOK)
	}
	hears(t, o, came("in-1", friend, "here I am", c.now()))

	c.run(t, env, "optouts", "check", "ana ruiz").want(t, say.ExitOK, `"Ana Ruiz" is `+friend)
	c.run(t, env, "optouts", "add", "Ana Ruiz").want(t, say.ExitOK)
	c.run(t, env, "optouts", "check", "Ana Ruiz").want(t, say.ExitRejected)
	if got := c.run(t, env, "optouts", "check", "@choir"); got.code != say.ExitRejected || !strings.Contains(got.out, friend) || strings.Contains(got.out, other) {
		t.Errorf("got %+v, want her of the group", got)
	}
	c.run(t, env, "optouts", "remove", "Ana Ruiz", "--yes").want(t, say.ExitOK)
	c.run(t, env, "optouts", "check", "@choir").want(t, say.ExitOK, "@choir is 4 people")
	c.run(t, env, "optouts", "add", "Cy, Jr").want(t, say.ExitOK)
	c.run(t, env, "optouts", "check", "+12345678905").want(t, say.ExitRejected)

	if got := c.run(t, env, "thread", "Ana Ruiz"); got.code != say.ExitOK || !strings.Contains(got.out, "here I am") {
		t.Errorf("got %+v, want what was said", got)
	}
	c.run(t, env, "thread", "Ana Ruis").want(t, say.ExitOK, "nothing was said with Ana Ruis", "and no contact is called so")
	c.run(t, env, "await", "Ana Ruiz", "--timeout", "0").want(t, say.ExitOK, "message 2 from "+friend)

	nobody := "no contact is called "
	for _, args := range [][]string{
		{"optouts", "add", "Dee"},
		{"optouts", "check", "Dee"},
		{"await", "Dee of Durham"},
		{"contacts", "remove", "Dee"},
		{"send", "-t", "Dee", "-m", "hi"},
		{"broadcast", "start", "@nobody", "-m", "hi"},
	} {
		want := nobody
		if args[0] == "broadcast" {
			want = "nobody is in the group"
		}
		c.run(t, env, args...).want(t, say.ExitUsage, want)
	}
	for _, args := range [][]string{{"optouts", "add", "Bo"}, {"optouts", "remove", "Bo"}, {"thread", "Bo"}, {"contacts", "remove", "Bo"}} {
		c.run(t, env, args...).want(t, say.ExitUsage, "several contacts are called ", other)
	}

	c.run(t, env, "contacts", "remove", "@choir").want(t, say.ExitUsage, "no terminal", "--yes", "--group")
	c.run(t, env, "contacts", "remove", "Ana Ruiz").want(t, say.ExitOK)
	if got := c.run(t, env, "contacts", "remove", "@choir", "--group", "choir"); got.out != "3 people left choir\n" {
		t.Errorf("got %+v", got)
	}
	c.run(t, env, "contacts", "remove", "+12345678904", other, "+12345678905").want(t, say.ExitOK)
	for _, args := range [][]string{{"send", "-t", "Ana Ruis", "-m", "x"}, {"optouts", "add", "Ana"}} { // there are no contacts
		c.run(t, env, args...).want(t, say.ExitUsage, nobody, "telex contacts add NAME NUMBER")
	}
	c.run(t, env, "send", "-t", "23456O8902", "-m", "x").want(t, say.ExitUsage, "has letters")
}

// TestWhomInSandbox: what is said of people of the sandbox names commands that find them there.
func TestWhomInSandbox(t *testing.T) {
	t.Parallel()
	c := newClock()
	env := stateIn(t.TempDir(), nil)
	for _, test := range []struct {
		args []string
		code say.Code
		want string
	}{
		{[]string{"optouts", "check", "Dee", "--sandbox"}, say.ExitUsage, "telex contacts add NAME NUMBER --sandbox makes one"},
		{[]string{"broadcast", "start", "@choir", "--text", "Hi", "--yes", "--sandbox"}, say.ExitUsage, "telex contacts import FILE --group NAME --sandbox makes one"},
		{[]string{"contacts", "add", "Ana", friend, "--sandbox"}, say.ExitOK, ""},
		{[]string{"send", "--to", "Dee", "--text", "Hi", "--sandbox"}, say.ExitUsage, "telex contacts --sandbox lists them"},
		{[]string{"send", "--to", "@choir", "--text", "Hi", "--sandbox"}, say.ExitUsage, "telex contacts add NAME NUMBER --group GROUP --sandbox makes one"},
		{[]string{"thread", "Ana Ruis", "--sandbox"}, say.ExitOK, "telex contacts --sandbox lists them"},
	} {
		c.run(t, env, test.args...).want(t, test.code, test.want)
	}
}
