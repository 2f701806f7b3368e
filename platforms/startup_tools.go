package platforms

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// The small programs that start files use to look around.

func idOutput(r *shellRun, _ string, args []string) shellText {
	a, err := r.h.Account(r.ctx)
	if err != nil {
		return unknownText(r.because("id: %v", err))
	}
	r.st.status = shellStatus{}
	switch strings.Join(args, " ") {
	case "-u":
		return knownText(a.UID + "\n")
	case "-g":
		return knownText(a.GID + "\n")
	case "-un", "-u -n", "-nu":
		return knownText(a.Name + "\n")
	}
	return shellText{why: r.because("id"), some: true}
}

func whoami(r *shellRun, _ string, _ []string) shellText {
	r.st.status = shellStatus{}
	return knownText(r.h.User + "\n")
}

func unameOutput(r *shellRun, _ string, args []string) shellText {
	r.st.status = shellStatus{}
	name := map[OS]string{Linux: "Linux", Darwin: "Darwin"}[r.h.OS]
	switch strings.Join(args, "") {
	case "", "-s":
		return knownText(name + "\n")
	case "-m", "-p":
		return knownText(machineName(r.h) + "\n")
	case "-o":
		if r.h.OS == Linux {
			return knownText("GNU/Linux\n")
		}
	case "-a":
		return shellText{text: name + " ", why: r.because("uname"), some: true}
	}
	return shellText{why: r.because("uname"), some: true}
}

func archName(r *shellRun, _ string, _ []string) shellText {
	r.st.status = shellStatus{}
	return knownText(machineName(r.h) + "\n")
}

// machineName is the processor as uname -m spells it.
func machineName(h *Host) string {
	switch {
	case h.Arch == "amd64":
		return "x86_64"
	case h.Arch == "arm64" && h.OS == Linux:
		return "aarch64"
	}
	return h.Arch
}

func someText(r *shellRun, path string, _ []string) shellText {
	return shellText{why: r.because("the output of %s is not known without running it", path), some: true}
}

func dirname(r *shellRun, _ string, args []string) shellText {
	if len(args) != 1 || args[0] == "\x00" {
		return unknownText(notKnown)
	}
	r.st.status = shellStatus{}
	return knownText(dirOf(args[0]) + "\n")
}

func basename(r *shellRun, _ string, args []string) shellText {
	if len(args) != 1 || args[0] == "\x00" {
		return unknownText(notKnown)
	}
	r.st.status = shellStatus{}
	name := strings.TrimRight(args[0], "/")
	return knownText(name[strings.LastIndexByte(name, '/')+1:] + "\n")
}

func cat(r *shellRun, _ string, args []string) shellText {
	if len(args) == 0 && r.st.in != nil {
		r.st.status = shellStatus{}
		return *r.st.in
	}
	var all shellText
	for _, a := range args {
		if a == "\x00" || strings.HasPrefix(a, "-") {
			return unknownText(notKnown)
		}
		all = all.plus(r.contents(knownText(a)))
	}
	if all.why == "" {
		r.st.status = shellStatus{}
	}
	return all
}

func realpath(r *shellRun, path string, args []string) shellText {
	args = dropFlags(args)
	if len(args) != 1 || args[0] == "\x00" {
		return unknownText(notKnown)
	}
	abs := r.absolute(knownText(args[0]))
	i, err := r.h.Stat(r.ctx, abs.text)
	plain := strings.HasSuffix(path, "readlink")
	switch {
	case err != nil || abs.why != "" || i.Dangling:
		return unknownText(notKnown)
	case plain && i.Kind != Link:
		r.st.status = shellStatus{code: 1}
		return knownText("")
	case plain && len(args) == 1 && i.Real != i.Target:
		return unknownText(notKnown) // readlink and readlink -f differ here
	}
	r.st.status = shellStatus{}
	return knownText(i.Real + "\n")
}

func dropFlags(args []string) []string {
	var kept []string
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			kept = append(kept, a)
		}
	}
	return kept
}

// makeDirs remembers the directories that a start file makes, parents included.
func makeDirs(r *shellRun, _ string, args []string) shellText {
	dirs := dropFlags(args)
	if len(dirs) == 0 || len(args) == len(dirs) || strings.Trim(args[0], "-pv") != "" {
		return changesFiles(r, "mkdir", args)
	}
	all := yes
	for _, a := range dirs {
		path := r.absolute(knownText(a))
		if path.why != "" || a == "\x00" {
			all = maybe(r.because("whether mkdir succeeds"))
			continue
		}
		all = both(all, func() verdict { return r.makeDir(strings.TrimRight(path.text, "/")) })
	}
	r.st.status = statusOf(all)
	return knownText("")
}

