package checks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// firstGoodCorepack is the first with the keys by which packages are signed since
// 2025-01 (nodejs/corepack#612). Node.js 25 and later bring no corepack.
const firstGoodCorepack = "0.31"

var (
	corepackStale = &Problem{
		ID:    "stale",
		Means: "The command comes from an old corepack, a program that fetches package managers. Its keys have expired: Cannot find matching keyid.",
		See:   "Type pnpm --version or yarn --version. It stops with an error about a key.",
		Fixes: []*fixers.Fix{fixers.NewCorepack},
		Tells: []fixers.Tell{
			{Do: "Put the package manager itself in its place.",
				Run: [][]string{{"npm", "install", "-g", "{name}@latest", "--force"}}, Undo: "npm uninstall -g, with the same name."},
			{OS: platforms.Windows, Do: "Put the package manager itself in its place.",
				Run: [][]string{{"npm.cmd", "install", "-g", "{name}@latest", "--force"}}, Undo: "npm.cmd uninstall -g, with the same name."},
		},
	}
	managerMissing = &Problem{
		ID:    "manager-missing",
		Means: "Your project asks for another package manager than npm, and it is not installed. Since Node.js 25 no corepack comes along that would fetch it.",
		See:   "Look for packageManager in the package.json of the project.",
		Fixes: []*fixers.Fix{fixers.NpmTool},
		Tells: []fixers.Tell{
			{Do: "Install it.", Run: [][]string{{"npm", "install", "-g", "{name}"}}, Undo: "npm uninstall -g, with the same name."},
			{OS: platforms.Windows, Do: "Install it.", Run: [][]string{{"npm.cmd", "install", "-g", "{name}"}}, Undo: "npm.cmd uninstall -g, with the same name."},
			{Case: forNewerYarn, Do: "Install corepack. It fetches the yarn that your project asks for.",
				Run: [][]string{{"npm", "install", "-g", "corepack@" + fixers.NewestCorepack}}, Undo: "npm uninstall -g corepack"},
			{OS: platforms.Windows, Case: forNewerYarn, Do: "Install corepack. It fetches the yarn that your project asks for.",
				Run: [][]string{{"npm.cmd", "install", "-g", "corepack@" + fixers.NewestCorepack}}, Undo: "npm.cmd uninstall -g corepack"},
		},
	}
	yarnOld = &Problem{
		ID: "yarn-too-old",
		Means: "Your project asks for a newer yarn. The yarn that is installed is Yarn 1, which stops in such a project: " +
			"the current global version of Yarn is 1.22.",
		See:   "yarn --version in the folder of the project stops with that message.",
		Fixes: []*fixers.Fix{fixers.YarnByCorepack},
		Tells: []fixers.Tell{
			{Do: "Remove the old yarn, and install corepack in its place. It fetches the yarn that your project asks for.",
				Run:  [][]string{{"npm", "uninstall", "-g", "yarn"}, {"npm", "install", "-g", "corepack@" + fixers.NewestCorepack, "--force"}},
				Undo: "npm uninstall -g corepack, then npm install -g yarn@{version}"},
			{OS: platforms.Windows, Do: "Remove the old yarn, and install corepack in its place. It fetches the yarn that your project asks for.",
				Run:  [][]string{{"npm.cmd", "uninstall", "-g", "yarn"}, {"npm.cmd", "install", "-g", "corepack@" + fixers.NewestCorepack, "--force"}},
				Undo: "npm.cmd uninstall -g corepack, then npm.cmd install -g yarn@{version}"},
		},
	}
)

// forNewerYarn is where npm's package yarn, which is Yarn 1, would not do: Yarn 1.22.22 stops
// where packageManager names a newer one (lib/cli.js, run on 2026-11-22).
const forNewerYarn fixers.Case = "where the project asks for Yarn 2 or newer"

// corepack wants pnpm and yarn to start, for those who have them. The course
// itself uses npm.
var corepack = &Check{
	ID:        "npm-corepack",
	Title:     "other package managers start",
	Why:       "Some projects are built with pnpm or yarn instead of npm. An old corepack in front of them stops each of their commands.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{corepackStale, managerMissing, yarnOld},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		wanted, newerYarn, err := packageManagerOf(ctx, h, need.Project)
		if err != nil {
			return Unknown(err, "the package.json of your project could not be read")
		}
		var seen []string
		for _, name := range []string{"pnpm", "yarn"} {
			copies, err := ownPrograms(ctx, h, name)
			if err != nil {
				return Unknown(err, "the folders of PATH could not be searched for %s", name)
			}
			if len(copies) == 0 {
				continue
			}
			seen = append(seen, name)
			old, err := oldCorepack(ctx, h, copies[0])
			if err != nil {
				return Unknown(err, "the version of corepack could not be read")
			}
			if old != "" {
				return corepackStale.Warn("%s is fetched by an old corepack", name).With(Found{Name: name, Version: old, Path: copies[0].Path}).
					Because("%s belongs to corepack %s. From %s on it knows the present keys.", copies[0].Path, old, firstGoodCorepack)
			}
			if name != "yarn" || !newerYarn {
				continue
			}
			one, err := firstYarn(ctx, h, copies[0], need.Project)
			if err != nil {
				return Unknown(err, "the version of yarn could not be read")
			}
			if one != "" {
				return yarnOld.Warn("this project needs a newer yarn").With(Found{Name: "yarn", Version: one, Path: copies[0].Path}).
					Because("Its package.json asks for Yarn 2 or newer, and %s is Yarn %s.", copies[0].Path, one)
			}
		}
		if wanted == "" && len(seen) == 0 {
			return Skip("nothing here needs pnpm or yarn")
		}
		if wanted == "" || slices.Contains(seen, wanted) {
			return OK("other package managers start")
		}
		return weighWanted(ctx, h, need, wanted, newerYarn)
	},
}

