package fixers

import (
	"context"
	"strings"

	"devdoctor/platforms"
)

// What is installed again by who keeps it. It is the same version as before, so that nothing
// is to be taken back; what was broken does not come back either.
var (
	NodeReinstall = &Fix{
		ID: "node-reinstall", Title: "Install this Node.js again",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) { return reinstall(ctx, p, "node", "-p", "1") },
	}
	NpmReinstall = &Fix{
		ID: "npm-reinstall", Title: "Install Node.js again, and npm with it",
		Plan: func(ctx context.Context, p Patient) ([]Step, error) { return reinstall(ctx, p, "npm", "--version") },
	}
)

// reinstall is the step for a Node.js, seen to be broken by a program that does not run.
func reinstall(ctx context.Context, p Patient, runs ...string) ([]Step, error) {
	seen, err := failing(ctx, p.Host, runs...)
	if err != nil || !strings.HasPrefix(seen.Before, "!") {
		return nil, orNotHere(err)
	}
	s := Step{Says: "Install Node.js again.", Verified: Documented, Run: &Run{Seen: seen}}
	switch owner := platforms.Manager(p.Found["owner"]); {
	case owner == platforms.Homebrew && p.Found["name"] != "":
		prefix := brewPrefix(p)
		s.Run.Argv, s.Hosts = brew(prefix, "reinstall", p.Found["name"]), []string{"ghcr.io"}
		s.Leaves = []string{prefix + "/Cellar", prefix + "/opt", "~/Library/Caches/Homebrew", "~/Library/Logs/Homebrew"}
	case owner == platforms.NodeSource, owner == platforms.Apt && runs[0] == "node" && ofCourse(p.Found["version"]):
		k := packagers[platforms.Apt]
		s.Hosts, s.Leaves = []string{packageServers}, k.leaves
		if s.Run.Argv, s.Admin, err = asAdmin(ctx, p, k.withEnv(k.again, []string{"nodejs"})); err != nil {
			return nil, err
		}
	case owner == platforms.MSI:
		return repairMSI(ctx, p, seen)
	default:
		return nil, ErrNotHere
	}
	return []Step{s}, nil
}
