package account

import (
	"context"
	"slices"
	"strings"

	"telex/config"
	"telex/ui/account"
	"telex/ui/cli/say"
)

// ask asks for what is missing, one question at a time. Each answer is checked at once,
// and asked for again if it cannot be; what was answered before stays.
func (l *login) ask(ctx context.Context) error {
	if !l.named {
		if err := l.askName(ctx); err != nil {
			return err
		}
	}
	known := l.stored.Name != ""
	if known {
		l.Output.Say("profile %s exists: what it says is kept unless a flag says otherwise", l.profile.Name)
	}
	if !known && l.flags.auth == "" {
		if err := l.askKind(ctx); err != nil {
			return err
		}
	}
	for i := range l.questions() {
		q := l.questions()[i] // made anew: it depends on the answers before
		if l.given(q.key) && q.value() != "" || known && !q.secret && q.value() != "" {
			continue
		}
		if err := l.put(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// askName asks which profile it is about.
func (l *login) askName(ctx context.Context) error {
	text := "Name of the profile"
	if names := l.file.Names(); len(names) > 0 {
		text += ", of " + strings.Join(names, ", ") + " or a new one"
	}
	return l.until(ctx, loginQuestion{
		label: text, value: func() string { return l.profile.Name },
		set: func(typed string) error {
			if typed == l.profile.Name {
				return nil
			}
			if err := config.CheckName(typed); err != nil {
				return err
			}
			return l.begin(typed)
		},
	})
}

// askKind asks how the API is told who is calling.
func (l *login) askKind(ctx context.Context) error {
	return l.until(ctx, loginQuestion{
		label: "Client id and secret (oauth), or username and password (basic, until 2 December 2026)",
		value: l.profile.Auth.String,
		set: func(typed string) error {
			kind, err := config.ParseKind(strings.ToLower(typed))
			if err == nil {
				l.profile.Auth = kind
			}
			return err
		},
	})
}

// put asks one question, of a secret without showing what is typed.
func (l *login) put(ctx context.Context, q loginQuestion) error {
	if !q.secret {
		return l.until(ctx, q)
	}
	trouble := ""
	for {
		text := q.label + ":"
		if q.value() != "" {
			text = q.label + ", or enter for the same as before:"
		}
		typed, err := l.Asks.Secret(ctx, trouble+text, true)
		if err != nil {
			return err
		}
		if typed.Reveal() == "" {
			if q.value() != "" {
				return nil
			}
			trouble = "It is needed.\n"
			continue
		}
		if err := q.set(typed.Reveal()); err != nil {
			trouble = capital(err.Error()) + ".\n"
			continue
		}
		return nil
	}
}

// until asks a question until its answer can be. What it has already stands in brackets,
// and enter takes it.
func (l *login) until(ctx context.Context, q loginQuestion) error {
	trouble := ""
	for {
		text := q.label
		if value := q.value(); value != "" {
			text += " [" + value + "]"
		}
		typed, err := l.Asks.Line(ctx, trouble+text+":")
		if err != nil {
			return err
		}
		if typed == "" {
			typed = q.value()
		}
		if typed == "" {
			trouble = "It is needed.\n"
			continue
		}
		if err := q.set(typed); err != nil {
			_, more, _ := say.Parts(err)
			trouble = strings.Join(append([]string{capital(say.Plain(err)) + "."}, more...), "\n") + "\n"
			continue
		}
		return nil
	}
}

// again asks for what the API did not take, or whether to try once more.
func (l *login) again(ctx context.Context, code say.Code) (bool, error) {
	if code != say.ExitRefused && code != say.ExitRejected {
		return l.Asks.Confirm(ctx, "Try again?")
	}
	l.Output.Say("type them again; enter keeps what is in brackets, ctrl+c stops")
	refused := []account.Key{account.AccountID, account.ID, account.Secret}
	for i := range l.questions() {
		if q := l.questions()[i]; slices.Contains(refused, q.key) {
			if err := l.put(ctx, q); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}
