package main

import "syscall"

// utf8Console is the code page of UTF-8.
const utf8Console = 65001

// prepareConsole lets a Windows console show UTF-8, and gives what puts its code page back.
func prepareConsole() (restore func()) {
	kernel := syscall.NewLazyDLL("kernel32.dll")
	set := kernel.NewProc("SetConsoleOutputCP")
	before, _, _ := kernel.NewProc("GetConsoleOutputCP").Call()
	if ok, _, _ := set.Call(utf8Console); ok == 0 {
		return func() {} // not a console
	}
	return func() { _, _, _ = set.Call(before) }
}
