package messaging

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"telex/messaging/internal/netjson"
)

// MaxMediaBytes is the largest file that an MMS may carry, stored at Bandwidth or
// elsewhere: 3.5 MB. Bandwidth does not say which megabytes; these are the smaller
// ones. Source: Bandwidth support, 12823216, and the API's specification of 2026-07.
const MaxMediaBytes = 3_500_000

// MaxDownloadBytes is the largest file that [Client.Download] reads. What others send
// to the account was measured by their own networks, so it may be larger than what one
// can send.
const MaxDownloadBytes = 5_000_000

// MediaLife is for how long Bandwidth keeps a stored file.
// Source: https://dev.bandwidth.com/docs/messaging/media/
const MediaLife = 48 * time.Hour

// Media is one stored file. Bandwidth keeps it for [MediaLife].
type Media struct {
	Name   string `json:"mediaName"`
	URL    string `json:"content"`
	Length int64  `json:"contentLength"` // bytes
}

// MediaURL is the address of a stored file, fit for [Message.Media]. It can be
// read only with the account's credentials, which Bandwidth has and you have.
func (c *Client) MediaURL(name string) string { return c.url("/media/"+escapeName(name), nil) }

// MediaName is the name of a stored file by its address, for [Client.Download]. It is for
// the account's own files at the client's own base URL; ok is false for any other address,
// which credentials must never be sent to.
func (c *Client) MediaName(address string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(address, c.MediaURL(""))
	if !ok || strings.ContainsAny(rest, "?#") {
		return "", false
	}
	name, err := url.PathUnescape(rest)
	if err != nil || checkName(name) != nil {
		return "", false
	}
	return name, true
}

// escapeName escapes each part of a name: slashes make folders.
func escapeName(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// checkName refuses what a URL or a proxy would take for another path.
func checkName(name string) error {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || !isPrintable(part) {
			return fmt.Errorf("media name %q has an empty, dotted or unprintable part", name)
		}
	}
	return nil
}

// Upload stores content under name, over what was there by that name. Content
// must be at most [MaxMediaBytes] long; contentType may be empty. It may be
// repeated without harm, and tries again by itself after passing failures.
func (c *Client) Upload(ctx context.Context, name, contentType string, content []byte) error {
	const op = "upload media"
	if err := checkName(name); err != nil {
		return &Error{Op: op, Outcome: Unsent, Err: fmt.Errorf("%w: %w", ErrInvalid, err)}
	}
	if len(content) > MaxMediaBytes {
		return &Error{Op: op, Outcome: Unsent, Err: fmt.Errorf(
			"%w: %q has %d bytes, but a file may have %d at most", ErrInvalid, name, len(content), MaxMediaBytes)}
	}
	if content == nil {
		content = []byte{}
	}
	k := call{op: op, method: http.MethodPut, url: c.MediaURL(name), body: content, repeatable: true, header: http.Header{}}
	if contentType != "" {
		k.header.Set("Content-Type", contentType)
	}
	_, _, err := c.do(ctx, k)
	return err
}

// ListMedia asks for one page of stored files, the first if token is empty, and
// returns the token of the next page, empty after the last.
func (c *Client) ListMedia(ctx context.Context, token string) (files []Media, next string, err error) {
	const op = "list media"
	k := call{
		op: op, method: http.MethodGet, url: c.url("/media", nil), repeatable: true,
		header: http.Header{"Accept": {"application/json"}},
	}
	if token != "" {
		k.header.Set("Continuation-Token", token)
	}
	answer, attempts, err := c.do(ctx, k)
	if err != nil {
		return nil, "", err
	}
	if files, err = netjson.DecodeList[Media](answer.Body); err != nil {
		return nil, "", &Error{
			Op: op, Outcome: Unknown, Status: answer.Status, Answer: answer, Attempts: attempts,
			Err: fmt.Errorf("the list cannot be read: %w", err),
		}
	}
	return files, answer.Header.Get("Continuation-Token"), nil
}

// Download writes a stored file to w and returns its content type. It writes
// [MaxDownloadBytes] at most and fails if there is more. It is not tried again after
// w was written to.
func (c *Client) Download(ctx context.Context, name string, w io.Writer) (contentType string, err error) {
	const op = "download media"
	if err := checkName(name); err != nil {
		return "", &Error{Op: op, Outcome: Unsent, Err: fmt.Errorf("%w: %w", ErrInvalid, err)}
	}
	answer, _, err := c.do(ctx, call{op: op, method: http.MethodGet, url: c.MediaURL(name), into: w})
	if err != nil {
		return "", err
	}
	return answer.Header.Get("Content-Type"), nil
}

// DeleteMedia removes a stored file.
func (c *Client) DeleteMedia(ctx context.Context, name string) error {
	const op = "delete media"
	if err := checkName(name); err != nil {
		return &Error{Op: op, Outcome: Unsent, Err: fmt.Errorf("%w: %w", ErrInvalid, err)}
	}
	_, _, err := c.do(ctx, call{op: op, method: http.MethodDelete, url: c.MediaURL(name), repeatable: true})
	return err
}

// readInto copies the body of r to w in place of keeping it in the answer.
func readInto(r *http.Response, start time.Time, w io.Writer) (*Answer, error) {
	defer func() { _ = r.Body.Close() }()
	n, err := io.Copy(w, io.LimitReader(r.Body, MaxDownloadBytes))
	if err == nil && n == MaxDownloadBytes {
		extra, end := io.ReadFull(r.Body, make([]byte, 1))
		switch {
		case extra > 0:
			err = fmt.Errorf("the file has more than %d bytes", MaxDownloadBytes)
		case end != io.EOF:
			err = end
		}
	}
	a := &Answer{
		Status: r.StatusCode, Line: r.Status, Proto: r.Proto, Header: r.Header,
		Truncated: err != nil, Latency: time.Since(start),
	}
	return a, err
}
