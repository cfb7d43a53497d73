package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// benchApp is a console at w by h cells with a text of n characters.
func benchApp(b *testing.B, w, h, n int) *app {
	b.Helper()
	a := newApp(b.Context(), testDeps(&fakeSender{send: accept}), testNow)
	a.Init()
	a.Update(tea.WindowSizeMsg{Width: w, Height: h})
	a.Update(tea.PasteMsg{Content: strings.Repeat("telex ", n/6+1)[:n]})
	return a
}

// benchKey types one character and takes it back, and draws the screen after each.
func benchKey(b *testing.B, a *app) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		a.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
		_ = a.View()
		a.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
		_ = a.View()
	}
}

// BenchmarkStart makes the console and its first screen.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		a := newApp(b.Context(), testDeps(nil), testNow)
		a.Init()
		a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		_ = a.View()
	}
}

func benchCompose(b *testing.B, w, h int) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) { benchKey(b, benchApp(b, w, h, n)) })
	}
}

// Each turn of these is two keys and two screens.
func BenchmarkComposeKey80x24(b *testing.B)  { benchCompose(b, 80, 24) }
func BenchmarkComposeKey200x60(b *testing.B) { benchCompose(b, 200, 60) }

func BenchmarkRecipients(b *testing.B) {
	a := benchApp(b, 80, 24, 100)
	a.Update(tea.KeyPressMsg{Code: 'n', Mod: tea.ModCtrl})
	for i := range 1000 {
		a.form.To = append(a.form.To, fmt.Sprintf("+1919555%04d", i))
	}
	b.Run("key", func(b *testing.B) { benchKey(b, a) })
	b.Run("move", func(b *testing.B) {
		a.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		a.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		b.ReportAllocs()
		for b.Loop() {
			a.Update(tea.KeyPressMsg{Code: tea.KeyDown})
			_ = a.View()
		}
	})
}
