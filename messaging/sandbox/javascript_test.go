package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sdkVersion is the version of the npm package bandwidth-sdk that the sandbox
// has to get along with.
const sdkVersion = "8.1.4"

// TestJavaScriptSDK lets Bandwidth's own SDK talk to the sandbox. With
// TELEX_INTEGRATION=1 the SDK is installed where it is missing, and a missing
// tool is a failure; otherwise the test is skipped without them.
func TestJavaScriptSDK(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	node, folder := sdk(t)
	w := newWorld(t)
	settings, err := json.Marshal(map[string]string{
		"origin": w.url, "account": DefaultAccountID, "application": DefaultApplicationID, "number": DefaultNumber,
		"username": DefaultUsername, "password": DefaultPassword, "clientId": DefaultClientID, "clientSecret": DefaultClientSecret,
	})
	if err != nil {
		t.Fatalf("encode settings: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, filepath.Join("testdata", "sdk.js"), folder, string(settings))
	cmd.Env = append(os.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sdk.js: %v\n%s", err, stderr.String())
	}
	seen := decode[map[string]struct {
		Status int
		Data   json.RawMessage
	}](t, string(out))
	for name, want := range sdkOutcomes(w) {
		got := seen[name]
		if got.Status != want.status {
			t.Errorf("%s: got status %d %s, want %d", name, got.Status, got.Data, want.status)
		}
		if diff := missing(decode[any](t, string(got.Data)), decode[any](t, want.data)); diff != "" {
			t.Errorf("%s: got %s\nwant in it %s\n%s", name, got.Data, want.data, diff)
		}
	}
	if len(seen) != len(sdkOutcomes(w)) {
		t.Errorf("got %d outcomes, want %d", len(seen), len(sdkOutcomes(w)))
	}
}

type sdkOutcome struct {
	status int
	data   string // has to be in what the SDK gave, see missing
}

// sdkOutcomes is what sdk.js has to see, by name.
func sdkOutcomes(w *world) map[string]sdkOutcome {
	ids := map[string]string{}
	for _, r := range w.sandbox.Created() {
		ids[strings.Join(r.To, " ")] = r.ID
	}
	one, group := ids["+12345678902"], ids["+12345678902 +12345678903"]
	common := `"from":"+12345678901","owner":"+12345678901","applicationId":"` + DefaultApplicationID + `","direction":"out","segmentCount":1,"text":"Hello world"`
	return map[string]sdkOutcome{
		"one":            {202, `{"id":"` + one + `","to":["+12345678902"],"tag":"one","priority":"high",` + common + `}`},
		"group":          {202, `{"id":"` + group + `","to":["+12345678902","+12345678903"],"media":["https://a.example/b.png"],` + common + `}`},
		"withToken":      {202, `{"to":["+12345678904"]}`},
		"withTokenAgain": {202, `{"to":["+12345678905"]}`},
		"list": {200, `{"totalCount":1,"messages":[{"messageId":"` + group + `","accountId":"9900000","destinationTn":"+12345678903",
			"messageType":"mms","messageDirection":"OUTBOUND","messageStatus":"RECEIVED","recipientCount":2,"errorCode":0}]}`},
		"page":     {200, `{"totalCount":5,"messages":[{"destinationTn":"+12345678905"},{"destinationTn":"+12345678904"}]}`},
		"upload":   {204, `""`},
		"uploads":  {200, `[{"mediaName":"folder/picture.png","contentLength":6,"content":"` + w.url + mediaPath + `/folder/picture.png"}]`},
		"download": {200, `"123456"`},
		"delete":   {204, `""`},
		"gone":     {404, `{"type":"object-not-found"}`},
		"invalid": {400, `{"type":"request-validation","fieldErrors":[{"fieldName":"to",
			"description":"'+1invalid' must be replaced with a valid E164 formatted telephone number"},{"fieldName":"text"}]}`},
		"stranger": {401, `{"type":"unauthorized"}`},
		"full":     {429, `{"type":"max-message-queue-size-exceeded"}`},
	}
}

// missing says what of want is not in got; "" if nothing is missing. Objects of
// got may have more fields; all else has to be equal.
func missing(got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for name, value := range want {
			if diff := missing(object[name], value); diff != "" {
				return name + ": " + diff
			}
		}
		return ""
	case []any:
		array, _ := got.([]any)
		if len(array) != len(want) {
			return fmt.Sprintf("got %v, want %d elements", got, len(want))
		}
		for i, value := range want {
			if diff := missing(array[i], value); diff != "" {
				return fmt.Sprintf("%d: %s", i, diff)
			}
		}
		return ""
	default:
		if got != want {
			return fmt.Sprintf("got %v, want %v", got, want)
		}
		return ""
	}
}

// sdk is the path of node and of a folder with the SDK in its node_modules.
func sdk(t *testing.T) (node, folder string) {
	required := os.Getenv("TELEX_INTEGRATION") == "1"
	tool := func(name string) string {
		path, err := exec.LookPath(name)
		switch {
		case err == nil:
		case required:
			t.Fatalf("%s is needed with TELEX_INTEGRATION=1: %v", name, err)
		default:
			t.Skipf("no %s on this machine; TELEX_INTEGRATION=1 makes that a failure", name)
		}
		return path
	}
	node = tool("node")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("cache folder: %v", err)
	}
	folder = filepath.Join(cache, "telex-test", "bandwidth-sdk-"+sdkVersion)
	if _, err := os.Stat(folder); err == nil {
		return node, folder
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("SDK folder: %v", err)
	}
	if !required {
		t.Skipf("no bandwidth-sdk %s in the cache folder; TELEX_INTEGRATION=1 installs it", sdkVersion)
	}
	install(t, tool("npm"), folder)
	return node, folder
}

// install installs the SDK in folder, which appears only when it is complete.
func install(t *testing.T, npm, folder string) {
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		t.Fatalf("make cache folder: %v", err)
	}
	half, err := os.MkdirTemp(filepath.Dir(folder), "installing-") //nolint:usetesting // on the disk of folder, to be renamed to it
	if err != nil {
		t.Fatalf("make folder: %v", err)
	}
	defer func() { _ = os.RemoveAll(half) }() // not there any more if all went well
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "install", "--prefix", half, "--no-save", "--no-package-lock",
		"--ignore-scripts", "--no-audit", "--no-fund", "bandwidth-sdk@"+sdkVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	if err := os.Rename(half, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatalf("put SDK in place: %v", err)
	}
}
