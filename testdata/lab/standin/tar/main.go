// Command tar stands in for the program of Windows with this name, which Wine lacks. It knows what the
// scripts of devdoctor use: tar -xf FILE -C DIRECTORY, where FILE is a zip.
package main

import (
	"archive/zip"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tar:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 4 || args[0] != "-xf" || args[2] != "-C" {
		return fmt.Errorf("the stand-in does not know %q", args)
	}
	z, err := zip.OpenReader(args[1])
	if err != nil {
		return err
	}
	defer z.Close()
	return os.CopyFS(args[3], z)
}
