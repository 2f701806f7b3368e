package fixers

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// MendHosts gives the name localhost the address 127.0.0.1 in the hosts file of Linux and
// macOS, and RewriteHosts stores one that is in UTF-16 as plain text. The file is root's, and in a container it
// cannot be replaced, so a program writes into it and keeps the old one beside it until it is taken back.
var (
	MendHosts = &Fix{ID: "hosts-localhost", Title: "Let localhost mean this computer", Plan: mendHosts}

	RewriteHosts = &Fix{ID: "hosts-plain-text", Title: "Store the hosts file as plain text", Plan: rewriteHosts}
)

// beside is what is put behind the name of a file for the copy that is kept of it.
const beside = ".before-devdoctor"

func mendHosts(ctx context.Context, p Patient) ([]Step, error) {
	if p.Host.OS == platforms.Windows {
		return windowsHosts(ctx, p)
	}
	before, err := hostsText(ctx, p)
	if err != nil {
		return nil, err
	}
	const wanted = "127.0.0.1 localhost"
	lines := slices.Collect(strings.Lines(before))
	bad := p.Found["value"]
	i := slices.IndexFunc(lines, func(l string) bool { return bad != "" && bad != "::1" && leads(l, bad) })
	if i < 0 {
		script := `echo "$2" >> "$1"`
		if before != "" && !strings.HasSuffix(before, "\n") {
			script = `{ echo; echo "$2"; } >> "$1"`
		}
		return changeHosts(ctx, p, textProbe(p, before, withLine(before, wanted)), "Add the line "+wanted+" to "+p.Found["file"]+".", script, wanted)
	}
	words := strings.Fields(lines[i])
	names, _, _ := strings.Cut(lines[i], "#")
	if len(strings.Fields(names)) > 2 {
		return partLocalhost(ctx, p, lines, i)
	}
	words[0] = "127.0.0.1"
	lines[i] = strings.Join(words, " ") + "\n"
	return changeHosts(ctx, p, textProbe(p, before, strings.Join(lines, "")), "Write 127.0.0.1 in place of "+bad+" in line "+strconv.Itoa(i+1)+" of "+p.Found["file"]+".",
		`sed "$2" "$1`+beside+`" > "$1"`, strconv.Itoa(i+1)+"s/.*/"+strings.NewReplacer("/", `\/`, "&", `\&`).Replace(strings.Join(words, " "))+"/")
}

// partLocalhost gives localhost a line of its own. The other names of its line keep their address.
func partLocalhost(ctx context.Context, p Patient, lines []string, i int) ([]Step, error) {
	const wanted = "127.0.0.1 localhost"
	before, bad := strings.Join(lines, ""), p.Found["value"]
	lines = slices.Clone(lines)
	if !strings.HasSuffix(before, "\n") {
		lines[len(lines)-1] += "\n"
	}
	names := slices.DeleteFunc(strings.Fields(lines[i]), func(word string) bool { return word == "localhost" })
	lines[i] = strings.Join(names, " ") + "\n"
	if leads(lines[i], bad) {
		return nil, ErrNotHere
	}
	script := `{ sed "$2" "$1` + beside + `"; echo "` + wanted + `"; } > "$1"`
	if !strings.HasSuffix(before, "\n") {
		script = `{ sed "$2" "$1` + beside + `"; echo; echo "` + wanted + `"; } > "$1"`
	}
	return changeHosts(ctx, p, textProbe(p, before, strings.Join(lines, "")+wanted+"\n"),
		"Take localhost out of line "+strconv.Itoa(i+1)+" of "+p.Found["file"]+", whose other names keep the address "+bad+", and add the line "+wanted+".",
		script, strconv.Itoa(i+1)+"s/.*/"+strings.NewReplacer("/", `\/`, "&", `\&`).Replace(strings.Join(names, " "))+"/")
}

// leads reports whether a line of a hosts file gives localhost an address.
func leads(line, address string) bool {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	return len(words) > 1 && words[0] == address && slices.Contains(words[1:], "localhost")
}

// rewriteHosts leaves out what UTF-16 puts between plain letters. Where the file holds
// other letters, it is for the learner to look at.
func rewriteHosts(ctx context.Context, p Patient) ([]Step, error) {
	before, err := hostsText(ctx, p)
	if err != nil {
		return nil, err
	}
	after := strings.NewReplacer("\x00", "", "\xff", "", "\xfe", "").Replace(before)
	foreign := strings.ContainsFunc(after, func(r rune) bool { return r > 0x7e })
	if after == before || foreign || !strings.Contains(after, "localhost") {
		return nil, ErrNotHere
	}
	// The text is no UTF-8, which a plan could hold: it is known by its size.
	q := platforms.Query{Verb: "stat", Args: []string{p.Found["file"]}}
	now, err := Answered(p.Host.Source().Answer(ctx, q))
	if err != nil {
		return nil, err
	}
	return changeHosts(ctx, p, Probe{q.String(), now, Anything}, "Store "+p.Found["file"]+" as plain text.",
		`tr -d "$2" < "$1`+beside+`" > "$1"`, `\000\376\377`)
}

// hostsText is the hosts file that a check found.
func hostsText(ctx context.Context, p Patient) (string, error) {
	h, file := p.Host, p.Found["file"]
	if h.OS == platforms.Windows || file != "/etc/hosts" {
		return "", ErrNotHere
	}
	kept, err := h.Exists(ctx, file+beside)
	if err != nil || kept {
		return "", orNotHere(err)
	}
	text, err := h.ReadFile(ctx, file)
	if err != nil {
		return "", ErrNotHere //nolint:nilerr // there is none, or nobody may read it
	}
	return text, nil
}

// textProbe tells by the whole text of the hosts file whether it was changed.
func textProbe(p Patient, before, after string) Probe {
	trimmed := func(text string) string { return strings.TrimRight(text, "\r\n") }
	return Probe{platforms.Query{Verb: "file", Args: []string{p.Found["file"]}}.String(), trimmed(before), trimmed(after)}
}

// changeHosts keeps the file and changes it with a script, which finds its name in $1 and word in $2.
func changeHosts(ctx context.Context, p Patient, seen Probe, says, script, word string) ([]Step, error) {
	file := p.Found["file"]
	if seen.Before == seen.After {
		return nil, ErrNotHere
	}
	argv, admin, err := asAdmin(ctx, p, []string{"sh", "-c", `cp -p "$1" "$1` + beside + `" && ` + script, "sh", file, word})
	if err != nil {
		return nil, err
	}
	back, _, err := asAdmin(ctx, p, []string{"sh", "-c", `cat "$1` + beside + `" > "$1" && rm "$1` + beside + `"`, "sh", file})
	if err != nil {
		return nil, err
	}
	return []Step{{
		Says: says + " The old file stays beside it as " + file + beside + ".", Admin: admin, Verified: triedOn(p.Host, platforms.Linux), Leaves: logOf(admin),
		Run: &Run{Argv: argv, Back: back, Seen: seen},
	}}, nil
}
