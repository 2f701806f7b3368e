package fixers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// A shPage is a script for sh that is being written. Its parts run in any POSIX shell.
type shPage struct {
	strings.Builder
	tools map[string]bool // the files of the kit that it needs
	calls []string        // what it does, behind all functions: a step may look at a later one
}

// shKit is the order of the kit.
var shKit = []string{"begin.sh", "take.sh", "undo.sh", "ended.sh", "tell.sh", "files.sh", "path.sh", "follow.sh", "edit.sh", "past.sh", "block.sh", "fetch.sh", "unfetch.sh", "run.sh", "marks.sh"}

func (p *shPage) needs(tools ...string) {
	for _, t := range tools {
		p.tools[t] = true
	}
}

// whole is the page with the tools it needs behind its first lines.
func (p *shPage) whole(head string) string {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n# shellcheck disable=SC2016 # a $ between single quotes is meant as it is\n" + head)
	for _, name := range shKit {
		if p.tools[name] {
			b.WriteString("\n" + kitText(name))
		}
	}
	return b.String() + p.String()
}

func (p *shPage) comment(lines ...string) {
	for _, l := range lines {
		p.WriteString("# " + oneLine(l) + "\n")
	}
}

func shScript(plan Plan) string {
	p := &shPage{tools: map[string]bool{}}
	p.needs("begin.sh", "take.sh")
	steps := scriptedSteps(plan)
	for i, f := range plan.Fixes {
		p.WriteString("\n\n")
		p.comment(fmt.Sprintf("%d. %s (%s/%s)", i+1, f.Title, f.Check, f.Problem))
		var calls []string
		for _, s := range steps[i] {
			p.WriteString("\n")
			p.comment(s.remarks()...)
			calls = append(calls, p.step(s))
		}
		fmt.Fprintf(p, "\nfix_%d() {\n\t%s\n}\n", i+1, strings.Join(calls, " &&\n\t\t"))
		p.calls = append(p.calls, fmt.Sprintf("fix_%d || failed=1", i+1))
	}
	p.finish("end.sh")
	var about strings.Builder
	for _, line := range plan.aboutReplay() {
		about.WriteString("# " + line + "\n")
	}
	return p.whole("# What devdoctor " + oneLine(plan.Devdoctor) + " would do on a computer with " + oneLine(plan.system()) + ", as a script:\n" +
		"# read it, then run it with sh. It can run twice: it asks first whether a step is\n" +
		"# needed. What was changed since it was written stays as it is. It ends with\n" +
		"# 0 where all is done, and with 1 where a step is not, which it names.\n" + about.String())
}

// finish writes what the functions are for.
func (p *shPage) finish(tool string) {
	p.WriteString("\n\n" + strings.Join(p.calls, "\n") + "\n" + kitText(tool))
}

// system is the operating system that a plan is for.
func (p Plan) system() string {
	os, _, _ := strings.Cut(p.Machine, " ")
	return os
}

// step writes the function of a step, and gives back the words that take it.
func (p *shPage) step(s scripted) string {
	if s.Tell != nil {
		return p.tell(*s.Tell)
	}
	p.function(s.n, s.Step, s.blocks...)
	return shCall("take", s.n, s.Says, s.later)
}

func shCall(verb string, n int, says string, others []int) string {
	words := []string{verb, strconv.Itoa(n), shQuoted(oneLine(says))}
	for _, o := range others {
		words = append(words, strconv.Itoa(o))
	}
	return strings.Join(words, " ")
}

func (p *shPage) tell(t Instruction) string {
	p.needs("tell.sh")
	words := []string{"tell", shQuoted(oneLine(t.Do))}
	for _, argv := range t.Run {
		words = append(words, shQuoted(oneLine(Sh.Line(argv))))
	}
	return strings.Join(words, " ")
}

// function writes the function of step n, which knows its state and takes it. blocks are
// what later steps put into its file.
func (p *shPage) function(n int, s Step, blocks ...*Block) {
	fmt.Fprintf(p, "step_%d() {\n", n)
	switch {
	case s.Path != nil:
		p.path(*s.Path)
	case s.Edit != nil:
		p.edit(*s.Edit, blocks)
	case s.Block != nil:
		p.block(*s.Block)
	case s.Run != nil:
		p.run(n, *s.Run)
	case s.Fetch != nil:
		p.fetch(*s.Fetch)
	default:
		p.WriteString("\tstate=drifted # this is nothing for sh\n")
	}
	p.WriteString("}\n")
}

func (p *shPage) edit(e Edit, blocks []*Block) {
	p.needs("files.sh", "follow.sh", "edit.sh")
	words := []string{"edit", shPath(e.Path), e.Rest}
	for i, h := range e.Hunks {
		p.text(fmt.Sprintf("old%d", i+1), string(h.Before))
		p.text(fmt.Sprintf("new%d", i+1), string(h.After))
		words = append(words, strconv.Itoa(h.Line))
	}
	p.WriteString("\t" + strings.Join(words, " ") + "\n")
	if len(blocks) == 0 {
		return
	}
	p.needs("past.sh")
	var since []string
	for _, b := range blocks {
		name := b.Name + ":"
		if b.Glue {
			name += "glue"
		}
		since = append(since, name)
	}
	words = append([]string{"edited_before", shQuoted(strings.Join(since, " "))}, words[2:]...)
	p.WriteString("\t" + strings.Join(words, " ") + "\n")
}