// ownPrograms is the copies of a program without those of Windows: what npm made there
// starts the Node.js of Windows, which the Linux beside it may not have.
func ownPrograms(ctx context.Context, h *platforms.Host, name string) ([]platforms.Program, error) {
	copies, err := h.Which(ctx, name)
	if h.OS == platforms.Linux {
		copies = slices.DeleteFunc(copies, func(p platforms.Program) bool { return onWindowsDrive(p.Path) })
	}
	return copies, err
}

func weighWanted(ctx context.Context, h *platforms.Host, need Needs, wanted string, newerYarn bool) Result {
	fetcher, err := ownPrograms(ctx, h, "corepack")
	if err != nil {
		return Unknown(err, "the folders of PATH could not be searched for corepack")
	}
	if len(fetcher) > 0 {
		return OK("corepack fetches %s", wanted).Note("Type corepack enable once, so that %s is found.", wanted)
	}
	found := Found{Name: wanted, Dir: need.Project}
	r := managerMissing.Warn("this project needs %s", wanted)
	if newerYarn {
		r.Case, found.Name = forNewerYarn, "corepack"
	}
	return r.With(found).
		Because("Its package.json names %s, and no such program is installed.", wanted)
}

// packageManagerOf is pnpm or yarn where a project names one of them, and whether that is a yarn
// which does not come under npm's name yarn.
func packageManagerOf(ctx context.Context, h *platforms.Host, project string) (name string, newerYarn bool, err error) {
	if project == "" {
		return "", false, nil
	}
	text, err := h.ReadFile(ctx, h.Join(project, "package.json"))
	if isAbsent(err) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	var pkg struct {
		PackageManager string `json:"packageManager"`
	}
	if json.Unmarshal([]byte(text), &pkg) != nil {
		return "", false, nil // npm speaks about that itself
	}
	name, asked, _ := strings.Cut(pkg.PackageManager, "@")
	if name != "pnpm" && name != "yarn" {
		return "", false, nil
	}
	v, err := version.NewVersion(asked)
	return name, name == "yarn" && err == nil && v.Segments()[0] >= 2, nil //nolint:nilerr // a link is asked for, or no version
}

// Yarn 1 as npm installs it, and as its own packages do.
var yarnProgram = lazily(`^(.*/yarn)/bin/yarn(?:\.js)?$`)

// firstYarn is the version of a program yarn that is Yarn 1; "" when it is none, or the project
// brings a yarn that Yarn 1 starts in its own place.
func firstYarn(ctx context.Context, h *platforms.Host, p platforms.Program, project string) (string, error) {
	dir := h.Join(h.DirName(p.Path), "node_modules", "yarn")
	if h.OS != platforms.Windows {
		m := yarnProgram().FindStringSubmatch(p.Real)
		if m == nil {
			return "", nil
		}
		dir = m[1]
	}
	found, err := packageVersion(ctx, h, dir)
	if err != nil || !strings.HasPrefix(found, "1.") {
		return "", err
	}
	for _, file := range []string{".yarnrc.yml", ".yarnrc"} {
		text, err := h.ReadFile(ctx, h.Join(project, file))
		if err != nil && !errors.Is(err, platforms.ErrNotFound) {
			return "", err
		}
		if strings.Contains(text, "yarnPath:") || strings.Contains(text, "yarn-path ") {
			return "", nil
		}
	}
	return found, nil
}

// packageVersion is what the package.json in a folder says; "" without one.
func packageVersion(ctx context.Context, h *platforms.Host, dir string) (string, error) {
	text, err := h.ReadFile(ctx, h.Join(dir, "package.json"))
	if isAbsent(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var pkg struct{ Version string }
	if json.Unmarshal([]byte(text), &pkg) != nil {
		return "", nil
	}
	return pkg.Version, nil
}

// The links and scripts that corepack enable makes lead to corepack/dist/pnpm.js.
var corepackScript = lazily(`^(.*[/\\]corepack)[/\\]dist[/\\][a-z]+\.js$`)

// oldCorepack is the version of the corepack behind a program, "" when it is no
// corepack or new enough.
func oldCorepack(ctx context.Context, h *platforms.Host, p platforms.Program) (string, error) {
	dir := h.Join(h.DirName(p.Path), "node_modules", "corepack")
	if h.OS != platforms.Windows {
		m := corepackScript().FindStringSubmatch(p.Real)
		if m == nil {
			return "", nil
		}
		dir = m[1]
	} else if text, err := h.ReadFile(ctx, p.Path); err != nil || !strings.Contains(text, `corepack\dist`) {
		if isAbsent(err) {
			err = nil
		}
		return "", err
	}
	found, err := packageVersion(ctx, h, dir)
	if err != nil {
		return "", err
	}
	v, err := version.NewVersion(found)
	if err != nil || !v.LessThan(version.Must(version.NewVersion(firstGoodCorepack))) {
		return "", nil //nolint:nilerr // a version of another form is not an old one
	}
	return found, nil
}
