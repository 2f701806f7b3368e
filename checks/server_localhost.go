package checks

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where the hosts file is: hosts(5), and for Windows the registry value that
// names its directory (Microsoft's documentation of DataBasePath, 2026-11-20).
const (
	unixHosts       = "/etc/hosts"
	tcpipParameters = `HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`
	windowsHostsDir = `%SystemRoot%\System32\drivers\etc`
)

const (
	whereHosts       = "/etc/hosts; on Windows drivers\\etc\\hosts in System32."
	seeHosts         = "The hosts file lists names that this computer knows by itself: " + whereHosts
	seeLocalhostLine = "Look for the line 127.0.0.1 localhost in the hosts file: " + whereHosts
)

var (
	localhostMissing = &Problem{
		ID: "missing",
		Means: "The name localhost, which means this computer itself, has no address here. A server that names it stops with the error " +
			"ENOTFOUND, and browsers find no page.",
		See:   seeLocalhostLine,
		Fixes: []*fixers.Fix{fixers.MendHosts},
		Tells: []fixers.Tell{
			addLocalhost("Add a line with the name to the hosts file. It lists names that this computer knows by itself."),
			inNotepad("take out the lines with localhost. Windows knows the name by itself.", "Put the lines back."),
		},
	}
	localhostElsewhere = &Problem{
		ID: "not-loopback",
		Means: "The name localhost should mean this computer itself: an address such as 127.0.0.1. Here it leads to another address. " +
			"Your server and your browser then look for each other in two places.",
		See:   seeHosts,
		Fixes: []*fixers.Fix{fixers.MendHosts},
		Tells: []fixers.Tell{
			{
				Do:  "Write 127.0.0.1 in place of {value} in the line with localhost. Other names of that line get the new address too. The command keeps the old file as {file}.old.",
				Run: [][]string{{"sudo", "sh", "-c", changeFile, localhostLine, "{file}"}}, Admin: true, Undo: "sudo cp {file}.old {file}",
			},
			inNotepad("take the word localhost out of the line that begins with {value}. If it is the only name there, take the whole line out.", "Put the word back."),
		},
	}
	localhostFromServer = &Problem{
		ID: "name-server",
		Means: "The name localhost should mean this computer itself: an address such as 127.0.0.1. It has another one here, and not from the " +
			"hosts file. Mostly a name server of the network gives it, which is asked where the hosts file is silent.",
		See:   seeLocalhostLine,
		Fixes: []*fixers.Fix{fixers.MendHosts},
		Tells: []fixers.Tell{
			addLocalhost("Add a line with the name to the hosts file, which is asked before any name server."),
			inNotepad("add a line: 127.0.0.1 localhost.", "Take the line out again."),
		},
	}
	localhostOnlySix = &Problem{
		ID: "only-ipv6",
		Means: "The name localhost leads to ::1 only, this computer's address in the newer protocol IPv6. A server that listens on 127.0.0.1, " +
			"as one of the course's first ones does, is not found under that name: ECONNREFUSED ::1.",
		See:   seeHosts,
		Fixes: []*fixers.Fix{fixers.MendHosts},
		Tells: []fixers.Tell{
			addLocalhost("Add a line with the other address to the hosts file. Until then, open http://127.0.0.1:3000 in the browser."),
			inNotepad("take out the line that gives localhost the address ::1. Until then, open http://127.0.0.1:3000 in the browser.", "Put the line back."),
		},
	}
	hostsEncoding = &Problem{
		ID: "hosts-encoding",
		Means: "The hosts file, which lists names that this computer knows by itself, is stored in UTF-16. Only plain text is read, so none of " +
			"its names is known, localhost among them.",
		See:   "The command file /etc/hosts prints how the file is stored.",
		Fixes: []*fixers.Fix{fixers.RewriteHosts},
		Tells: []fixers.Tell{{
			Do: "Store the file as plain text: keep a copy, convert it, and put the result in its place.",
			Run: [][]string{
				{"sudo", "cp", "{file}", "{file}.utf16"},
				{"sudo", "sh", "-c", "iconv -f UTF-16 -t UTF-8 {file}.utf16 > {file}"},
			},
			Admin: true, Undo: "sudo mv {file}.utf16 {file}",
		}},
	}
)

// changeFile runs the sed script $0 over the file $1, and keeps the old one beside
// it. It writes into the file, which in a container cannot be replaced.
const changeFile = `cp "$1" "$1.old" && sed -E "$0" "$1.old" > "$1"`

// localhostLine is a sed script that mends the line with localhost and {value}.
const localhostLine = `/[[:space:]]localhost([[:space:]]|$)/s/^[[:space:]]*{value}[[:space:]]/127.0.0.1 /`

func addLocalhost(do string) fixers.Tell {
	return fixers.Tell{
		Do: do, Run: [][]string{{"sudo", "sh", "-c", "(echo; echo 127.0.0.1 localhost) >> {file}"}}, Admin: true,
		Undo: "Take the line out of {file} again.",
	}
}

