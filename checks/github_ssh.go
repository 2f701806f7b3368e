package checks

import (
	"context"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// defaultKeys is the names under which ssh looks for a key by itself
// (ssh_config(5), IdentityFile; OpenSSH 10).
var defaultKeys = []string{"id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"}

// Facts about OpenSSH on Windows, as of 2026-11-20.
const (
	windowsSSH      = "C:/Windows/System32/OpenSSH/ssh.exe"
	windowsSSHAgent = `HKLM\SYSTEM\CurrentControlSet\Services\ssh-agent`
	serviceDisabled = "4" // the value Start of a service that may not start
)

var (
	sshKeyMissing = &Problem{
		ID:    "key-missing",
		Means: "Your project reaches GitHub by SSH, and you have no SSH key. A key is a pair of files by which GitHub knows you without a password.",
		See:   "Type ls ~/.ssh. There is no file whose name begins with id_.",
		Fixes: []*fixers.Fix{fixers.MakeSSHKey},
		Tells: []fixers.Tell{{
			Do:  "Make a key: press Enter at each question. Then show GitHub the line in the file that ends in .pub: Settings, SSH and GPG keys.",
			Run: [][]string{{"ssh-keygen", "-t", "ed25519"}}, Undo: "Delete the two files that it names.",
		}},
	}
	sshKeyOpen = &Problem{
		ID:    "key-permissions",
		Means: "Other accounts of this computer can read your private SSH key. ssh refuses such a key, and GitHub answers: Permission denied.",
		See:   "Type ls -l ~/.ssh. The line of the key shows an r in its last six letters.",
		Fixes: []*fixers.Fix{fixers.CloseKey},
		Tells: []fixers.Tell{{
			Do:  "Let nobody but you read the key.",
			Run: [][]string{{"chmod", "600", "{path}"}}, Undo: "chmod 644, with the same file.",
		}, {
			OS: platforms.Linux, Owner: platforms.WindowsWSL,
			Do:   "The key lies on a drive of Windows, where chmod has no effect. Make a folder ~/.ssh in Linux, and copy the key there. Then type chmod 600 and the path of the copy.",
			Undo: "Delete the copy.",
		}},
	}
	sshKeyUnused = &Problem{
		ID:    "key-not-offered",
		Means: "Your SSH key has a name of its own, and nothing tells ssh to use it. So ssh does not show it to GitHub.",
		See:   "Type ssh -G github.com. No line identityfile names the key.",
		Fixes: []*fixers.Fix{fixers.OfferKey},
		Tells: []fixers.Tell{
			{Do: "Tell ssh in its settings to show this key to GitHub.",
				Run:  [][]string{{"sh", "-c", `printf "%s\n" "Host github.com" "  IdentityFile {path}" >> ~/.ssh/config`}},
				Undo: "Take the two lines out of ~/.ssh/config again."},
			{OS: platforms.Windows, Do: "Add two lines to the file that opens. The first is: Host github.com. The second is: IdentityFile {path}.",
				Run: [][]string{{"notepad", "{file}"}}, Undo: "Take the two lines out again."},
		},
	}
	sshTwoPrograms = &Problem{
		ID: "two-programs",
		Means: "Windows has an ssh and git has another. Your key is unlocked in the one of Windows, and git asks its own. " +
			"So git asks for the passphrase again, and a push from VS Code fails.",
		See:   "Type git config core.sshCommand. It prints nothing.",
		Fixes: []*fixers.Fix{fixers.WindowsSSH},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Let git use the ssh of Windows.",
			Run:  [][]string{{"git", "config", "--global", "core.sshCommand", windowsSSH}},
			Undo: "git config --global --unset core.sshCommand",
		}},
	}
	sshAgentOff = &Problem{
		ID:    "agent-off",
		Means: "A passphrase locks your SSH key, and the service that would keep it unlocked is switched off. A push from VS Code fails, because nobody can type there.",
		See:   "Press the Windows key and R, type services.msc, and look for OpenSSH Authentication Agent.",
		Fixes: []*fixers.Fix{fixers.StartAgent},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Open a terminal as administrator and switch the service on. Then type ssh-add in your own terminal, once.", Admin: true,
			Run:  [][]string{{"sc.exe", "config", "ssh-agent", "start=", "demand"}, {"sc.exe", "start", "ssh-agent"}, {"ssh-add"}},
			Undo: "sc.exe config ssh-agent start= disabled, as administrator.",
		}},
	}
)

