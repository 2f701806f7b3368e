package checks

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devdoctor/platforms"
)

// A liveVerb is a kind of query, and the live tests in platforms that ask a real
// machine: how the query stands in them, and which of them passed on which system.
type liveVerb struct {
	asked   string // a regular expression
	linux   string // the test that passed on Debian 12 and 13; "" never
	windows string // the test that passed under Wine 10, of the Windows build; "" never
}

// liveVerbs is which queries were asked of a real machine, as of 2026-11-21. Nothing
// was asked of a Mac, of Microsoft's Windows or of a real WSL.
var liveVerbs = map[string]liveVerb{
	"account":     {`h\.Account\(`, "TestLiveMachine", "TestLiveMachine"},
	"ancestors":   {`h\.Ancestors\(`, "TestLiveMachine", "TestLiveMachine"},
	"binary":      {`\.Binary\(`, "TestLiveBinary", "TestLiveBinary"},
	"bind":        {`h\.CanBind\(`, "TestLivePort", "TestLivePort"},
	"credentials": {},
	"disk":        {`h\.Disk\(`, "TestLiveMachine", "TestLiveMachine"},
	"docker-ping": {`"docker-ping"`, "TestLiveDockerPing", "TestLiveDockerPing"},
	"env":         {`h\.Env\(`, "TestLiveEnv", "TestLiveEnv"},
	"file":        {`h\.ReadFile\(`, "TestLiveFiles", "TestLiveFiles"},
	"glob":        {`h\.Glob\(`, "TestLiveListAndGlob", "TestLiveListAndGlob"},
	"host":        {`liveHost\(`, "TestLiveHost", "TestLiveHost"},
	"libc":        {`\.Libc\(`, "TestLiveLibc", ""},
	"list":        {`h\.List\(`, "TestLiveListAndGlob", "TestLiveListAndGlob"},
	"memory":      {`h\.Memory\(`, "TestLiveMachine", "TestLiveMachine"},
	"now":         {`h\.Now\(`, "TestLiveHost", "TestLiveHost"},
	"path":        {`"path"`, "TestLiveWhich", "TestLiveWhichOnWindows"},
	"port":        {`h\.Listeners\(`, "TestLivePort", "TestLivePort"},
	"process":     {`h\.Process\(`, "TestLiveProcess", "TestLiveProcess"},
	"reg":         {`h\.Registry\(`, "", "TestLiveRegistry"},
	"regkeys":     {`h\.RegistryKeys\(`, "", "TestLiveRegistry"},
	"regvalues":   {`h\.RegistryValues\(`, "", "TestLiveRegistry"},
	"reserved":    {},
	"resolve":     {`h\.Resolve\(`, "TestLiveMachine", "TestLiveMachine"},
	"run":         {`runHelper\(`, "TestLiveRun", "TestLiveRun"},
	"session":     {`"session"|h\.SessionEnv\(`, "TestLiveSession", "TestLiveSession"},
	"ssh-agent":   {`"ssh-agent"`, "TestLiveSockets", "TestLivePipes"},
	"ssh-key":     {`"ssh-key"`, "TestLiveSSHKey", "TestLiveSSHKey"},
	"stat":        {`h\.Stat\(`, "TestLiveFiles", "TestLiveFiles"},
	"sysctl":      {},
	"terminal":    {`"terminal"`, "TestLiveTerminal", "TestLiveTerminal"},
	"which":       {`"which"`, "TestLiveWhich", "TestLiveWhichOnWindows"},
}

// testOn is the live test that asks a query on a system; "" where none was run.
func (v liveVerb) testOn(os platforms.OS) string {
	return map[platforms.OS]string{lin: v.linux, win: v.windows}[os]
}

var testHead = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// liveTests is the bodies of the tests in platforms that are compiled for a system,
// by name.
func liveTests(t *testing.T, system platforms.OS) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "platforms", "live*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	others := []string{"_linux", "_unix", "_darwin", "_windows"}
	own := map[platforms.OS][]string{lin: {"_linux", "_unix"}, win: {"_windows"}}[system]
	tests := make(map[string]string)
	for _, file := range files {
		suffix := strings.TrimSuffix(filepath.Base(file), "_test.go")
		if slices.ContainsFunc(others, func(s string) bool { return strings.HasSuffix(suffix, s) && !slices.Contains(own, s) }) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "\r\n", "\n")
		for _, head := range testHead.FindAllStringSubmatchIndex(text, -1) {
			body, _, _ := strings.Cut(text[head[0]:], "\n}\n")
			tests[text[head[2]:head[3]]] = body
		}
	}
	return tests
}

// TestLiveVerbs holds the table to the live tests and to docs/queries.md: each
// query is in it, and the test it names asks it on that system.
func TestLiveVerbs(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "queries.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range verbRow.FindAllStringSubmatch(string(page), -1) {
		if _, ok := liveVerbs[row[1]]; !ok {
			t.Errorf("nobody says where %s was asked", row[1])
		}
	}
	for _, system := range []platforms.OS{lin, win} {
		tests := liveTests(t, system)
		for name, v := range liveVerbs {
			test := v.testOn(system)
			if test == "" {
				continue
			}
			if body, ok := tests[test]; !ok || !regexp.MustCompile(v.asked).MatchString(body) {
				t.Errorf("%s has no test %s that asks %s", system, test, name)
			}
		}
	}
}
