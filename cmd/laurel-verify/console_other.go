//go:build !windows

package main

// prepareConsole has nothing to do: other consoles show UTF-8.
func prepareConsole() (restore func()) { return func() {} }
