package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// jsonType is the content type of everything the API answers in JSON but one:
// see notFound.
const jsonType = "application/json; charset=utf-8"

// problem is the body of a refusal.
type problem struct {
	Type        string       `json:"type"`
	Description string       `json:"description"`
	FieldErrors []fieldError `json:"fieldErrors,omitempty"`
}

// fieldError is what is wrong with one field of a request to create a message.
type fieldError struct {
	FieldName   string `json:"fieldName"`
	Description string `json:"description"`
}

// exchange is the answering side of one request. It remembers what to log.
// Only the goroutine that handles the request may use it.
type exchange struct {
	http.ResponseWriter
	status int    // 0 while nothing was answered
	note   string // for the log, printable ASCII
}

// WriteHeader remembers status and sends it.
func (x *exchange) WriteHeader(status int) {
	x.status = status
	x.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find what is below.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// line is the log line of the exchange. An escaped path is ASCII; the query is
// left out, for it may hold what somebody put there by mistake.
func (x *exchange) line(r *http.Request) string {
	status := "no answer"
	if x.status != 0 {
		status = strconv.Itoa(x.status)
	}
	line := fmt.Sprintf("%s %s %s", r.Method, r.URL.EscapedPath(), status)
	if x.note != "" {
		line += " " + x.note
	}
	return line
}

// json answers with v.
func (x *exchange) json(status int, v any) {
	x.body(status, jsonType, encodeJSON(v))
}

// body answers with content, whole or not at all. That the reader may be gone
// is no concern of the sandbox.
func (x *exchange) body(status int, contentType string, content []byte) {
	h := x.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	x.WriteHeader(status)
	_, _ = x.Write(content)
}

// refuse answers with the API's error body.
func (x *exchange) refuse(status int, kind, description string, fields ...fieldError) {
	x.note = kind
	x.json(status, problem{Type: kind, Description: description, FieldErrors: fields})
}

// cut ends the connection with no answer, by a reset where it is a TCP
// connection, so that it cannot be taken for an orderly end.
func (x *exchange) cut() {
	conn, _, err := http.NewResponseController(x).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: net/http resets the stream
	}
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = wrapped.NetConn() // below TLS, which would say goodbye
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the end is only less abrupt
	}
	_ = conn.Close()
}

// encodeJSON encodes v, which must not fail to encode. Characters that matter
// only in HTML are left as they are.
func encodeJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("sandbox: encode %T: %v", v, err)) // our own types always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// notFound is the answer to a path the API does not have. It comes from a layer
// in front of the API proper, which is why it looks different.
// Source: https://dev.bandwidth.com/docs/messaging/errors/
func (s *Sandbox) notFound(x *exchange, r *http.Request) {
	x.note = "unknown path"
	x.body(http.StatusNotFound, "application/json;charset=UTF-8", encodeJSON(struct {
		Timestamp string `json:"timestamp"`
		Status    int    `json:"status"`
		Error     string `json:"error"`
		Message   string `json:"message"`
		Path      string `json:"path"`
	}{
		Timestamp: s.now().UTC().Format("2006-01-02T15:04:05.000-0700"),
		Status:    http.StatusNotFound,
		Error:     "Not Found",
		Message:   "Not Found",
		Path:      r.URL.Path,
	}))
}

func unauthorized(x *exchange) {
	x.Header().Add("WWW-Authenticate", `Basic realm="sandbox", charset="UTF-8"`)
	x.Header().Add("WWW-Authenticate", `Bearer realm="sandbox"`)
	x.refuse(http.StatusUnauthorized, "unauthorized", "Authentication Failed")
}

func methodNotAllowed(x *exchange, allowed string) {
	x.Header().Set("Allow", allowed)
	x.refuse(http.StatusMethodNotAllowed, "method-not-allowed", "The method is not allowed here. Allowed: "+allowed)
}

// acceptsJSON reports whether r can be answered in JSON; if not, it has been refused.
func acceptsJSON(x *exchange, r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if accept == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil && q == 0 {
			continue
		}
		if kind == "*/*" || kind == "application/*" || kind == "application/json" {
			return true
		}
	}
	x.refuse(http.StatusNotAcceptable, "not-acceptable", "The answer is in application/json, which the request does not accept")
	return false
}
