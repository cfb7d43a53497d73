package sandbox

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestConfigIsHonoured(t *testing.T) {
	sb := newSandbox(t, Config{
		Username: "u", Password: "p", ClientID: "c", ClientSecret: "s", AccountID: "55", ApplicationID: "app",
		Numbers: []string{"+19195551212", "+19195551213"},
	})
	server := httptest.NewServer(sb)
	defer server.Close()
	w := &world{T: t, url: server.URL, http: server.Client()}
	const path = "/api/v2/users/55/messages"
	for _, tt := range []struct {
		name, from, app, user string
		status                int
	}{
		{"first number", "+19195551212", "app", "u", 202},
		{"second number", "+19195551213", "app", "u", 202},
		{"default number", DefaultNumber, "app", "u", 400},
		{"default application", "+19195551212", DefaultApplicationID, "u", 400},
		{"default user", "+19195551212", "app", "sandbox", 401},
	} {
		request := requestWith("from", tt.from, "applicationId", tt.app)
		if a := w.do("POST", path, request, asClient(tt.user, "p")); a.status != tt.status {
			t.Errorf("%s: got %d %s, want %d", tt.name, a.status, a.body, tt.status)
		}
	}
	if a := w.askToken("grant_type=client_credentials", asClient("c", "s")); a.status != 200 {
		t.Errorf("token: got %d %s, want 200", a.status, a.body)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{Numbers: []string{DefaultNumber, "919 555"}}, `"919 555"`},
		{Config{Numbers: []string{"+12345"}}, `"+12345"`},
		{Config{Numbers: []string{"1234567"}}, `"1234567"`},
		{Config{Queue: 900}, "needs a rate"},
		{Config{Rate: Rate{1, time.Second}, Queue: -1}, "queue of -1"},
		{Config{Rate: Rate{1, time.Hour}, Queue: 25}, "longer than 24 hours"},
		{Config{CallbackTypes: []string{"message-lost"}}, `"message-lost"`},
		{Config{CallbackRetries: 17}, "17"},
		{Config{CallbackURL: "http://a.example/", CallbackUser: "a:b"}, "colon"},
		{Config{CallbackURL: "http://a.example/", CallbackPassword: "hush"}, "callback user"},
		{Config{CallbackUser: "u", CallbackPassword: "hush"}, "callback URL"},
		{Config{AccountID: "a/b"}, `"a/b"`},
		{Config{CallbackURL: "ftp://a.example/"}, "callback URL"},
		{Config{CallbackURL: "/callbacks"}, "callback URL"},
		{Config{CallbackURL: "http://user:hush@/"}, "callback URL"},
		{Config{CallbackURL: "http://user:hush@a\x00b/"}, "callback URL"},
	} {
		_, err := New(t.Context(), tt.config)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%v: got error %v, want one with %s and no password", tt.config, err, tt.want)
		}
	}
}

// However a Config or a Sandbox is printed, no secret is in it.
func TestSecretsAreNotPrinted(t *testing.T) {
	c := Config{Username: "u", Password: "hush1", ClientSecret: "hush2", CallbackURL: "http://u:hush3@a.example/", CallbackUser: "u", CallbackPassword: "hush4"}
	sb := newSandbox(t, c)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c)
	printed := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", c, c, c, c, &c, sb.user, sb.client, log.String())
	if strings.Contains(printed, "hush") {
		t.Errorf("got %s", printed)
	}
}