// githubSSH wants a key that ssh can use, from those who use SSH.
var githubSSH = &Check{
	ID:       "github-ssh",
	Title:    "your SSH key can be used",
	Why:      "With SSH, git shows GitHub a key instead of a password. A key that ssh cannot use ends in: Permission denied (publickey).",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{sshKeyMissing, sshKeyOpen, sshKeyUnused, sshTwoPrograms, sshAgentOff},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		keys, err := sshKeys(ctx, h)
		if err != nil {
			return Unknown(err, "your SSH keys could not be looked at")
		}
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		needed := sshRemote(config.value("remote.origin.url"))
		switch {
		case len(keys) == 0 && needed:
			return noSSHKey(ctx, h)
		case len(keys) == 0:
			return Skip("you have no SSH key, and nothing needs one")
		case config.value("remote.origin.url") != "" && !needed:
			return Skip("this project reaches GitHub by HTTPS")
		}
		return weighKeys(ctx, h, config, keys, needed)
	},
}

// noSSHKey is a failure, unless an agent holds keys from elsewhere: 1Password
// and a forwarded agent keep no files.
func noSSHKey(ctx context.Context, h *platforms.Host) Result {
	n, err := h.SSHAgentKeys(ctx)
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the SSH agent did not answer")
	}
	if n > 0 {
		return OK("your SSH agent holds a key")
	}
	switch agent, err := identityAgent(ctx, h); {
	case err != nil:
		return Unknown(err, "the settings of ssh could not be read")
	case agent != "":
		return otherAgent(agent)
	}
	return sshKeyMissing.Fail("this project needs an SSH key, and you have none")
}

func otherAgent(socket string) Result {
	return OK("ssh asks another agent for your keys").
		Note("It is %s, which ~/.ssh/config names. Whether it holds a key that GitHub knows was not asked.", socket)
}

// identityAgent is the agent that ~/.ssh/config names for GitHub, as 1Password and Secretive
// ask for; "" without one. A block Match is given the benefit of the doubt (ssh_config(5)).
func identityAgent(ctx context.Context, h *platforms.Host) (string, error) {
	text, err := h.ReadFile(ctx, h.Join("~/.ssh/config"))
	if isAbsent(err) {
		return "", nil
	}
	applies := true
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(strings.Replace(line, "=", " ", 1)), " ")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(key) {
		case "host":
			applies = hostMatches(value, "github.com")
		case "match":
			applies = true
		case "identityagent":
			if applies { // the first one counts
				if value == "none" || value == "SSH_AUTH_SOCK" {
					value = ""
				}
				return value, err
			}
		}
	}
	return "", err
}

// hostMatches reports whether the patterns of a line Host take a name.
func hostMatches(patterns, name string) bool {
	found := false
	for pattern := range strings.FieldsSeq(patterns) {
		bare, not := strings.CutPrefix(strings.Trim(pattern, `"`), "!")
		if ok, err := path.Match(bare, name); err == nil && ok {
			if not {
				return false
			}
			found = true
		}
	}
	return found
}

func weighKeys(ctx context.Context, h *platforms.Host, config gitConfig, keys []sshKey, needed bool) Result {
	for _, k := range keys {
		if !k.open {
			continue
		}
		r := sshKeyOpen.Warn("others can read your SSH key %s", h.BaseName(k.path))
		if needed {
			r = sshKeyOpen.Fail("others can read your SSH key %s", h.BaseName(k.path))
		}
		found := Found{Path: k.path}
		if onWindowsDrive(k.real) {
			found.Owner = platforms.WindowsWSL
		}
		return r.With(found).Because("ssh refuses a key that others can read.")
	}
	agent, err := h.SSHAgentKeys(ctx)
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the SSH agent did not answer")
	}
	offered := slices.IndexFunc(keys, func(k sshKey) bool { return k.offered })
	if offered < 0 && agent == 0 {
		if other, err := identityAgent(ctx, h); err == nil && other != "" {
			return otherAgent(other)
		}
		return sshKeyUnused.Warn("ssh does not show your key %s to GitHub", h.BaseName(keys[0].path)).
			With(Found{Path: keys[0].path, File: h.Join("~/.ssh/config")}).
			Because("ssh tries only keys with its own names, such as id_ed25519, and those in ~/.ssh/config.")
	}
	if h.OS == platforms.Windows && offered >= 0 && keys[offered].Encrypted {
		return weighWindowsAgent(ctx, h, config, keys[offered], agent)
	}
	return OK("ssh has a key for GitHub").Note("Whether GitHub knows the key was not asked.")
}

