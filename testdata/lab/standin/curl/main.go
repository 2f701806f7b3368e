// Command curl stands in for the program of Windows with this name, which Wine lacks. It knows what the
// scripts of devdoctor use: curl -fSL --proto =NAME -o FILE URL.
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
	if len(args) != 6 || args[0] != "-fSL" || args[1] != "--proto" || args[3] != "-o" {
		return fmt.Errorf("the stand-in does not know %q", args)
	}
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
