// Command certutil stands in for the program of Windows with this name, of which Wine has an
// empty shell. It knows what the scripts of devdoctor use: -hashfile FILE SHA256, -encodehex IN OUT 4
// and -decodehex IN OUT, each with -f before it where OUT may exist. What it prints follows
// Microsoft's documentation of certutil, and was not compared with the real one.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stdout, "CertUtil: FAILED:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	force := len(args) > 0 && args[0] == "-f"
	if force {
		args = args[1:]
	}
	switch {
	case len(args) == 3 && args[0] == "-hashfile" && args[2] == "SHA256":
		return hash(args[1], out)
	case len(args) == 4 && args[0] == "-encodehex" && args[3] == "4":
		return convert(args[1], args[2], force, encode)
	case len(args) == 3 && args[0] == "-decodehex":
		return convert(args[1], args[2], force, decode)
	}
	return fmt.Errorf("the stand-in does not know %q", args)
}

func hash(name string, out io.Writer) error {
	text, err := os.ReadFile(name)
	if err == nil && len(text) == 0 {
		err = errors.New("0x800703ee (ERROR_FILE_INVALID)")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "SHA256 hash of %s:\r\n%x\r\nCertUtil: -hashfile command completed successfully.\r\n", name, sha256.Sum256(text))
	return err
}

func convert(from, to string, force bool, how func([]byte) ([]byte, error)) error {
	text, err := os.ReadFile(from)
	if err == nil && len(text) == 0 {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(to); err == nil && !force {
		return errors.New("0x80070050 (ERROR_FILE_EXISTS)")
	}
	if text, err = how(text); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o666)
}

// encode writes 16 bytes to a line, with two spaces in the middle.
func encode(text []byte) ([]byte, error) {
	var b strings.Builder
	for i, c := range text {
		switch {
		case i%16 == 0 && i > 0:
			b.WriteString("\r\n")
		case i%16 == 8:
			b.WriteString("  ")
		case i%16 > 0:
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%02x", c)
	}
	return []byte(b.String() + "\r\n"), nil
}

func decode(text []byte) ([]byte, error) {
	return hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
}
