package checks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// Where PowerShell keeps its execution policy (about_Execution_Policies and
// about_PowerShell_Config, read 2026-11-20). Not seen on a real Windows.
const (
	policyByOrder   = `\SOFTWARE\Policies\Microsoft\Windows\PowerShell` // group policy, HKLM before HKCU
	policyByOrder7  = `\SOFTWARE\Policies\Microsoft\PowerShellCore`
	policyByChoice  = `\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell` // HKCU before HKLM
	policyVariable  = "PSExecutionPolicyPreference"                                    // of one window, and those it starts
	powershell7     = `C:\Program Files\PowerShell\7`
	powershellFile  = "powershell.config.json"
	powershellField = "Microsoft.PowerShell:ExecutionPolicy"
)

var (
	scriptsBlocked = &Problem{
		ID: "blocked",
		Means: "PowerShell refuses to run scripts on this computer, as Windows leaves it. In PowerShell npm is a script, npm.ps1, " +
			"and answers: running scripts is disabled on this system.",
		See:   "In PowerShell, type npm --version. In Command Prompt the same line works.",
		Fixes: []*fixers.Fix{fixers.AllowScripts},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Allow your own account to run scripts of this computer, and signed ones from elsewhere.",
			Run:  [][]string{{"powershell", "-NoProfile", "-Command", "Set-ExecutionPolicy -Scope CurrentUser -ExecutionPolicy RemoteSigned -Force"}},
			Undo: "The same line with Undefined in place of RemoteSigned.",
		}},
	}
	scriptsBlockedHere = &Problem{
		ID:    "blocked-in-window",
		Means: "The program that opened this window told PowerShell to refuse scripts in it. In PowerShell npm is a script, npm.ps1.",
		See:   "In PowerShell, type Get-ExecutionPolicy -List. The line Process names the rule.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Open a new terminal window from the Start menu. In this one, npm.cmd works in place of npm.",
			Run: [][]string{{"npm.cmd", "--version"}}, Human: true, Undo: "Nothing has to be undone.",
		}},
	}
	scriptsBlocked7 = &Problem{
		ID:    "blocked-in-7",
		Means: "PowerShell 7 refuses to run scripts on this computer. In PowerShell npm is a script, npm.ps1.",
		See:   "In PowerShell 7, type npm --version.",
		Fixes: []*fixers.Fix{fixers.AllowScripts7},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Allow your own account to run scripts of this computer, and signed ones from elsewhere.",
			Run:  [][]string{{"pwsh", "-NoProfile", "-Command", "Set-ExecutionPolicy -Scope CurrentUser -ExecutionPolicy RemoteSigned -Force"}},
			Undo: "The same line with Undefined in place of RemoteSigned.",
		}},
	}
	scriptsForbidden = &Problem{
		ID:    "forbidden",
		Means: "Whoever manages this computer forbids scripts in PowerShell. In PowerShell npm is a script, npm.ps1. You cannot change that.",
		See:   "In PowerShell, type Get-ExecutionPolicy -List. The line MachinePolicy or UserPolicy names the rule.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Work in Command Prompt, where npm is no script. In PowerShell type npm.cmd and npx.cmd instead of npm and npx.",
			Run: [][]string{{"npm.cmd", "--version"}}, Human: true, Undo: "Nothing has to be undone.",
		}},
	}
)

// npmScriptsPolicy wants PowerShell to run npm. It matters to those who work
// elsewhere too: VS Code opens PowerShell unless told otherwise.
var npmScriptsPolicy = &Check{
	ID:        "npm-scripts-policy",
	Title:     "PowerShell lets npm run",
	Why:       "VS Code opens PowerShell on Windows. Where it refuses scripts, every npm command of the lessons ends in a red error.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{scriptsBlocked, scriptsBlockedHere, scriptsBlocked7, scriptsForbidden},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		if h.OS != platforms.Windows {
			return Skip("only Windows has such a rule")
		}
		n, err := findNpm(ctx, h)
		if err != nil {
			return Unknown(err, "the folders of PATH could not be searched for npm")
		}
		if n.path == "" {
			return Skip("PATH leads to no npm")
		}
		script, err := h.Exists(ctx, h.Join(h.DirName(n.path), "npm.ps1"))
		switch {
		case err != nil:
			return Unknown(err, "the folder of npm could not be looked at")
		case !script:
			return OK("npm is no script here")
		}
		return weighPolicies(ctx, h)
	},
}

func weighPolicies(ctx context.Context, h *platforms.Host) Result {
	r, err := weighPolicy5(ctx, h)
	if err != nil {
		return Unknown(err, "the execution policy of PowerShell could not be read")
	}
	if r.Status != StatusOK {
		return r
	}
	there, err := h.Exists(ctx, h.Join(powershell7, "pwsh.exe"))
	if err != nil {
		return Unknown(err, "PowerShell 7 could not be looked for")
	}
	if !there {
		return r
	}
	seven, err := policyOf7(ctx, h)
	if err != nil {
		return Unknown(err, "the execution policy of PowerShell 7 could not be read")
	}
	found := Found{Name: "ExecutionPolicy", Value: seven.name, File: seven.from}
	switch {
	case seven.refuses() && seven.ordered:
		return scriptsForbidden.Warn("this computer's managers forbid scripts in PowerShell 7").With(found).
			Because("A group policy sets %s. Windows PowerShell, the older one, runs npm.", seven.name)
	case seven.refuses():
		return scriptsBlocked7.Warn("PowerShell 7 refuses to run npm").With(found).
			Because("Its execution policy is %s, set in %s. Windows PowerShell, the older one, runs npm.", seven.name, seven.from)
	}
	return r
}

