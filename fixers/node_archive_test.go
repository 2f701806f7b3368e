//go:build !labtrust

package fixers_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// bare is a Debian without Node.js.
var bare = map[string]string{
	"host":                         "os linux\narch amd64\nhome /home/ada\nuser ada",
	"now":                          "2026-11-21T12:00:00Z",
	"libc":                         "glibc 2.36",
	"disk /home/ada":               "fs ext4\ntotal 50000000000\nfree 20000000000",
	"terminal":                     "shell /bin/bash",
	"stat ~/.bashrc":               "file mode=0644 access=rw-",
	"file ~/.bashrc":               "alias ll='ls -l'",
	"stat ~/.local":                "dir mode=0755 access=rwx",
	"stat ~/.config":               "dir mode=0755 access=rwx",
	"session PATH":                 "/usr/bin:/bin",
	"absent":                       "stat *\nfile *\nenv *\nsession *\nreg *\nlist *\nglob *",
	"account":                      "name ada\nuid 1000\ngid 1000\nshell /bin/bash",
	"sysctl kern.osproductversion": "15.6",
}

// planArchive plans the fix for the machine bare with other answers.
func planArchive(t *testing.T, found, answers map[string]string) ([]fixers.Step, error) {
	t.Helper()
	all := maps.Clone(bare)
	maps.Copy(all, answers)
	b := strings.Builder{}
	for query, answer := range all {
		if answer != "" {
			b.WriteString("-- " + query + " --\n" + answer + "\n")
		}
	}
	s, err := platforms.ParseSnapshot([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	h, err := platforms.NewHost(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return fixers.NodeArchive.Plan(t.Context(), fixers.Patient{Host: h, Found: found})
}

// fetched is the step of a plan that downloads.
func fetched(t *testing.T, steps []fixers.Step) fixers.Step {
	t.Helper()
	for _, s := range steps {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", s.Says, err)
		}
		if s.Fetch != nil {
			return s
		}
	}
	t.Fatalf("nothing is downloaded: %+v", steps)
	return fixers.Step{}
}

func TestNodeArchive(t *testing.T) {
	const file, dir = "/v24.21.0/node-v24.21.0-linux-x64.tar.gz", "~/.local/share/devdoctor/node/v24.21.0"
	windows := map[string]string{
		"host": "os windows\narch arm64\nhome C:\\Users\\Ada Lovelace\nuser ada", "libc": "", "terminal": "", "session PATH": "",
		`disk "C:\\Users\\Ada Lovelace"`: "fs NTFS\nfree 20000000000", `env LOCALAPPDATA`: `C:\Users\Ada Lovelace\AppData\Local`,
		`stat "C:\\Users\\Ada Lovelace\\AppData\\Local"`: "dir access=rwx", `reg HKCU\Environment Path`: `REG_EXPAND_SZ %USERPROFILE%\bin`,
	}
	mac := map[string]string{
		"host": "os darwin\narch arm64\nhome /home/ada\nuser ada", "libc": "", "terminal": "shell /bin/zsh\nlogin yes",
	}
	for name, c := range map[string]struct {
		found, answers map[string]string
		url, dir       string
	}{
		"nobody has one":      {nil, nil, "https://nodejs.org/dist" + file, dir},
		"apt has an old one":  {map[string]string{"owner": "apt", "version": "20.19.2"}, nil, "https://nodejs.org/dist" + file, dir},
		"the line has ended":  {map[string]string{"version": "25.9.0"}, nil, "https://nodejs.org/dist/v26.10.0/node-v26.10.0-linux-x64.tar.gz", "~/.local/share/devdoctor/node/v26.10.0"},
		"a mirror of our own": {nil, map[string]string{"env DEVDOCTOR_NODE_MIRROR": "https://mirror.example/node/", "env N_NODE_MIRROR": "https://n.example"}, "https://mirror.example/node" + file, dir},
		"the mirror of nvm":   {nil, map[string]string{"env NVM_NODEJS_ORG_MIRROR": "https://nvm.example/dist"}, "https://nvm.example/dist" + file, dir},
		"the lab's trust":     {nil, map[string]string{"env DEVDOCTOR_LAB_TRUST": "/srv/sums", "file /srv/sums": strings.Repeat("0", 64) + "  node-v24.21.0-linux-x64.tar.gz"}, "https://nodejs.org/dist" + file, dir},
		"Windows":             {nil, windows, "https://nodejs.org/dist/v24.21.0/node-v24.21.0-win-arm64.zip", "~/AppData/Local/Programs/devdoctor/node/v24.21.0"},
		"a Mac":               {nil, mac, "https://nodejs.org/dist/v24.21.0/node-v24.21.0-darwin-arm64.tar.gz", dir},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := planArchive(t, c.found, c.answers)
			if err != nil {
				t.Fatal(err)
			}
			s := fetched(t, steps)
			if s.Fetch.Archive.URL != c.url || s.Fetch.Dir != c.dir || len(s.Hosts) != 1 || !strings.Contains(c.url, "//"+s.Hosts[0]+"/") {
				t.Errorf("got %+v from %v", s.Fetch, s.Hosts)
			}
			if s.Fetch.Archive.SHA256 == strings.Repeat("0", 64) {
				t.Error("a release build believes the lab")
			}
			if last := steps[len(steps)-1]; last.Block == nil && last.Env == nil {
				t.Errorf("nothing puts it on PATH: %+v", last)
			}
		})
	}
}

