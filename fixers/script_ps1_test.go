package fixers_test

import (
	"strings"
	"testing"

	"devdoctor/fixers"
)

// Windows PowerShell drops an empty argument of a program, and hands on a quote as one that means
// something: ssh-keygen took the -C behind an empty passphrase for the passphrase.
func TestArgumentsInPowerShell(t *testing.T) {
	argv := []string{"ssh-keygen", "-N", "", "-C", "it's ada", "-f", `a "quoted\" word`, "~/.ssh/key"}
	step := fixers.Step{Says: "Make a key.", Run: &fixers.Run{Argv: argv, Seen: fixers.Probe{Query: "stat ~/.ssh/key", Before: fixers.Absent, After: fixers.Anything}}}
	text, err := fixers.PS1.Script(fixers.Plan{Fixes: []fixers.Planned{{Steps: []fixers.Step{step}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `& 'ssh-keygen' '-N' '""' '-C' 'it''s ada' '-f' 'a \"quoted\\\" word' (Join-Path $HOME '.ssh\key')`
	if !strings.Contains(text, want) {
		t.Errorf("it has no line %s:\n%s", want, text)
	}
	if !strings.Contains(text, "$PSNativeCommandArgumentPassing = 'Legacy'") {
		t.Error("PowerShell 7.3 and newer would pass the two quotes on")
	}
}
