// Command curl stands in for the program of Windows with this name, which Wine lacks. It knows what the
// scripts of devdoctor use: curl -fSL --connect-timeout N --speed-limit 1 --speed-time N --proto =NAME -o FILE
// URL.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "curl:", err)
		os.Exit(22)
	}
}

func run(args []string) error {
	// It waits for ever: what curl does with the first of these flags is held on Linux.
	if len(args) != 12 || args[0] != "-fSL" || args[1] != "--connect-timeout" || args[3] != "--speed-limit" || args[5] != "--speed-time" || args[7] != "--proto" || args[9] != "-o" {
		return fmt.Errorf("the stand-in does not know %q", args)
	}
	args = args[6:]
	if !strings.HasPrefix(args[5], strings.TrimPrefix(args[2], "=")+":") {
		return errors.New("the protocol is not allowed")
	}
	resp, err := http.Get(args[5])
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	f, err := os.Create(args[4])
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	return errors.Join(err, f.Close())
}