// weighPolicy5 is about Windows PowerShell. A group policy goes before the window's
// own policy, and that before what is set for good.
func weighPolicy5(ctx context.Context, h *platforms.Host) (Result, error) {
	ordered, err := orderedPolicy(ctx, h, policyByOrder)
	if err != nil {
		return Result{}, err
	}
	window, err := h.Getenv(ctx, policyVariable)
	if err != nil {
		return Result{}, err
	}
	chosen, err := chosenPolicy(ctx, h)
	if err != nil {
		return Result{}, err
	}
	found := Found{Name: "ExecutionPolicy", Value: chosen.name, File: chosen.from}
	here := executionPolicy{name: window}
	switch {
	case ordered.refuses():
		return scriptsForbidden.Warn("this computer's managers forbid scripts in PowerShell").With(found).
			Because("A group policy sets %s. Group policies go before all that you could set.", ordered.name), nil
	case ordered.name != "":
		return OK("PowerShell runs npm"), nil
	case here.refuses() && !chosen.refuses():
		return scriptsBlockedHere.Fail("PowerShell refuses to run npm in this window").With(found).
			Because("The variable %s sets %s. New windows run npm.", policyVariable, window), nil
	case chosen.refuses() && decides(window) && !here.refuses():
		return scriptsBlocked.Warn("PowerShell runs npm in this window only").With(found).
			Because("The program that opened the window allows it. The execution policy, the rule for scripts, is %s elsewhere.", chosen.name), nil
	case chosen.refuses() && chosen.from == "":
		return scriptsBlocked.Fail("PowerShell refuses to run npm").With(found).
			Because("Its execution policy, the rule for scripts, is %s: nobody has set another.", chosen.name), nil
	case chosen.refuses():
		return scriptsBlocked.Fail("PowerShell refuses to run npm").With(found).
			Because("Its execution policy, the rule for scripts, is %s, set in %s.", chosen.name, chosen.from), nil
	}
	return OK("PowerShell runs npm").With(found), nil
}

// An executionPolicy is PowerShell's rule for scripts.
type executionPolicy struct {
	name    string
	from    string // where it is set; "" for the default
	ordered bool   // by a group policy, which nobody can override
}

// refuses reports whether npm.ps1 does not run. It is not signed, and not marked
// as downloaded.
func (p executionPolicy) refuses() bool {
	return strings.EqualFold(p.name, "Restricted") || strings.EqualFold(p.name, "AllSigned")
}

// chosenPolicy is the policy of Windows PowerShell that is set for the account,
// else for the computer, else the one Windows comes with.
func chosenPolicy(ctx context.Context, h *platforms.Host) (executionPolicy, error) {
	for _, root := range []string{"HKCU", "HKLM"} {
		v, err := h.Registry(ctx, root+policyByChoice, "ExecutionPolicy")
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return executionPolicy{}, err
		}
		if decides(v.Data) {
			return executionPolicy{name: v.Data, from: root + policyByChoice}, nil
		}
	}
	release, err := h.Release(ctx)
	if err == nil && strings.HasPrefix(release.Edition, "Server") {
		return executionPolicy{name: "RemoteSigned"}, nil
	}
	return executionPolicy{name: "Restricted"}, err
}

// decides reports whether a policy is set at all.
func decides(name string) bool { return name != "" && !strings.EqualFold(name, "Undefined") }

// orderedPolicy is what a group policy says, nothing when there is none.
func orderedPolicy(ctx context.Context, h *platforms.Host, key string) (executionPolicy, error) {
	for _, root := range []string{"HKLM", "HKCU"} {
		enabled, err := h.Registry(ctx, root+key, "EnableScripts")
		if errors.Is(err, platforms.ErrNotFound) {
			continue
		}
		if err != nil {
			return executionPolicy{}, err
		}
		p := executionPolicy{name: "Restricted", from: root + key, ordered: true}
		if enabled.Data == "1" {
			v, err := h.Registry(ctx, root+key, "ExecutionPolicy")
			if err != nil && !errors.Is(err, platforms.ErrNotFound) {
				return executionPolicy{}, err
			}
			p.name = v.Data
		}
		if decides(p.name) {
			return p, nil
		}
	}
	return executionPolicy{}, nil
}

// policyOf7 is the policy of PowerShell 7. The file for all accounts decides only
// where the learner's own does not; that one is in Documents, and is opened only
// where it matters.
func policyOf7(ctx context.Context, h *platforms.Host) (executionPolicy, error) {
	p, err := orderedPolicy(ctx, h, policyByOrder7)
	if err != nil || p.name != "" {
		return p, err
	}
	all, err := policyInFile(ctx, h, h.Join(powershell7, powershellFile))
	if err != nil || !all.refuses() {
		return all, err
	}
	own, err := policyInFile(ctx, h, h.Join(`~\Documents\PowerShell`, powershellFile))
	if err != nil || own.from != "" {
		return own, err
	}
	return all, nil
}

func policyInFile(ctx context.Context, h *platforms.Host, file string) (executionPolicy, error) {
	unset := executionPolicy{name: "RemoteSigned"}
	text, err := h.ReadFile(ctx, file)
	if isAbsent(err) {
		return unset, nil
	}
	if err != nil {
		return unset, err
	}
	var config map[string]any
	if json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &config) != nil {
		return unset, nil // PowerShell 7 passes over a file that it cannot read
	}
	if name, ok := config[powershellField].(string); ok && decides(name) {
		return executionPolicy{name: name, from: file}, nil
	}
	return unset, nil
}
