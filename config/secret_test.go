package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretMasksItself(t *testing.T) {
	const value = "s3cr3t-value"
	type hidden struct{ inner Secret } // fmt reads unexported fields without asking methods
	secret := NewSecret(value)
	within := struct{ Secret Secret }{secret}

	var outputs []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10.3s"} {
		for _, v := range []any{secret, &secret, within, &within, hidden{secret}, []Secret{secret}, map[string]Secret{"k": secret}} {
			outputs = append(outputs, fmt.Sprintf(verb, v))
		}
	}
	outputs = append(outputs, fmt.Sprint(secret), fmt.Sprintln(secret), fmt.Errorf("cause: %w, %v", fmt.Errorf("%v", secret), secret).Error())

	for _, encode := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		b, err := encode(within)
		if err != nil {
			t.Logf("encode: %v", err) // an anonymous struct is nothing for XML
		}
		outputs = append(outputs, string(b))
	}
	var logged bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
		slog.New(handler).Info("message", "secret", secret, "within", within)
	}
	outputs = append(outputs, logged.String())

	for _, got := range outputs {
		for _, form := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), "s3c"} {
			if strings.Contains(got, form) {
				t.Errorf("got %q, want it without %q", got, form)
			}
		}
	}
	if got := fmt.Sprintf("%v %s", secret, within); got != "[secret] {[secret]}" {
		t.Errorf("printed: got %q, want %q", got, "[secret] {[secret]}")
	}
	if got := secret.Reveal(); got != value {
		t.Errorf("Reveal: got %q, want %q", got, value)
	}
	if got := (Secret{}).Reveal(); got != "" {
		t.Errorf("Reveal of the zero Secret: got %q, want nothing", got)
	}
}
