package checks

import (
	"context"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// formats is the system that each format of program files belongs to.
var formats = map[string]platforms.OS{"elf": platforms.Linux, "macho": platforms.Darwin, "pe": platforms.Windows}

// alsoRuns is the architectures whose programs a system runs besides its own.
// Macs and Windows on Arm translate those of Intel.
var alsoRuns = map[platforms.OS]map[string][]string{
	platforms.Linux:   {"amd64": {"386"}, "arm64": {"arm"}},
	platforms.Darwin:  {"arm64": {"amd64"}},
	platforms.Windows: {"amd64": {"386"}, "arm64": {"amd64", "386"}},
}

// runsHere reports whether the processor runs a program, or its system translates
// it. A program that does not tell is given the benefit of the doubt.
func runsHere(h *platforms.Host, b platforms.Binary) bool {
	return len(b.Arch) == 0 || slices.ContainsFunc(b.Arch, func(arch string) bool {
		return arch == h.Arch || slices.Contains(alsoRuns[h.OS][h.Arch], arch)
	})
}

// isBatch reports whether a file is a script of the Command Prompt by its name.
func isBatch(path string) bool {
	name := strings.ToLower(path)
	return strings.HasSuffix(name, ".cmd") || strings.HasSuffix(name, ".bat")
}

// notStartable is why the system cannot start the file of a program; the zero
// Message where the file gives no reason, or cannot be looked into.
func notStartable(ctx context.Context, h *platforms.Host, p platforms.Program) Message {
	b, err := h.Binary(ctx, p.Real)
	if err != nil {
		return Message{}
	}
	return reasonIn(h, p, b)
}

// reasonIn is [notStartable] for a file that has been looked into.
func reasonIn(h *platforms.Host, p platforms.Program, b platforms.Binary) Message {
	switch {
	case b.Format == "empty":
		return Message{"%s holds nothing. A download or an installation was cut short.", []any{p.Path}}
	case b.Format == "text" && h.OS == platforms.Windows && isBatch(p.Real):
		return Message{} // the Command Prompt runs it
	case b.Format == "text", b.Format == "data":
		return Message{"%s is a file that this system cannot run.", []any{p.Path}}
	case b.Format == "script" && b.CRLF:
		return Message{"%s is a script whose lines end as on Windows. This system then does not find %s, which should run it.", []any{p.Path, b.Interp}}
	case b.Format == "script" && len(b.Missing) > 0:
		return Message{"%s is a script for %s, which is not there.", []any{p.Path, b.Interp}}
	case b.Format == "script":
		return Message{}
	case formats[b.Format] != h.OS:
		return Message{"%s is a program for %s.", []any{p.Path, formats[b.Format].Title()}}
	case !runsHere(h, b):
		return Message{"%s is for %s. The processor of this computer is %s.", []any{p.Path, strings.Join(b.Arch, ","), h.Arch}}
	}
	return Message{}
}
