// Command nethttp is what net/http alone takes for what telex send does: the JSON on its
// standard input is posted to URL n times, over at most 16 connections, with nothing
// checked, recorded or repeated. Without a URL it prints a line and ends.
//
//	nethttp [URL n [TOKEN-URL]]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
)

const connections = 16

func main() {
	if len(os.Args) < 3 {
		fmt.Println("nethttp")
		return
	}
	if err := post(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// post sends what is on standard input to url, count times.
func post(url, count string, tokenURL []string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("how many: %w", err)
	}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	authorize := func(r *http.Request) { r.SetBasicAuth(os.Getenv("BW_USERNAME"), os.Getenv("BW_PASSWORD")) }
	if len(tokenURL) > 0 {
		if authorize, err = bearer(client, tokenURL[0]); err != nil {
			return err
		}
	}
	jobs, errs := make(chan struct{}, n), make(chan error, n)
	for range n {
		jobs <- struct{}{}
	}
	close(jobs)
	var all sync.WaitGroup
	for range min(n, connections) {
		all.Go(func() {
			for range jobs {
				if _, err := ask(client, url, "application/json", body, authorize); err != nil {
					errs <- err
				}
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}

// bearer authorises requests by a token, which it asks for.
func bearer(client *http.Client, url string) (authorize func(*http.Request), err error) {
	said, err := ask(client, url, "application/x-www-form-urlencoded", []byte("grant_type=client_credentials"),
		func(r *http.Request) { r.SetBasicAuth(os.Getenv("BW_CLIENT_ID"), os.Getenv("BW_CLIENT_SECRET")) })
	if err != nil {
		return nil, err
	}
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.Unmarshal(said, &token); err != nil {
		return nil, fmt.Errorf("the token: %w", err)
	}
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token.Value) }, nil
}

// ask posts a body and returns what is answered to it, with a 2xx.
func ask(client *http.Client, url, kind string, body []byte, authorize func(*http.Request)) ([]byte, error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the address: %w", err)
	}
	r.Header.Set("Content-Type", kind)
	authorize(r)
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("HTTP %d: %.200s", answer.StatusCode, said)
	}
	return said, err
}
