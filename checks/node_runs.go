package checks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/platforms"
)

// nodeRuns starts Node.js once. Why it does not start is read from its file, the
// system and the exit status, never from its words.
var nodeRuns = &Check{
	ID:    "node-runs",
	Title: "Node.js runs a script",
	Why:   "Everything in the course is run by Node.js. A copy that cannot start stops you at the first exercise, with an error about a library or a file.",
	Phase: 1,
	After: []*Check{nodeInstalled},
	Ahead: []platforms.Query{{Verb: "run", Args: []string{"node", "-e", nodeQuestion}}},
	Problems: []*Problem{
		nodeLibrary, nodeFormula, nodeOldGlibc, nodeMusl, nodeWrongArch, nodeNoProgram,
		nodeBadOptions, nodeNoChoice, nodeCrashes, nodeStops, nodeImpostor, variableLeft,
	},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		first, owner, err := winner(ctx, h)
		if err != nil {
			return Unknown(err, "it is not clear which copy of Node.js runs")
		}
		if first.Path == "" {
			return Skip("PATH leads to no Node.js")
		}
		// It is read first: where Node.js hangs, nothing more is asked.
		waits := nodeCase{h: h, first: first, owner: owner}.waits(ctx)
		answer, out, err := askNode(ctx, h)
		switch {
		case errors.Is(err, platforms.ErrTimedOut):
			if waits.Status != "" {
				return waits
			}
			return Unknown(err, "Node.js does not answer").With(foundNode(first, owner, owner.Version)).
				Because("Node.js was started, and gave no answer in time. A virus scanner can be the cause on its first start.")
		case isSilence(err):
			return Unknown(err, "Node.js could not be started to look at it")
		case answer != nil:
			if r := nextCannotRun(ctx, h, first); r.Status != "" {
				return r
			}
			return OK("Node.js %s runs", answer.Version).With(foundNode(first, owner, answer.Version.String()))
		}
		c := nodeCase{h, first, owner, out, err}
		for _, look := range []func(context.Context) Result{c.file, c.options, c.stranger, c.ending} {
			if r := look(ctx); r.Status != "" {
				return r
			}
		}
		return Unknown(err, "Node.js gives no answer, and nothing says why").With(c.found())
	},
}

// nextCannotRun is the result where Node.js runs in this terminal, and new ones lead to
// another file that the system cannot start. The file alone has to tell, so that nothing is
// said of a manager's switch.
func nextCannotRun(ctx context.Context, h *platforms.Host, first platforms.Program) Result {
	s, err := lookForNode(ctx, h)
	if err != nil || s.unsure != "" || len(s.found) == 0 || h.SamePath(s.found[0].Path, first.Path) {
		return Result{}
	}
	owner, err := h.Owner(ctx, s.found[0])
	if err != nil || owner.Shim {
		return Result{}
	}
	r := nodeCase{h: s.next.Host, first: s.found[0], owner: owner}.file(ctx)
	if r.Problem == nil {
		return Result{}
	}
	return r.Note("New terminals lead to it. This one finds %s.", first.Path)
}

// isSilence reports whether err says that nobody could look.
func isSilence(err error) bool {
	return errors.Is(err, platforms.ErrNotPermitted) || errors.Is(err, platforms.ErrNotRecorded) || errors.Is(err, context.Canceled)
}

// A nodeCase is a copy of Node.js that gave no answer.
type nodeCase struct {
	h     *platforms.Host
	first platforms.Program
	owner platforms.Owner
	out   platforms.Output
	err   error // of the start
}

func (c nodeCase) found() Found { return foundNode(c.first, c.owner, c.owner.Version) }

// file looks into the program file. A switch of a manager is not Node.js itself.
func (c nodeCase) file(ctx context.Context) Result {
	if c.owner.Shim {
		return c.behindShim(ctx)
	}
	b, err := c.h.Binary(ctx, c.first.Real)
	if errors.Is(err, platforms.ErrNotFound) {
		return Result{}
	}
	if err != nil {
		return Unknown(err, "Node.js does not start, and its file could not be read").With(c.found())
	}
	if why := reasonIn(c.h, c.first, b); why.Format != "" {
		summary, p := "the file node cannot be run", nodeNoProgram
		f := c.found()
		switch {
		case b.Format == "empty":
			summary = "the file node is empty"
		case b.Format == "text", b.Format == "data":
			summary = "the file node is no program"
		case b.Format == "script":
		case formats[b.Format] != c.h.OS:
			summary, p = "this Node.js is built for another system", nodeWrongArch
		default:
			summary, p = "this Node.js is built for another kind of processor", nodeWrongArch
			f.Value = strings.Join(b.Arch, ",")
		}
		r := p.Fail(summary).With(f).Because(why.Format, why.Args...)
		if p == nodeNoProgram {
			r = r.renaming(ctx, c.h, c.first.Path)
		}
		return r
	}
	if b.Format == "script" {
		return Result{}
	}
	return c.libraries(ctx, b)
}

