package fixers

import (
	"context"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"devdoctor/platforms"
)

// What keeps the command docker from its engine.
var (
	StartDocker     = &Fix{ID: "docker-start", Title: "Start Docker's engine", Plan: startDocker}
	JoinDockerGroup = &Fix{ID: "docker-group", Title: "Put your account into the group docker", Plan: joinDockerGroup}
	DockerContext   = &Fix{ID: "docker-context", Title: "Tell docker to use the engine that is there", Plan: dockerContext}
	DockerHelper    = &Fix{ID: "docker-helper", Title: "Take a helper that is gone out of docker's settings", Plan: dockerHelper}
	LinkCompose     = &Fix{ID: "docker-compose-link", Title: "Put docker-compose where docker looks", Plan: linkCompose}
)

// The owners of the engine, as the checks name them, that a command can start.
const (
	engineOfSystemd platforms.Manager = "docker-engine"
	engineOfService platforms.Manager = "docker-service"
	engineOfAccount platforms.Manager = "docker-rootless"
	engineOfColima  platforms.Manager = "colima"
)

// inactive is the exit status of systemctl is-active for what does not run
// (systemctl(1), read 2026-11-21).
const inactive = "! exit 3"

func startDocker(ctx context.Context, p Patient) ([]Step, error) {
	h := p.Host
	s := Step{Says: "Start Docker's engine.", Verified: Documented}
	switch owner := platforms.Manager(p.Found["owner"]); {
	case owner == engineOfColima:
		s.Run = &Run{Argv: []string{"colima", "start"}, Back: []string{"colima", "stop"}, Seen: Probe{Query: "run colima status", Before: "! exit 1", After: Anything}}
		return []Step{s}, nil
	case owner == platforms.WindowsWSL:
		return startFromWSL(ctx, p)
	case owner == engineOfDesktop, h.OS != platforms.Linux:
		return startDesktop(ctx, p)
	case owner == engineOfAccount:
		seen, err := exactly(ctx, h, "active", "run", "systemctl", "--user", "is-active", "docker")
		s.Run = &Run{Argv: []string{"systemctl", "--user", "start", "docker"}, Back: []string{"systemctl", "--user", "stop", "docker"}, Seen: seen}
		return []Step{s}, err
	case owner == engineOfSystemd:
		s.Verified = ByRunning
		s.Run = &Run{
			// Its socket would start it again.
			Argv: []string{"systemctl", "start", "docker"}, Back: []string{"systemctl", "stop", "docker.socket", "docker.service"},
			Seen: Probe{Query: "run systemctl is-active docker", Before: inactive, After: "active"},
		}
		s.Leaves = []string{"/var/lib/docker/*", "/var/lib/containerd/*", "/var/log/*"}
	case owner == engineOfService:
		s.Run = &Run{
			Argv: []string{"service", "docker", "start"}, Back: []string{"service", "docker", "stop"},
			Seen: Probe{Query: "run service docker status", Before: inactive, After: Anything},
		}
		s.Leaves = []string{"/var/lib/docker/*", "/var/log/*"}
	default:
		return nil, ErrNotHere
	}
	var err error
	if s.Run.Back, _, err = asAdmin(ctx, p, s.Run.Back); err != nil {
		return nil, err
	}
	s.Run.Argv, s.Admin, err = asAdmin(ctx, p, s.Run.Argv)
	return []Step{s}, err
}

// joinDockerGroup makes the account a member. Whoever is one has all power over the
// computer, which is a consent of its own.
func joinDockerGroup(ctx context.Context, p Patient) ([]Step, error) {
	account := p.Found["account"]
	if account != "" && p.Host.OS == platforms.Windows {
		return joinDockerUsers(ctx, p, account)
	}
	if account == "" || p.Host.OS != platforms.Linux {
		return nil, ErrNotHere
	}
	q := platforms.Query{Verb: "run", Args: []string{"id", "-nG", account}}
	now, err := Answered(p.Host.Source().Answer(ctx, q))
	if err != nil || strings.HasPrefix(now, "!") {
		return nil, orNotHere(err)
	}
	argv, admin, err := asAdmin(ctx, p, []string{"usermod", "-aG", "docker", account})
	if err != nil {
		return nil, err
	}
	back, _, err := asAdmin(ctx, p, []string{"gpasswd", "-d", account, "docker"})
	if err != nil {
		return nil, err
	}
	return []Step{{
		Says:  "Put your account into the group docker. Its members have all power over this computer. Then log out and in again.",
		Admin: admin, Verified: ByRunning, Allow: AllowDockerGroup, Leaves: []string{"/etc/group-", "/etc/gshadow-", "/var/log/*"},
		Run: &Run{Argv: argv, Back: back, Seen: Probe{Query: q.String(), Before: now, After: Anything}},
	}}, nil
}

