package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"devdoctor/checks"
	"devdoctor/platforms"
)

// checkSaveFile refuses a --save that cannot work before anything is looked at.
func (x *examination) checkSaveFile() error {
	name := x.flags.save
	if name == "" {
		return nil
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return usage("cannot save to %s: it is no regular file", name)
	}
	if info, err := os.Stat(filepath.Dir(name)); err != nil {
		return usage("cannot save to %s: %w", name, err)
	} else if !info.IsDir() {
		return usage("cannot save to %s: %s is no directory", name, filepath.Dir(name))
	}
	return nil
}

// save writes what the machine said to the checks of all phases. It proves first
// that whoever replays the file sees what was seen here.
func (x *examination) save(ctx context.Context) error {
	outcomes := x.examine(ctx, checks.All())
	x.offers(outcomes, nil) // what fix --replay asks
	if err := ctx.Err(); err != nil {
		return broken("nothing was saved: devdoctor was stopped before it had asked everything")
	}
	records := slices.DeleteFunc(x.recorder.Records(), func(r platforms.Record) bool {
		return errors.Is(r.Err, platforms.ErrNotRecorded) // of a snapshot that is saved again
	})
	b := x.bundle(ctx)
	data := platforms.FormatSnapshot(b.prose, "devdoctor "+thisBuild().Devdoctor, b.records(records), b.text)
	data = withProject(data, b.text(x.need.Project))
	if err := x.mustAgree(ctx, data, outcomes); err != nil {
		return err
	}
	if err := writeFile(x.flags.save, data); err != nil {
		return broken("cannot save what devdoctor saw: %w", err)
	}
	note := newPage((&output{to: x.errOut}).layout(false))
	note.paragraph(0, fmt.Sprintf("Saved %d answers of this computer to %s. %s Read the file before you send it. To see what a helper sees, type:",
		len(records), x.flags.save, b.prose))
	note.command(2, commandLine(x.host.OS, x.self, "check", "--replay", x.flags.save))
	fmt.Fprintf(x.errOut, "%s", note.bytes())
	return nil
}

// mustAgree replays the snapshot in memory and compares the verdicts: hiding a
// name must not cure or break a machine.
func (x *examination) mustAgree(ctx context.Context, data []byte, live []checks.Outcome) error {
	snapshot, project, err := parseSnapshot(data)
	if err != nil {
		return broken("nothing was saved: the snapshot cannot be read back: %w", err)
	}
	recorder := platforms.NewRecorder(snapshot)
	defer recorder.Close()
	host, err := platforms.NewHost(ctx, recorder)
	if err != nil {
		return broken("nothing was saved: the snapshot cannot be read back: %w", err)
	}
	need := x.need
	need.Project = project
	i := 0
	checks.Engine{}.Run(ctx, host, need, checks.All(), func(o checks.Outcome) {
		if saw := live[i]; err == nil && verdictOf(saw) != verdictOf(o) {
			err = broken("nothing was saved: without private names %s would be %q and no longer %q; --show-private keeps them",
				o.Check.ID, verdictOf(o), verdictOf(saw))
		}
		i++
	})
	return err
}

func verdictOf(o checks.Outcome) string {
	v := string(o.Result.Status)
	if o.Result.Problem != nil {
		v += " " + o.Result.Problem.ID
	}
	return v
}

// writeFile replaces a file at once, for the eyes of its owner only.
func writeFile(name string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), ".devdoctor-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
