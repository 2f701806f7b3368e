package checks

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// gitMain is the first git that calls the first branch main without being told
// (announced in the release notes of 2.51 for 3.0; read 2026-11-20).
const gitMain = "3.0"

var branchUnset = &Problem{
	ID: "unset",
	Means: "Git calls the first branch of a new project master, and GitHub calls it main. A branch is a line of work with a name. " +
		"The push command of the lesson then finds no branch called main.",
	See:   "Type git config init.defaultBranch. It prints nothing.",
	Fixes: []*fixers.Fix{fixers.GitDefaultBranch, fixers.OwnGitSettings},
	Tells: []fixers.Tell{{
		Do:   "Tell git to call the first branch main. For a project that has a master already, type git branch -M main in its folder.",
		Run:  [][]string{{"git", "config", "--global", "init.defaultBranch", "main"}},
		Undo: "git config --global --unset init.defaultBranch",
	}},
}

var branchDiffers = &Problem{
	ID:    "project-differs",
	Means: "Your project works on a branch called master, and its copy on GitHub has main. Git sees two lines of work that know nothing of each other.",
	See:   "In the project, type git branch --all.",
	Fixes: []*fixers.Fix{fixers.GitBranchMain},
	Tells: []fixers.Tell{{
		Do:   "In the project, give your branch the name main, if both belong together. Then fetch what GitHub has.",
		Run:  [][]string{{"git", "-C", "{dir}", "branch", "-M", "main"}},
		Undo: "git branch -M master, in the project.",
	}},
}

// gitDefaultBranch wants new projects to begin on main, as GitHub's do.
var gitDefaultBranch = &Check{
	ID:       "git-default-branch",
	Title:    "new projects begin on the branch main",
	Why:      "GitHub calls the first branch main. Where git calls it master, the first push answers: src refspec main does not match any.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{branchUnset, branchDiffers},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		differs, err := masterBesideMain(ctx, h, need.Project)
		switch {
		case err != nil:
			return Unknown(err, "the branches of your project could not be read")
		case differs:
			return branchDiffers.Warn("this project is on master, its copy on GitHub on main").With(Found{Dir: need.Project, Name: "master"}).
				Because("Git does not connect the two until your branch is called main as well.")
		}
		empty, err := withoutCommit(ctx, h, need.Project)
		if err != nil {
			return Unknown(err, "the commits of your project could not be looked for")
		}
		r := weighDefaultBranch(ctx, h, config)
		if empty {
			r = r.Note("This project has no commit yet. git push says src refspec main does not match any until it has one.")
		}
		return r
	},
}

func weighDefaultBranch(ctx context.Context, h *platforms.Host, config gitConfig) Result {
	branch, set := config.last("init.defaultbranch")
	found := Found{Name: "init.defaultBranch", Value: branch.Value, File: branch.File}
	switch {
	case !set || branch.Value == "":
		return defaultOfGit(ctx, h)
	case branch.Value != "main":
		return OK("new projects begin on %s", branch.Value).With(found).
			Note("The lessons say main. Where they do, type %s.", branch.Value)
	}
	return OK("new projects begin on main").With(found)
}

// withoutCommit reports whether nothing was ever committed in a project: the
// branch that HEAD names is in none of the places where git keeps branches.
func withoutCommit(ctx context.Context, h *platforms.Host, project string) (bool, error) {
	if project == "" {
		return false, nil
	}
	head, err := h.ReadFile(ctx, h.Join(project, ".git", "HEAD"))
	branch, named := strings.CutPrefix(strings.TrimSpace(head), "ref: ")
	if err != nil || !named {
		return false, ignoreAbsent(err)
	}
	for _, place := range []string{branch, "reftable"} { // the second one is a database of all
		there, err := h.Exists(ctx, h.Join(project, ".git", place))
		if err != nil || there {
			return false, err
		}
	}
	packed, err := h.ReadFile(ctx, h.Join(project, ".git", "packed-refs"))
	return !strings.Contains(packed, " "+branch+"\n"), ignoreAbsent(err)
}