// currentContext is a member of docker's config.json.
var currentContext = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"currentContext"\s*:\s*"[^"\\]*"`) })

// dockerContext writes another context into docker's settings.
func dockerContext(ctx context.Context, p Patient) ([]Step, error) {
	h, name, file := p.Host, p.Found["name"], p.Found["file"]
	if name == "" || file == "" || strings.ContainsAny(name, `"\`) {
		return nil, ErrNotHere
	}
	f, err := readPresent(ctx, h, file)
	if err != nil || !f.there {
		return nil, orNotHere(err)
	}
	at := currentContext().FindAllStringIndex(f.text, -1)
	if len(at) != 1 {
		return nil, ErrNotHere
	}
	text := f.text[:at[0][0]] + `"currentContext": "` + name + `"` + f.text[at[0][1]:]
	if text == f.text || !json.Valid([]byte(text)) {
		return nil, ErrNotHere
	}
	return unlessSecret(f.become(ctx, h, text, 0o600, triedOn(h, platforms.Linux), "Write the context "+name+" into docker's settings."))
}

// dockerHelper takes a credential helper out of docker's settings.
func dockerHelper(ctx context.Context, p Patient) ([]Step, error) {
	h, name, file := p.Host, p.Found["value"], p.Found["file"]
	if name == "" || file == "" {
		return nil, ErrNotHere
	}
	f, err := readPresent(ctx, h, file)
	if err != nil || !f.there {
		return nil, orNotHere(err)
	}
	text := withoutHelper(f.text, name)
	if text == f.text || !json.Valid([]byte(text)) {
		return nil, ErrNotHere
	}
	return unlessSecret(f.become(ctx, h, text, 0o600, triedOn(h, platforms.Linux), "Take the helper "+name+" out of docker's settings."))
}

// withoutHelper is docker's settings without the members that name a credential helper.
func withoutHelper(text, helper string) string {
	value := `\s*:\s*` + regexp.QuoteMeta(strconv.Quote(helper))
	text = withoutMembers(text, `"credsStore"`+value)
	helpers := regexp.MustCompile(`"credHelpers"\s*:\s*\{[^{}]*\}`)
	return helpers.ReplaceAllStringFunc(text, func(object string) string { return withoutMembers(object, `"[^"]*"`+value) })
}

// withoutMembers takes what matches a member of a JSON object out of a text, and the comma
// that parts it from its neighbour.
func withoutMembers(text, member string) string {
	text = regexp.MustCompile(member+`\s*,\s*`).ReplaceAllString(text, "")
	return regexp.MustCompile(`,?\s*`+member).ReplaceAllString(text, "")
}

// secretLine matches lines of settings that may hold a password or a token.
var secretLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`://[^/@\s]+@|[^/@\s:="']+:[^/@\s]+@|"auth"|(?i)token|passw|secret`)
})

// unlessSecret is steps, if none of them shows a line with a secret: it would stand in
// the plan and in the journal.
func unlessSecret(steps []Step, err error) ([]Step, error) {
	for _, s := range steps {
		if s.Edit == nil {
			continue
		}
		for _, h := range s.Edit.Hunks {
			if text := strings.ReplaceAll(string(h.Before)+"\n"+string(h.After), "libsecret", ""); secretLine().MatchString(text) {
				return nil, ErrNotHere
			}
		}
	}
	return steps, err
}

// linkCompose links a docker-compose from elsewhere into the folder of the account's plugins.
func linkCompose(ctx context.Context, p Patient) ([]Step, error) {
	h, path := p.Host, p.Found["path"]
	const link = "~/.docker/cli-plugins/docker-compose"
	taken, err := h.Exists(ctx, h.Join(link))
	if err != nil || taken || path == "" || h.OS == platforms.Windows {
		return nil, orNotHere(err)
	}
	steps, err := parents(ctx, h, link, triedOn(h, platforms.Linux))
	return append(steps, Step{
		Says: "Put a link to " + atHome(h, path) + " where docker looks for it.", Verified: triedOn(h, platforms.Linux),
		Path: &Path{Path: link, After: platforms.Entry{Kind: platforms.KindLink, Target: path}},
	}), err
}