// loaderSays is what the loader of glibc writes where a library is missing, behind the program's
// path (seen in a lab run with Debian 13, 2026-11-22).
var loaderSays = lazily(`(?m)^(/.+): error while loading shared libraries: `)

// behindShim looks for a library that the copy lacks which the switch started, or every copy
// which its manager keeps.
func (c nodeCase) behindShim(ctx context.Context) Result {
	if m := loaderSays().FindStringSubmatch(c.out.Stderr); m != nil {
		if b, err := c.h.Binary(ctx, m[1]); err == nil && len(b.Missing) > 0 {
			return c.missing(ctx, b)
		}
	}
	places, err := c.h.NodePlaces(ctx)
	if err != nil {
		return Result{}
	}
	var lacks platforms.Binary
	for _, p := range places {
		if owner, err := c.h.Owner(ctx, p); err != nil || owner.Manager != c.owner.Manager || owner.Shim {
			continue
		}
		if lacks, err = c.h.Binary(ctx, p.Real); err != nil || len(lacks.Missing) == 0 {
			return Result{}
		}
	}
	return c.missing(ctx, lacks)
}

func (c nodeCase) libraries(ctx context.Context, b platforms.Binary) Result {
	if c.h.OS != platforms.Linux {
		return c.missing(ctx, b)
	}
	name, have, err := c.h.Libc(ctx)
	if err != nil {
		return Unknown(err, "Node.js does not start, and the C library of this system is not known").With(c.found())
	}
	if name == "musl" && strings.Contains(b.Interp, "ld-linux") {
		f := c.found()
		f.Owner = c.packager(ctx)
		return nodeMusl.Fail("this Node.js is built for another kind of Linux").With(f).
			Because("It needs the C library glibc. This system has musl, another one.")
	}
	if name == "glibc" && newer(b.Glibc, have) {
		f := c.found()
		f.Name, f.Value = "glibc", have
		return nodeOldGlibc.Fail("this Linux is too old for this Node.js").With(f).
			Because("Node.js needs the C library glibc %s. This system has glibc %s.", b.Glibc, have)
	}
	return c.missing(ctx, b)
}

// newer reports whether version a is newer than b; false where one says nothing.
func newer(a, b string) bool {
	va, errA := version.NewVersion(a)
	vb, errB := version.NewVersion(b)
	return errA == nil && errB == nil && va.GreaterThan(vb)
}

// missing names the first library that the program asks for in vain.
func (c nodeCase) missing(ctx context.Context, b platforms.Binary) Result {
	if len(b.Missing) == 0 {
		return Result{}
	}
	library := b.Missing[0]
	library = library[strings.LastIndexByte(library, '/')+1:]
	f := c.found()
	if c.owner.Manager == platforms.Homebrew {
		return nodeFormula.Fail("Node.js lacks the library %s", library).With(f).
			Because("Homebrew replaced the library by a newer one. This Node.js was built for the old one.")
	}
	f.Owner, f.Name = c.packager(ctx), library
	f.Value = libraryPackages[library][f.Owner]
	if f.Value == "" {
		return nodeStops.Fail("Node.js lacks the library %s", library).With(c.found()).
			Because("A library is code that programs share. Without %s this Node.js cannot start.", library)
	}
	return nodeLibrary.Fail("Node.js lacks the library %s", library).With(f).
		Because("A library is code that programs share. This Linux does not have it yet.")
}

// packager is who can install a library. Where nobody knows, nobody is named.
func (c nodeCase) packager(ctx context.Context) platforms.Manager {
	release, err := c.h.Release(ctx)
	if err != nil {
		return platforms.Unowned
	}
	return release.Packager()
}

