//go:build linux || netbsd || openbsd || (dragonfly && cgo) || (freebsd && cgo)

package config

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Here the keyring is a program on the session bus that speaks
// https://specifications.freedesktop.org/secret-service-spec/latest/
// and go-keyring has three habits that hurt in an SSH session: without a bus it starts
// one by dbus-launch, which stays; a locked keyring is asked to show a prompt,
// whether or not there is a screen for it; and both are waited for without end. What
// is here looks first, on a connection of its own, and keeps it from that.

const (
	envBus        = "DBUS_SESSION_BUS_ADDRESS"
	envRuntime    = "XDG_RUNTIME_DIR"
	secretService = "org.freedesktop.secrets"

	servicePath    dbus.ObjectPath = "/org/freedesktop/secrets"
	loginPath      dbus.ObjectPath = "/org/freedesktop/secrets/collection/login"
	defaultPath    dbus.ObjectPath = "/org/freedesktop/secrets/aliases/default"
	noPrompt       dbus.ObjectPath = "/"
	noCollection   dbus.ObjectPath = "/"
	serviceFace                    = "org.freedesktop.Secret.Service"
	promptDismiss                  = "org.freedesktop.Secret.Prompt.Dismiss"
	busHasOwner                    = "org.freedesktop.DBus.NameHasOwner"
	busActivatable                 = "org.freedesktop.DBus.ListActivatableNames"
)

// ready says why the keyring is not to be called: there is no session bus, nothing on
// it keeps secrets, or it is locked and would ask for its password where nobody sees it.
func ready(ctx context.Context, env Lookup) error {
	address := busAddress(env)
	if address == "" {
		return &blocked{
			"there is no session bus here, as is common over SSH: " + envBus + " is not set and " + envRuntime + " has no bus in it",
			useFile, ErrUnavailable,
		}
	}
	conn, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return &blocked{"the session bus cannot be reached: " + err.Error(), useFile, ErrUnavailable}
	}
	defer func() { _ = conn.Close() }()
	if err := served(ctx, conn); err != nil {
		return err
	}
	if err := unlocked(ctx, conn, env.get("DISPLAY") != "" || env.get("WAYLAND_DISPLAY") != ""); err != nil {
		return err
	}
	if own := os.Getenv(envBus); own == "" || strings.HasPrefix(own, "autolaunch:") {
		// The one way to tell go-keyring, which would not find it everywhere and
		// would start a bus then.
		if err := os.Setenv(envBus, address); err != nil {
			return &blocked{"the session bus cannot be used: " + err.Error(), useFile, err}
		}
	}
	return nil
}

// busAddress is where the session bus is; "" if there is none. An address that asks to
// start one is none.
func busAddress(env Lookup) string {
	if address := env.get(envBus); address != "" && !strings.HasPrefix(address, "autolaunch:") {
		return address
	}
	folder := env.get(envRuntime)
	if !filepath.IsAbs(folder) {
		return ""
	}
	path := filepath.Join(folder, "bus")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(path)
}

// served says so if no program on the bus keeps secrets, or can be started for it.
func served(ctx context.Context, conn *dbus.Conn) error {
	var owned bool
	if err := conn.BusObject().CallWithContext(ctx, busHasOwner, 0, secretService).Store(&owned); err != nil {
		return &blocked{"the session bus does not say who keeps secrets: " + err.Error(), useFile, err}
	}
	if owned {
		return nil
	}
	var names []string
	if err := conn.BusObject().CallWithContext(ctx, busActivatable, 0).Store(&names); err != nil {
		return &blocked{"the session bus does not say who keeps secrets: " + err.Error(), useFile, err}
	}
	if slices.Contains(names, secretService) {
		return nil
	}
	return &blocked{
		"no program on the session bus keeps secrets (" + secretService + ")",
		"start one, such as gnome-keyring, KWallet or KeePassXC" + orFile, ErrUnavailable,
	}
}

// unlocked says so if the keyring that go-keyring would use is not there, or is locked
// and there is no screen to ask for its password on. With a screen it may ask.
func unlocked(ctx context.Context, conn *dbus.Conn, screen bool) error {
	service := conn.Object(secretService, servicePath)
	call := func(to []any, method string, args ...any) error {
		err := service.CallWithContext(ctx, method, 0, args...).Store(to...)
		if err != nil && ctx.Err() == nil {
			return &blocked{"the program that keeps secrets says: " + err.Error(), useFile, err}
		}
		return err //nolint:wrapcheck // the time is over
	}
	var property dbus.Variant
	if err := call([]any{&property}, "org.freedesktop.DBus.Properties.Get", serviceFace, "Collections"); err != nil {
		return err
	}
	collections, ok := property.Value().([]dbus.ObjectPath)
	if !ok {
		return errNonsense
	}
	collection := loginPath
	if !slices.Contains(collections, loginPath) {
		var standard dbus.ObjectPath
		if err := call([]any{&standard}, serviceFace+".ReadAlias", "default"); err != nil {
			return err
		}
		if standard == noCollection {
			return &blocked{
				"it has no keyring to put secrets in yet", "make one on the desktop of this machine" + orFile, ErrUnavailable,
			}
		}
		collection = defaultPath
	}
	if screen {
		return nil
	}
	var done []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := call([]any{&done, &prompt}, serviceFace+".Unlock", []dbus.ObjectPath{collection}); err != nil {
		return err
	}
	if prompt == noPrompt {
		return nil
	}
	_ = conn.Object(secretService, prompt).CallWithContext(ctx, promptDismiss, 0).Err // it was never shown
	return &blocked{"it is locked, and there is no screen here to ask for its password on", unlockFirst, ErrLocked}
}