// ignoreAbsent is err, unless it says that there is no such file.
func ignoreAbsent(err error) error {
	if errors.Is(err, platforms.ErrNotFound) {
		return nil
	}
	return err
}

func defaultOfGit(ctx context.Context, h *platforms.Host) Result {
	out, err := h.Run(ctx, "git", "--version")
	if err != nil {
		return Unknown(err, "git did not say its version")
	}
	have, err := version.NewVersion(versionNumber(out.Stdout))
	if err != nil {
		return Unknown(nil, "git did not say its version")
	}
	if have.GreaterThanOrEqual(version.Must(version.NewVersion(gitMain))) {
		return OK("new projects begin on main")
	}
	return branchUnset.Warn("git calls the first branch master, GitHub calls it main").
		Because("init.defaultBranch is not set. The first git push origin main would find no such branch.")
}

// masterBesideMain reports whether a project is on master while its remote copy
// has a main and no master.
func masterBesideMain(ctx context.Context, h *platforms.Host, project string) (bool, error) {
	if project == "" {
		return false, nil
	}
	head, err := h.ReadFile(ctx, h.Join(project, ".git", "HEAD"))
	if errors.Is(err, platforms.ErrNotFound) || err == nil && strings.TrimSpace(head) != "ref: refs/heads/master" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	main, err := hasRemoteBranch(ctx, h, project, "main")
	if err != nil || !main {
		return false, err
	}
	master, err := hasRemoteBranch(ctx, h, project, "master")
	return !master, err
}

func hasRemoteBranch(ctx context.Context, h *platforms.Host, project, branch string) (bool, error) {
	loose, err := h.Exists(ctx, h.Join(project, ".git", "refs", "remotes", "origin", branch))
	if err != nil || loose {
		return loose, err
	}
	packed, err := h.ReadFile(ctx, h.Join(project, ".git", "packed-refs"))
	if errors.Is(err, platforms.ErrNotFound) {
		return false, nil
	}
	return strings.Contains(packed, " refs/remotes/origin/"+branch+"\n"), err
}

// Windows programs take paths of up to 260 characters, the end included
// (MAX_PATH). A course project with its node_modules uses some 150 of them.
const (
	maxWindowsPath = 259
	deepestFile    = 150
)

var longPathsOff = &Problem{
	ID:    "off",
	Means: "Your project lies deep in the folders of Windows. Git stops at a path of 260 characters and says: Filename too long.",
	See:   "In the project, type git config core.longpaths. It prints nothing or false.",
	Fixes: []*fixers.Fix{fixers.GitLongPaths},
	Tells: []fixers.Tell{{
		OS: platforms.Windows, Do: "Let git use long paths. A folder nearer to the top of the drive serves as well.",
		Run:  [][]string{{"git", "config", "--global", "core.longpaths", "true"}},
		Undo: "git config --global --unset core.longpaths",
	}},
}

// gitLongPaths wants room for the files of a project on Windows.
var gitLongPaths = &Check{
	ID:       "git-long-paths",
	Title:    "git can write every file of your project",
	Why:      "Packages of npm lie deep in folders. Where a path grows too long, git clone and git add stop with: Filename too long.",
	Phase:    1,
	After:    []*Check{gitInstalled},
	Problems: []*Problem{longPathsOff},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		if h.OS != platforms.Windows {
			return Skip("only Windows has short paths")
		}
		if need.Project == "" {
			return Skip("there is no project to look at")
		}
		config, err := readGitConfig(ctx, h, need)
		if err != nil {
			return Unknown(err, "git's settings could not be read")
		}
		setting, _ := config.last("core.longpaths")
		found := Found{Name: "core.longpaths", Value: setting.Value, File: setting.File, Dir: need.Project}
		long := len([]rune(need.Project))
		if slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(setting.Value)) {
			return OK("git uses long paths").With(found)
		}
		if long+deepestFile <= maxWindowsPath {
			return OK("there is room for long file names").With(found)
		}
		return longPathsOff.Warn("this folder leaves git too little room for file names").With(found).
			Because("The path of the project has %s characters. Git stops where a whole path has more than %d.", strconv.Itoa(long), maxWindowsPath)
	},
}