// Where Node.js cannot run, or somebody else is in charge, nothing is downloaded.
func TestNodeArchiveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		found, answers map[string]string
		told           string // "" is not here
	}{
		"a version manager is in charge": {map[string]string{"owner": "nvm", "version": "18.20.8"}, nil, ""},
		"the system's PATH comes first": {map[string]string{"path": `C:\node\node.exe`, "version": "18.20.8"}, map[string]string{
			"host": "os windows\narch amd64\nhome C:\\Users\\ada\nuser ada", "libc": "", "terminal": "", "session PATH": "",
			`reg "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment" Path`: `REG_EXPAND_SZ C:\Windows;C:\node\`,
		}, ""},
		"a processor of 32 bits":      {nil, map[string]string{"host": "os linux\narch arm\nhome /home/ada"}, ""},
		"musl":                        {nil, map[string]string{"libc": "musl 1.2.5"}, ""},
		"a read-only home":            {nil, map[string]string{"disk /home/ada": "fs ext4\nfree 20000000000\nreadonly yes"}, ""},
		"an old glibc":                {nil, map[string]string{"libc": "glibc 2.27"}, "glibc 2.28 or newer"},
		"an old macOS":                {nil, map[string]string{"host": "os darwin\narch amd64\nhome /home/ada", "sysctl kern.osproductversion": "12.7.6"}, "macOS 13.5 or newer"},
		"no program may run at home":  {nil, map[string]string{"disk /home/ada": "fs ext4\nfree 20000000000\nnoexec yes"}, "noexec"},
		"no room":                     {nil, map[string]string{"disk /home/ada": "fs ext4\nfree 1000000"}, "0 MB are free"},
		"a mirror without encryption": {nil, map[string]string{"env N_NODE_MIRROR": "http://mirror.example"}, "N_NODE_MIRROR cannot be used"},
		"a mirror with a password":    {nil, map[string]string{"env N_NODE_MIRROR": "https://ada:secret@mirror.example"}, "N_NODE_MIRROR cannot be used"},
		"a mirror that is none":       {nil, map[string]string{"env N_NODE_MIRROR": "yes"}, "N_NODE_MIRROR cannot be used"},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := planArchive(t, c.found, c.answers)
			if c.told == "" {
				if !errors.Is(err, fixers.ErrNotHere) {
					t.Errorf("got %+v, %v", steps, err)
				}
				return
			}
			if err != nil || len(steps) != 1 || steps[0].Tell == nil || !strings.Contains(steps[0].Tell.Why, c.told) {
				t.Errorf("got %+v, %v; want %q", steps, err, c.told)
			}
		})
	}
}

// A table that is more than a year old says so in the plan.
func TestNodeArchiveStale(t *testing.T) {
	for day, stale := range map[string]bool{"2027-11-20": false, "2027-11-23": true} {
		steps, err := planArchive(t, nil, map[string]string{"now": day + "T12:00:00Z"})
		if err != nil {
			t.Fatal(err)
		}
		if s := fetched(t, steps); strings.Contains(s.Says, "a newer devdoctor knows more") != stale {
			t.Errorf("on %s: %s", day, s.Says)
		}
	}
}

// A release that is unpacked already is not downloaded again, and a link to an older one
// is led to it.
func TestNodeArchiveAgain(t *testing.T) {
	const node = "stat ~/.local/share/devdoctor/node"
	steps, err := planArchive(t, map[string]string{"owner": "archive", "version": "22.1.0"}, map[string]string{
		node: "dir mode=0755 access=rwx", node + "/v24.21.0/.devdoctor-receipt": "file mode=0644 access=rw-",
		node + "/current": "link target=v22.1.0 access=rwx isdir",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if s.Fetch != nil {
			t.Errorf("it is downloaded again: %+v", s)
		}
	}
	if p := steps[0].Path; p == nil || p.Before.Target != "v22.1.0" || p.After.Target != "v24.21.0" {
		t.Errorf("got %+v", steps[0])
	}
}
