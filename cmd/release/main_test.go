package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Every target has all of its files: what one system lacks, the compiler would
// only say there. The archives themselves are built by .ci/run. G01
func TestTargets(t *testing.T) {
	if len(targets) != 6 {
		t.Errorf("%d targets", len(targets))
	}
	for _, target := range targets {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Error}}{{.}}{{end}}", "devdoctor/cmd/devdoctor")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+target.os, "GOARCH="+target.arch)
		out, err := cmd.CombinedOutput()
		if err != nil || len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("%s/%s: %v\n%s", target.os, target.arch, err, out)
		}
	}
}

// The same files make the same archive, whenever it is made.
func TestArchivesRepeat(t *testing.T) {
	files := []file{{"devdoctor", []byte("program"), 0o755}, {"README.md", []byte("words"), 0o644}}
	when := time.Unix(1_790_000_000, 0).UTC()
	for name, pack := range map[string]func([]file, time.Time) ([]byte, error){"tar": tarred, "zip": zipped} {
		a, err := pack(files, when)
		if err != nil {
			t.Fatal(err)
		}
		b, err := pack(files, when)
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: two archives of the same files differ (%v)", name, err)
		}
	}
	data, err := zipped(files, when)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(r.File) != 2 || r.File[0].Name != "devdoctor" {
		t.Errorf("the zip holds %+v, %v", r, err)
	}
}
