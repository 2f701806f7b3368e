package oracle

import (
	"context"
	"fmt"
	"strings"
	"time"

	"devdoctor/testdata/lab/machine"
)

// Killed is what became of a fix on Windows that was killed.
type Killed struct {
	After   time.Duration
	Ended   bool     // it had ended by then
	Changed bool     // it had changed something
	Undo    []string // what undo did not put back
}

// killScript runs fix with Wine, kills it and nothing else after so many seconds, and says whether
// it still ran. After 0 it lets it end. A program of Windows is one of the Linux below.
const killScript = `cd "$1" && export WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
wine '` + windowsProgram + `' fix --json --yes --allow ` + allowances + ` >` + results + `/killed.out 2>&1 </dev/null &
if [ "$2" = 0.000 ]; then wait; else sleep "$2"; fi
said=ended
for p in /proc/[0-9]*; do
	if [ "$(tr '\0' ' ' 2>/dev/null <"$p/cmdline" | grep -c 'devdoctor\.exe fix')" = 1 ]; then kill -9 "${p#/proc/}" && said=killed; fi
done
wait
echo $said`

// Kill kills fix at n moments, the last of them after it has ended by itself, and wants undo to
// put everything back each time. It knows nothing of the points at which fix changes something,
// as the tracer on Linux does: it hits what it hits.
func (r *Runner) Kill(ctx context.Context, p Plan, n int) (all []Killed, err error) {
	err = r.visit(ctx, p, func(m *machine.Machine, _ *machine.Window) error {
		before, err := takeTree(ctx, m, p.Base)
		if err != nil {
			return err
		}
		begin := time.Now()
		if out := runAndKill(ctx, m, p, 0); !out.OK() {
			return fmt.Errorf("let fix end: %v", out)
		}
		whole := time.Since(begin)
		if _, err := r.undoKilled(ctx, m, p, before, Killed{}); err != nil {
			return err
		}
		for i := range n {
			k, err := r.killAfter(ctx, m, p, before, whole*time.Duration(i+1)/time.Duration(n))
			if err != nil {
				return err
			}
			if all = append(all, k); len(k.Undo) > 0 {
				return nil // the machine is not as before any more
			}
		}
		return nil
	})
	return all, err
}

func (r *Runner) killAfter(ctx context.Context, m *machine.Machine, p Plan, before tree, after time.Duration) (Killed, error) {
	out := runAndKill(ctx, m, p, after)
	if !out.OK() {
		return Killed{}, fmt.Errorf("kill fix: %v", out)
	}
	return r.undoKilled(ctx, m, p, before, Killed{After: after, Ended: strings.TrimSpace(out.Stdout) == "ended"})
}

func runAndKill(ctx context.Context, m *machine.Machine, p Plan, after time.Duration) machine.Result {
	project := driveC + strings.ReplaceAll(strings.TrimPrefix(p.project(), "C:"), `\`, "/")
	return m.Sh(ctx, "learner", fmt.Sprintf("set -- '%s' %.3f\n%s", project, after.Seconds(), killScript))
}

// undoKilled notes what the killed fix had changed, takes it back, and looks again.
func (r *Runner) undoKilled(ctx context.Context, m *machine.Machine, p Plan, before tree, k Killed) (Killed, error) {
	now, err := takeTree(ctx, m, p.Base)
	if err != nil {
		return k, err
	}
	leaves, err := leavesOf(ctx, m, p)
	if err != nil {
		return k, err
	}
	k.Changed = len(before.differs(now, p.Base, nil)) > 0
	if said := r.devdoctor(ctx, m, nil, p, "undo --yes"); said.Err != nil || said.TimedOut {
		return k, fmt.Errorf("undo on %s: %v", p, said)
	}
	undone, err := takeTree(ctx, m, p.Base)
	k.Undo = before.differs(undone, p.Base, leaves)
	return k, err
}