func (p *shPage) block(b Block) {
	p.needs("files.sh", "follow.sh", "block.sh")
	p.text("old", b.whole(b.Before))
	p.text("new", b.whole(b.After))
	where, glue, made := "end", "''", "''"
	if b.Top {
		where = "top"
	}
	if b.Glue {
		glue = "glue"
	}
	if b.Made {
		made = fmt.Sprintf("%04o", b.Mode)
	}
	fmt.Fprintf(p, "\tblock %s %s %s %s %s\n", shPath(b.Path), Sh.quote(b.Name), where, glue, made)
}

func (p *shPage) path(c Path) {
	p.needs("files.sh", "path.sh")
	fmt.Fprintf(p, "\tat=%s state=drifted\n", shPath(c.Path))
	if c.After.Kind == platforms.KindFile {
		p.text("after", string(c.After.Text))
	}
	p.WriteString("\tif " + shIs(c.After, true) + "; then\n\t\tstate='done'\n")
	p.WriteString("\telif " + shIs(c.Before, false) + "; then\n\t\tstate=needed\n\tfi\n")
	p.WriteString("\tif needed; then\n\t\t" + shMake(c) + "\n\tfi\n")
}

// shIs asks whether an entry stands at the path. here says that its text has a name.
func shIs(e platforms.Entry, here bool) string {
	switch e.Kind {
	case platforms.KindDir:
		return fmt.Sprintf(`is_dir "$at" %04o`, e.Mode)
	case platforms.KindLink:
		return `is_link "$at" ` + shQuoted(e.Target)
	case platforms.KindFile:
		if here {
			return fmt.Sprintf(`is_file "$at" %04o after`, e.Mode)
		}
		return fmt.Sprintf(`is_file_of "$at" %04o %s`, e.Mode, hashOf(string(e.Text)))
	}
	return `is_nothing "$at"`
}

// shMake makes what is after stand where what is before stands.
func shMake(c Path) string {
	switch after, before := c.After, c.Before; {
	case after.Kind == "" && before.Kind == platforms.KindDir:
		return `rmdir "$at"`
	case after.Kind == "":
		return `rm -f "$at"`
	case after.Kind == platforms.KindDir && before.Kind == "":
		return fmt.Sprintf(`mkdir "$at" && chmod %04o "$at"`, after.Mode)
	case after.Kind == before.Kind && after.Kind != platforms.KindLink && after.Text == before.Text:
		return fmt.Sprintf(`chmod %04o "$at"`, after.Mode)
	case after.Kind == platforms.KindDir || before.Kind == platforms.KindDir:
		return "false # a folder cannot take the place of something else"
	case after.Kind == platforms.KindLink:
		return `rm -f "$at" && ln -s ` + shQuoted(after.Target) + ` "$at"`
	default:
		return fmt.Sprintf(`put "$at" %04o after`, after.Mode)
	}
}

func (p *shPage) fetch(f Fetch) {
	p.needs("files.sh", "fetch.sh")
	thereIs, nothing := "done", "needed"
	if f.Back {
		p.needs("unfetch.sh")
		thereIs, nothing = nothing, thereIs
	}
	fmt.Fprintf(p, "\tat=%s state=drifted\n", shPath(f.Dir))
	fmt.Fprintf(p, "\tif has_archive \"$at\" %s; then\n\t\tstate='%s'\n", f.Archive.SHA256, thereIs)
	fmt.Fprintf(p, "\telif is_nothing \"$at\"; then\n\t\tstate='%s'\n\tfi\n", nothing)
	does := fmt.Sprintf("fetch %s %s %s \"$at\"", shQuoted(f.Archive.URL), f.Archive.SHA256, shQuoted(f.Archive.Top))
	if f.Back {
		does = `unfetch "$at"`
	}
	fmt.Fprintf(p, "\tif needed; then\n\t\t%s\n\tfi\n", does)
}

func shUndo(plan Plan, id string) string {
	p := &shPage{tools: map[string]bool{}}
	p.needs("begin.sh", "undo.sh")
	fixes := scriptedSteps(plan)
	for i, f := range slices.Backward(plan.Fixes) {
		p.WriteString("\n\n")
		p.comment(fmt.Sprintf("%s (%s/%s)", f.Title, f.Check, f.Problem))
		for _, s := range slices.Backward(fixes[i]) {
			if s.Tell == nil {
				p.back(s)
			}
		}
	}
	p.finish("undo_end.sh")
	return p.whole("# This takes back what devdoctor changed in the run " + oneLine(id) + ", as devdoctor undo does.\n" +
		"# Run it with sh where it lies. It can run twice, and leaves what was changed since. It\n" +
		"# ends with 0 where all is back, and with 1 where a step is not, which it names.\n" +
		"run=" + shQuoted(id) + "\n")
}

// back writes what takes a step back.
func (p *shPage) back(s scripted) {
	p.WriteString("\n")
	p.comment(s.Says)
	for _, left := range s.Leaves {
		p.comment("This leaves " + left + ".")
	}
	inverse, ok := s.Inverse()
	if !ok {
		p.function(s.n, s.Step)
		p.calls = append(p.calls, shCall("no_way_back", s.n, s.Says, nil))
		return
	}
	p.function(s.n, inverse)
	call := shCall("back", s.n, s.Says, s.earlier)
	if s.Run != nil {
		p.needs("ended.sh")
		call = shCall("ended", s.n, s.Says, nil) + " " + shQuoted(s.Run.Argv[0]) + " && " + call
	}
	p.calls = append(p.calls, call)
}