// weighWindowsAgent looks at who unlocks a key with a passphrase: git brings an
// ssh of its own, which does not know the agent of Windows.
func weighWindowsAgent(ctx context.Context, h *platforms.Host, config gitConfig, key sshKey, agent int) Result {
	command := config.value("core.sshcommand")
	for _, name := range []string{"GIT_SSH_COMMAND", "GIT_SSH"} {
		value, err := h.Getenv(ctx, name)
		if err != nil {
			return Unknown(err, "the variables that choose git's ssh could not be read")
		}
		if value != "" {
			command = value
			break
		}
	}
	external := strings.Contains(strings.ToLower(strings.ReplaceAll(command, `\`, "/")), "system32/openssh")
	if command == "" {
		bundled, err := bundledSSH(ctx, h)
		if err != nil {
			return Unknown(err, "git's own ssh could not be looked for")
		}
		external = !bundled
	}
	found := Found{Path: key.path, Name: "core.sshCommand", Value: windowsSSH}
	if agent > 0 && !external && command == "" {
		return sshTwoPrograms.Warn("git does not ask the SSH agent of Windows").With(found).
			Because("Your key is in the agent of Windows. Git starts an ssh of its own, which cannot see it.")
	}
	start, err := h.Registry(ctx, windowsSSHAgent, "Start")
	if err != nil && !errors.Is(err, platforms.ErrNotFound) {
		return Unknown(err, "the service ssh-agent could not be looked up")
	}
	if external && agent == 0 && start.Data == serviceDisabled {
		return sshAgentOff.Warn("Windows keeps its SSH agent switched off").With(found).
			Because("The key %s has a passphrase, which git asks for each time.", h.BaseName(key.path))
	}
	if agent > 0 {
		return OK("ssh has a key for GitHub").Note("The key has a passphrase, and your SSH agent keeps it unlocked.")
	}
	return OK("ssh has a key for GitHub").Note("The key has a passphrase. git asks for it.")
}

func bundledSSH(ctx context.Context, h *platforms.Host) (bool, error) {
	dir, err := gitWindowsDir(ctx, h)
	if err != nil || dir == "" {
		return false, err
	}
	return h.Exists(ctx, h.Join(dir, "usr", "bin", "ssh.exe"))
}

// An sshKey is a private key in ~/.ssh.
type sshKey struct {
	platforms.SSHKey
	path    string
	real    string // where links lead
	offered bool   // ssh tries it by itself
	open    bool   // others can read it, so that ssh refuses it
}

// sshKeys is the private keys in ~/.ssh: the files with one of ssh's own names,
// and those with a public key beside them.
func sshKeys(ctx context.Context, h *platforms.Host) ([]sshKey, error) {
	names, err := h.List(ctx, h.Join("~/.ssh"))
	if errors.Is(err, platforms.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var config string
	if slices.Contains(names, "config") {
		if config, err = h.ReadFile(ctx, h.Join("~/.ssh/config")); err != nil {
			return nil, err
		}
	}
	var keys []sshKey
	for _, name := range names {
		if !slices.Contains(defaultKeys, name) && !slices.Contains(names, name+".pub") {
			continue
		}
		k := sshKey{path: h.Join("~/.ssh", name)}
		k.SSHKey, err = h.SSHKey(ctx, k.path)
		switch {
		case errors.Is(err, platforms.ErrTimedOut), errors.Is(err, platforms.ErrNotPermitted), errors.Is(err, platforms.ErrNotRecorded):
			return nil, err
		case err != nil:
			continue // a file with the name of a key that is none
		}
		info, err := h.Stat(ctx, k.path)
		if err != nil {
			return nil, err
		}
		k.real = info.Real
		if h.OS != platforms.Windows && info.Mode&0o077 != 0 {
			account, err := h.Account(ctx)
			if err != nil {
				return nil, err
			}
			k.open = strconv.Itoa(info.UID) == account.UID // of a key of another account ssh asks nothing
		}
		k.offered = slices.Contains(defaultKeys, name) || mentionsKey(config, name)
		keys = append(keys, k)
	}
	return keys, nil
}

// mentionsKey reports whether a line IdentityFile of ssh_config(5) ends in the
// name of a key.
func mentionsKey(config, name string) bool {
	for line := range strings.Lines(config) {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t=\r\n\"", r) })
		if len(words) >= 2 && strings.EqualFold(words[0], "IdentityFile") && (words[1] == name || strings.HasSuffix(words[1], "/"+name) || strings.HasSuffix(words[1], `\`+name)) {
			return true
		}
	}
	return false
}
