package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"devdoctor/platforms"
)

// maxSnapshot is the most that is read of a snapshot, in bytes.
const maxSnapshot = 64 << 20

// readSnapshot reads what --save wrote, and which project was looked at then.
func readSnapshot(name string) (snapshot *platforms.Snapshot, project string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, "", usage("cannot open the snapshot: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSnapshot+1))
	if err != nil {
		return nil, "", usage("cannot read the snapshot: %w", err)
	}
	if snapshot, project, err = parseSnapshot(data); err != nil {
		return nil, "", usage("cannot read the snapshot %s: %w", name, err)
	}
	return snapshot, project, nil
}

// The project that was looked at is no fact about the machine, so it has a
// section beside the answers.
const (
	projectSection = "project"
	projectHead    = "-- " + projectSection + " --\n"
	endHead        = "-- end --\n"
)

// withProject adds the section to a snapshot.
func withProject(data []byte, project string) []byte {
	answers, ok := bytes.CutSuffix(data, []byte("\n"+endHead))
	if !ok || project == "" || strings.ContainsAny(project, "\r\n") {
		return data
	}
	return fmt.Appendf(answers, "\n%s%s\n%s", projectHead, project, endHead)
}

func parseSnapshot(data []byte) (snapshot *platforms.Snapshot, project string, err error) {
	snapshot, err = platforms.ParseSnapshot(data, projectSection)
	if _, rest, ok := strings.Cut("\n"+strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"+projectHead); ok {
		project, _, _ = strings.Cut(rest, "\n")
	}
	return snapshot, project, err
}
