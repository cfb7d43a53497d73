package messaging

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestEchoedCredentials: a gateway that repeats our request gives no secret away.
func TestEchoedCredentials(t *testing.T) {
	for _, status := range []int{http.StatusAccepted, http.StatusBadRequest, http.StatusBadGateway} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			said := r.Header.Get("Authorization")
			w.Header().Set("X-Echo", said)
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"id":"1","type":"echo","description":%q}`, said)
		}))
		c, err := New("1", Basic("user", "correct horse"), WithBaseURL(s.URL))
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := c.Send(t.Context(), testMessage())
		var answer *Answer
		if receipt != nil {
			answer = receipt.Answer
		} else {
			answer = asError(t, err).Answer
		}
		s.Close()
		seen := fmt.Sprintf("%s %v %s %v", answer.Body, answer.Header, answer.Line, err)
		if strings.Contains(seen, "dXNlcjpjb3JyZWN0IGhvcnNl") || !strings.Contains(seen, hidden) {
			t.Errorf("HTTP %d: got %s, want the credentials hidden", status, seen)
		}
	}
}
