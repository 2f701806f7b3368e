package fixers

import (
	"context"
	"strconv"
	"strings"

	"devdoctor/platforms"
)

// EndServer ends the learner's own program that holds a port. The process is known by
// all that the system tells of it, the time of its start too: another one that has taken
// its number since is left alone.
var EndServer = &Fix{
	ID: "end-server", Title: "End the program of yours that holds the port",
	Plan: func(ctx context.Context, p Patient) ([]Step, error) {
		pid, err := strconv.Atoi(p.Found["pid"])
		if err != nil || pid <= 1 {
			return nil, ErrNotHere
		}
		q := platforms.Query{Verb: "process", Args: []string{strconv.Itoa(pid)}}
		now, err := Answered(p.Host.Source().Answer(ctx, q))
		if err != nil || now == Absent {
			return nil, orNotHere(err)
		}
		me, err := p.Host.Account(ctx)
		owner := p.Found["account"]
		if p.Host.OS == platforms.Windows { // which names the computer before the account
			owner = strings.ToLower(owner[strings.LastIndexByte(owner, '\\')+1:])
			me.Name, err = strings.ToLower(p.Host.User), nil
		}
		if err == nil && owner != "" && me.Name != "" && owner != me.Name {
			return nil, ErrNotHere // it is somebody else's
		}
		process, err := p.Host.Process(ctx, pid)
		if err != nil || process.Started.IsZero() {
			return nil, orNotHere(err)
		}
		command := new(platforms.Redactor).Secrets(p.Found["command"])
		if command == "" {
			command = p.Found["name"]
		}
		if home := p.Host.Home; home != "" && home != "/" {
			command = strings.ReplaceAll(command, home, p.Host.Tilde(home))
		}
		how := ": first gently, after five seconds by force."
		if p.Host.OS == platforms.Windows { // which asks windows to close, and a program in a console has none
			how = "."
		}
		return []Step{{
			Says: "End " + command + ", process " + strconv.Itoa(pid) + ", which was started at " + process.Started.Format("15:04 on 2006-01-02") +
				how + " What it has not saved is lost.",
			Verified: triedOn(p.Host, platforms.Linux, platforms.Windows), Allow: AllowKill,
			Run: &Run{Argv: endProcess(p.Host.OS, pid), Seen: Probe{Query: q.String(), Before: Sealed(now), After: Absent}},
		}}, nil
	},
}

// gently asks a process to end, and wakes it up for that where it is stopped.
const gently = `kill PID; kill -CONT PID; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 PID || exit 0; sleep 0.5; done; kill -KILL PID; sleep 0.5`

func endProcess(os platforms.OS, pid int) []string {
	n := strconv.Itoa(pid)
	if os == platforms.Windows {
		return []string{"taskkill", "/PID", n, "/T", "/F"}
	}
	return []string{"sh", "-c", strings.ReplaceAll("{ "+gently+"; } 2>/dev/null", "PID", n)}
}
