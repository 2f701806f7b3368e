//go:build !linux

package main

import "syscall"

func apart() bool { return false }

func namespaces() *syscall.SysProcAttr { return nil }

func furnish() error { return nil }