// options looks at NODE_OPTIONS, which every start of Node.js obeys. Exit status
// 9 is "invalid argument" in Node.js's own list; a file that cannot be loaded
// ends with 1 (both seen with 24.21.0, 2026-11-21).
func (c nodeCase) options(ctx context.Context) Result {
	if c.err != nil {
		return Result{}
	}
	value, err := c.h.Getenv(ctx, nodeOptions)
	if err != nil {
		return Unknown(err, "Node.js does not start, and NODE_OPTIONS could not be read").With(c.found())
	}
	loads := slices.ContainsFunc(strings.Fields(value), func(option string) bool {
		option, _, _ = strings.Cut(option, "=")
		return slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader"}, option)
	})
	refused, unloaded := c.out.Exit == 9, c.out.Exit == 1 && loads
	if value == "" || !refused && !unloaded {
		return Result{}
	}
	return c.badOptions(ctx, value, nodeBadOptions.Fail("NODE_OPTIONS keeps Node.js from starting").
		Because("This variable adds options to every start of Node.js. One is wrong, or names a file that is gone: %s", value))
}

// waits is the result where NODE_OPTIONS makes Node.js wait for a debugger, which does not come. It
// takes _ for - (18.20.8 to 26.10.0 tried 2026-11-22).
func (c nodeCase) waits(ctx context.Context) Result {
	value, err := c.h.Getenv(ctx, nodeOptions)
	waits := slices.ContainsFunc(strings.Fields(value), func(option string) bool {
		option, _, _ = strings.Cut(strings.ReplaceAll(option, "_", "-"), "=")
		return option == "--inspect-brk" || option == "--inspect-wait"
	})
	if err != nil || !waits {
		return Result{}
	}
	return c.badOptions(ctx, value, nodeBadOptions.Fail("NODE_OPTIONS makes Node.js wait").
		Because("This variable adds options to every start of Node.js. One tells it to wait for a debugger, and none comes: %s", value))
}

// badOptions is r, which is about NODE_OPTIONS, with where that is set.
func (c nodeCase) badOptions(ctx context.Context, value string, r Result) Result {
	f := c.found()
	f.Name, f.Value = nodeOptions, value
	r = r.With(f)
	if next, err := c.h.NewTerminal(ctx); err == nil {
		r = r.leftBehind(ctx, next)
	}
	return r
}

// smallest is less than any Node.js that carries its own engine: those of
// nodejs.org have 87 MB and more (18.20.8 to 26.10.0, 2026-11-21). Distributions
// build one that is small and needs the library libnode.
const smallest = 1 << 20

// impostor is another program called node.
func (c nodeCase) impostor(ctx context.Context) Result {
	return nodeImpostor.Fail("the program called node is not Node.js").With(c.found()).renaming(ctx, c.h, c.first.Path)
}

// stranger knows a program by its size, which Node.js cannot have.
func (c nodeCase) stranger(ctx context.Context) Result {
	if c.err != nil || c.owner.Shim {
		return Result{}
	}
	b, err := c.h.Binary(ctx, c.first.Real)
	if err != nil || formats[b.Format] != c.h.OS || slices.ContainsFunc(b.Needs, func(library string) bool { return strings.Contains(library, "libnode") }) {
		return Result{}
	}
	file, err := c.h.Stat(ctx, c.first.Real)
	if err != nil || file.Size == 0 || file.Size >= smallest {
		return Result{}
	}
	return c.impostor(ctx).
		Because("%s has only %d KB, and ends with status %d. Node.js is a hundred times as large.", c.first.Path, file.Size/1024, c.out.Exit)
}

// ntStatus is where Windows reports the death of a program (NTSTATUS, errors).
const ntStatus = 0xC0000000

// ending is what is left: how the program ended.
func (c nodeCase) ending(ctx context.Context) Result {
	switch {
	case c.err != nil:
		return Result{}
	case c.out.Exit < 0:
		return nodeCrashes.Fail("Node.js crashes when it starts").With(c.found()).
			Because("The system ended it with signal %d. The copy, or a library it uses, is damaged.", -c.out.Exit)
	case uint32(c.out.Exit) >= ntStatus:
		return nodeCrashes.Fail("Node.js crashes when it starts").With(c.found()).
			Because("Windows ended it with status %#x. The copy, or a library it uses, is damaged.", uint32(c.out.Exit))
	case c.out.Exit == 0:
		return c.impostor(ctx).
			Because("%s runs, but does not answer as Node.js does.", c.first.Path)
	case c.owner.Shim:
		return nodeNoChoice.Fail("no version of Node.js is chosen").With(c.found()).
			Because("%s is a switch that starts the version you chose. It finds none, and ends with status %d.", c.first.Path, c.out.Exit)
	}
	return nodeStops.Fail("Node.js stops when it starts").With(c.found()).
		Because("%s ends with status %d before it runs a script.", c.first.Path, c.out.Exit)
}
