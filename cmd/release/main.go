// Command release builds the archives that people download, with checksums:
//
//	go run ./cmd/release [-o dist]
//
// The same commit, built with the same Go, gives the same bytes: paths are
// trimmed, and every date in an archive is the commit's.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// target is a system that a release is built for.
type target struct{ os, arch string }

var targets = []target{
	{"linux", "amd64"}, {"linux", "arm64"},
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

// carried is what an archive holds beside the program.
var carried = []string{"README.md"}

func main() {
	log.SetFlags(0)
	log.SetPrefix("release: ")
	out := flag.String("o", "dist", "the directory for the archives")
	flag.Parse()
	if err := release(*out); err != nil {
		log.Fatal(err)
	}
}

func release(out string) error {
	commit, err := git("rev-parse", "HEAD")
	if err != nil {
		return err
	}
	seconds, err := git("log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("read the date of the commit: %w", err)
	}
	when := time.Unix(unix, 0).UTC()
	version, err := version(commit)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var sums strings.Builder
	for _, t := range targets {
		name, data, err := archive(t, version, commit, when)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644); err != nil {
		return err
	}
	_, err = io.WriteString(os.Stdout, sums.String())
	return err
}

// version is the tag of the commit, or 0.0.0 with the commit's name.
func version(commit string) (string, error) {
	if dirty, err := git("status", "--porcelain"); err != nil || dirty != "" {
		return "", fmt.Errorf("the checkout has changes that are not committed, so no commit names what would be built")
	}
	if tag, err := git("describe", "--tags", "--exact-match"); err == nil {
		return strings.TrimPrefix(tag, "v"), nil
	}
	return "0.0.0-" + commit[:12], nil
}

func git(args ...string) (string, error) {
	out, err := exec.Command("git", args...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// archive is the name and the bytes of a target's archive.
func archive(t target, version, commit string, when time.Time) (string, []byte, error) {
	program := "devdoctor"
	if t.os == "windows" {
		program += ".exe"
	}
	binary, err := build(t, version, commit)
	if err != nil {
		return "", nil, err
	}
	files := []file{{program, binary, 0o755}}
	for _, name := range carried {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		files = append(files, file{name, data, 0o644})
	}
	name := fmt.Sprintf("devdoctor_%s_%s_%s", version, t.os, t.arch)
	if t.os == "windows" {
		data, err := zipped(files, when)
		return name + ".zip", data, err
	}
	data, err := tarred(files, when)
	return name + ".tar.gz", data, err
}

func build(t target, version, commit string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "devdoctor")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", fmt.Sprintf("-s -w -buildid= -X main.version=%s -X main.commit=%s", version, commit),
		"-o", path, "./cmd/devdoctor")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

type file struct {
	name string
	data []byte
	mode int64
}

func tarred(files []file, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	gz, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	tw := tar.NewWriter(gz)
	for _, f := range files {
		if err := tw.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.data)), ModTime: when, Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := tw.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := tw.Close(); err != nil {
		return nil, err
	}
	if err := gz.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func zipped(files []file, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for _, f := range files {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: when})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