func (r *shellRun) makeDir(path string) verdict {
	switch v := r.fileTest("-e", knownText(path)); {
	case v.why != "":
		return v
	case v.holds:
		return r.fileTest("-d", knownText(path))
	}
	above := dirOf(path)
	if v := r.makeDir(above); v.why != "" || !v.holds {
		return v
	}
	if _, ours := r.st.made[above]; !ours {
		if v := r.fileTest("-w", knownText(above)); v.why != "" || !v.holds {
			return v
		}
	}
	r.st.made[path] = yes
	return yes
}

// runPartsName is what a file is called that run-parts takes without --regex (its manual
// page, debianutils 5.23).
const runPartsName = `^[a-zA-Z0-9_-]+$`

// runParts lists files, as /etc/profile of Debian 13 has it do with /etc/profile.d.
func runParts(r *shellRun, _ string, args []string) shellText {
	if len(args) == 0 || args[0] != "--list" {
		return unknownText(notKnown)
	}
	expression := runPartsName
	switch args = args[1:]; {
	case len(args) == 3 && args[0] == "--regex":
		expression, args = args[1], args[2:]
	case len(args) == 2 && strings.HasPrefix(args[0], "--regex="):
		expression, args = strings.TrimPrefix(args[0], "--regex="), args[1:]
	}
	name, err := regexp.CompilePOSIX(expression)
	if err != nil || len(args) != 1 || strings.HasPrefix(args[0], "-") || args[0] == "\x00" {
		return unknownText(notKnown)
	}
	dir := strings.TrimRight(args[0], "/")
	names, err := r.h.List(r.ctx, dir)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return unknownText(r.because("list %s: %v", dir, err))
	}
	r.st.status = statusOf(decided(err == nil))
	var b strings.Builder
	for _, n := range slices.Sorted(slices.Values(names)) {
		if file := strings.TrimSuffix(n, "@"); !strings.HasSuffix(n, "/") && name.MatchString(file) {
			b.WriteString(dir + "/" + file + "\n")
		}
	}
	return knownText(b.String())
}

func which(r *shellRun, _ string, args []string) shellText {
	if len(args) != 1 || args[0] == "\x00" || strings.HasPrefix(args[0], "-") {
		return unknownText(notKnown)
	}
	path, v := r.findProgram(args[0])
	r.st.status = statusOf(v)
	switch {
	case v.why != "":
		return unknownText(v.why)
	case !v.holds:
		return knownText("")
	}
	return knownText(path + "\n")
}

// changesFiles makes what is known of its arguments unknown.
func changesFiles(r *shellRun, path string, args []string) shellText {
	for _, a := range dropFlags(args) {
		if abs := r.absolute(knownText(a)); abs.why == "" {
			r.st.made[strings.TrimRight(abs.text, "/")] = maybe(r.because("%s changes %s", path, a))
		}
	}
	return knownText("")
}

// colors and lessPipe assign variables, whose values nobody here needs: $RANDOM
// stands for what is unknown.
func colors(r *shellRun, _ string, _ []string) shellText {
	r.st.status = shellStatus{}
	return knownText("LS_COLORS=$RANDOM; export LS_COLORS")
}

func lessPipe(r *shellRun, _ string, _ []string) shellText {
	r.st.status = shellStatus{}
	return knownText("export LESSOPEN=$RANDOM; export LESSCLOSE=$RANDOM")
}

// grep knows the question whether a text holds an expression.
func grep(r *shellRun, path string, args []string) shellText {
	quiet, fixed, extended := false, false, strings.HasSuffix(path, "egrep")
	var rest []string
	for i, a := range args {
		if a == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if len(rest) > 0 || !strings.HasPrefix(a, "-") {
			rest = append(rest, a)
			continue
		}
		if strings.Trim(a, "-qEFe") != "" {
			return unknownText(notKnown)
		}
		quiet = quiet || strings.Contains(a, "q")
		fixed = fixed || strings.Contains(a, "F")
		extended = extended || strings.Contains(a, "E")
	}
	if len(rest) != 1 || rest[0] == "\x00" || r.st.in == nil || r.st.in.why != "" || !quiet {
		return unknownText(notKnown)
	}
	expr := rest[0]
	switch {
	case fixed:
		expr = regexp.QuoteMeta(expr)
	case !extended && strings.ContainsAny(expr, `\(){}|+?`):
		return unknownText(notKnown) // a basic expression means something else by these
	}
	re, err := regexp.Compile("(?m)" + expr)
	if err != nil {
		return unknownText(notKnown)
	}
	r.st.status = statusOf(decided(re.MatchString(strings.TrimSuffix(r.st.in.text, "\n"))))
	return knownText("")
}