// localhostResolves wants the name localhost to mean this computer.
var localhostResolves = &Check{
	ID:       "localhost-address",
	Title:    "localhost means this computer",
	Why:      "In the course you open http://localhost:3000 to see what your server sends. The name must lead to your own computer.",
	Phase:    2,
	Problems: []*Problem{localhostMissing, localhostElsewhere, localhostFromServer, localhostOnlySix, hostsEncoding},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		file, err := hostsFile(ctx, h)
		if err != nil {
			return Unknown(err, "where your hosts file is could not be found out")
		}
		addresses, err := h.Resolve(ctx, "localhost")
		switch {
		case errors.Is(err, platforms.ErrNotFound), err == nil && len(addresses) == 0:
			return localhostUnknown(ctx, h, file)
		case err != nil:
			return Unknown(err, "the address of localhost could not be found out")
		}
		r := localhostLeadsTo(ctx, h, file, addresses)
		if h.OS == platforms.Windows && !h.SamePath(h.DirName(file), h.Join(systemRoot(ctx, h), `System32\drivers\etc`)) {
			r = r.Note("Windows reads its hosts file from an unusual place: %s.", file)
		}
		return r
	},
}

func localhostLeadsTo(ctx context.Context, h *platforms.Host, file string, addresses []string) Result {
	found := Found{Name: "localhost", Value: addresses[0], File: file}
	if i := slices.IndexFunc(addresses, func(a string) bool { return !isLoopback(a) }); i >= 0 {
		found.Value = addresses[i]
		return localhostLeadsAway(ctx, h, found)
	}
	if !slices.ContainsFunc(addresses, isIPv4) {
		return localhostOnlySix.Fail("localhost leads to ::1 only").With(found).
			Because("A server that listens on 127.0.0.1 is not found as http://localhost:3000.")
	}
	// Node.js tries both, whichever comes first, since version 20.
	return OK("localhost is %s", strings.Join(addresses, " and ")).With(found)
}

// localhostLeadsAway says who gives the name the address found.Value.
func localhostLeadsAway(ctx context.Context, h *platforms.Host, found Found) Result {
	const summary = "localhost leads to %s, which is not this computer"
	text, err := h.ReadFile(ctx, found.File)
	switch {
	case err != nil && !errors.Is(err, platforms.ErrNotFound):
		return Unknown(err, "localhost leads to %s, and why could not be found out", found.Value).With(found)
	case namesLocalhost(text, found.Value):
		return localhostElsewhere.Fail(summary, found.Value).With(found).
			Because("Addresses of this computer itself begin with 127, or are ::1. A line in %s says otherwise.", found.File)
	case namesLocalhost(text, "127.0.0.1"): // and yet it is not what counts
		return Unknown(nil, "localhost leads to %s, and why could not be found out", found.Value).With(found).
			Because("The hosts file, %s, gives it 127.0.0.1.", found.File)
	}
	return localhostFromServer.Fail(summary, found.Value).With(found).
		Because("Addresses of this computer itself begin with 127, or are ::1. The address is not from %s, so another place gives it, mostly a name server.", found.File)
}

// namesLocalhost reports whether a line of a hosts file gives localhost an address.
func namesLocalhost(hosts, address string) bool {
	for line := range strings.Lines(hosts) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == address && slices.Contains(words[1:], "localhost") {
			return true
		}
	}
	return false
}

func isIPv4(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && a.Unmap().Is4()
}

// localhostUnknown says why the name has no address.
func localhostUnknown(ctx context.Context, h *platforms.Host, file string) Result {
	found := Found{Name: "localhost", File: file}
	text, err := h.ReadFile(ctx, file)
	switch {
	case errors.Is(err, platforms.ErrNotFound):
		return localhostMissing.Fail("localhost has no address").With(found).Because("There is no file %s.", file)
	case err != nil:
		return localhostMissing.Fail("localhost has no address").With(found).Because("The file %s could not be read: %s.", file, err)
	case everySecondZero(text) && h.OS != platforms.Windows:
		return hostsEncoding.Fail("localhost has no address").With(found).
			Because("The file %s is stored in UTF-16, so nothing in it is understood.", file)
	}
	return localhostMissing.Fail("localhost has no address").With(found).Because("The file %s gives it none.", file)
}

// everySecondZero reports whether about half of the text is zero bytes, as where
// UTF-16 spells plain letters. A file that a power failure left is all zeros.
func everySecondZero(text string) bool {
	zeros := strings.Count(text, "\x00")
	return zeros*5 > len(text)*2 && zeros*5 < len(text)*3
}

// hostsFile is where the system keeps the names it knows by itself.
func hostsFile(ctx context.Context, h *platforms.Host) (string, error) {
	if h.OS != platforms.Windows {
		return unixHosts, nil
	}
	dir, err := h.Registry(ctx, tcpipParameters, "DataBasePath")
	if errors.Is(err, platforms.ErrNotFound) || err == nil && dir.Data == "" {
		dir.Data, err = windowsHostsDir, nil
	}
	root := systemRoot(ctx, h)
	rest, expandable := cutPrefixFold(dir.Data, "%SystemRoot%")
	if expandable {
		return h.Join(root, rest, "hosts"), err
	}
	return h.Join(dir.Data, "hosts"), err
}
