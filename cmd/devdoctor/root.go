package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"devdoctor/checks"
)

const intro = `devdoctor looks at your computer and says what the course still needs.
It only looks: it changes nothing and does not ask the network. devdoctor fix
shows what it would change, and asks before it does.

Type devdoctor alone to look at phases 1 and 2 of the course.`

func newRoot(a *app) *cobra.Command {
	cobra.MousetrapHelpText = "" // a double-click on Windows runs check
	root := &cobra.Command{
		Use:           "devdoctor",
		Short:         "Look at this computer and say what the course still needs",
		Long:          intro,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCheck(a), newFix(a), newUndo(a), newExplain(a), newList(a), newVersion(a))
	return root
}

// orCheck is args, behind "check" where they name no command.
func orCheck(args []string) []string {
	if len(args) == 0 {
		return []string{"check"}
	}
	switch first := args[0]; {
	case first == "--version":
		return append([]string{"version"}, args[1:]...)
	case first == "-h", first == "--help", !strings.HasPrefix(first, "-"):
		return args
	}
	return append([]string{"check"}, args...)
}

// callPatience is how long the search for devdoctor itself may take.
const callPatience = time.Second

// callName is how the learner can call devdoctor again in the same terminal: its
// name where PATH finds it, else as it was typed. A network drive on PATH that is
// gone never answers.
func callName(typed string) string {
	name := strings.TrimSuffix(filepath.Base(typed), ".exe")
	onPath := make(chan bool, 1)
	go func() {
		found, err := exec.LookPath(name)
		onPath <- err == nil && (typed == name || sameFile(found, typed))
	}()
	select {
	case yes := <-onPath:
		if yes {
			return name
		}
	case <-time.After(callPatience):
	}
	return typed
}

var commands = []string{"check", "fix", "undo", "explain", "list", "version", "completion", "help"}

func unknownCommand(name string) error {
	if checks.Find(name) != nil {
		return usage("%q is a check and no command; type: devdoctor check %s", name, name)
	}
	return usage("there is no command %q%s", name, suggest(name, commands, "; devdoctor help lists them"))
}

// flagError is what a learner is told about a flag that devdoctor does not know
// or whose value it does not take.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage("%w", err)
	}
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return usage("there is no flag -%s; devdoctor %s --help lists them", name, cmd.Name())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return usage("%s has no flag --%s%s", cmd.Name(), name, suggest("--"+name, names, "; devdoctor "+cmd.Name()+" --help lists them"))
}

// suggest names the word of known that is nearest to a mistyped one, else says
// what otherwise says.
func suggest(typed string, known []string, otherwise string) string {
	best, least := "", max(2, len(typed)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(typed), k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		for _, k := range known {
			if len(typed) > 2 && strings.HasPrefix(k, strings.ToLower(typed)) {
				best = k
				break
			}
		}
	}
	if best == "" {
		return otherwise
	}
	return "; did you mean " + best + "?"
}

// distance is how many letters must be changed, added or left out to make b of
// a; two neighbours that changed places count once.
func distance(a, b string) int {
	before, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(next[j]+1, row[j+1]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// checkNamed finds a check, or says which one may be meant.
func checkNamed(id string) (*checks.Check, error) {
	if c := checks.Find(id); c != nil {
		return c, nil
	}
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return nil, usage("there is no check %q%s", id, suggest(id, ids, "; devdoctor list names them"))
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
