package messaging

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// echoing answers as the API does, with what was asked.
func echoing(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		m["id"], m["direction"] = "17000000000001", "out"
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		_ = json.NewEncoder(w).Encode(m) // the client would say so
	}))
	t.Cleanup(server.Close)
	return server.URL + "/api/v2"
}

// TestReceiptWithSecretInIt: a text in which a secret stands, in whatever spelling, comes
// back without it. That is no other message.
func TestReceiptWithSecretInIt(t *testing.T) {
	for password, text := range map[string]string{
		"lunchtime": "Lunch time at noon?", "Sunshine1": "SUNSHINE 10:30", "not in the text": "plain",
	} {
		c, err := New("9900000", Basic("api-user", password), WithBaseURL(echoing(t)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Send(t.Context(), Message{From: "+12345678901", To: []string{"+19195551212"}, Text: text, ApplicationID: "app", Tag: text})
		if err != nil || r.ID != "17000000000001" {
			t.Errorf("text %q, password %q: got %v, %v; want it accepted", text, password, r, err)
		}
	}
}

// TestBlankIDs: an id of characters that show nothing is no id, by the one list of them.
func TestBlankIDs(t *testing.T) {
	for _, id := range []string{"", " ", "\u2800", "\u200b", "\u3164", "\x01", "\ufffd", "\ufffc", "\U0001d159"} {
		if !isBlankID(id) {
			t.Errorf("isBlankID(%+q) = false, want true", id)
		}
	}
}
