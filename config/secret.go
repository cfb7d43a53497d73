package config

import (
	"fmt"
	"log/slog"
)

// masked is all that is ever printed of a Secret.
const masked = "[secret]"

// A Secret is a password or client secret. However it is printed, logged or
// encoded, on its own or within something else, only "[secret]" comes out;
// [Secret.Reveal] is the one way to its value. The zero Secret is the empty one.
type Secret struct {
	// A function, because fmt prints unexported fields without asking their methods.
	reveal func() string
}

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{func() string { return value }} }

// Reveal returns the value. Whoever calls it answers for where it goes.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// String is "[secret]", for every value.
func (s Secret) String() string { return masked }

// GoString is String.
func (s Secret) GoString() string { return masked }

// Format prints String, whatever the verb and flags.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText is String, for encodings that ask: JSON, XML, TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalJSON is String as JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }
