package platforms

import (
	"fmt"
	"testing"
)

// ownerMachines is what stands beside the paths of TestOwner, by name.
var ownerMachines = map[string]string{
	"linux":   "-- host --\nos linux\n",
	"mac":     "-- host --\nos darwin\n",
	"windows": "-- host --\nos windows\n",
	"debian": "-- host --\nos linux\n-- file /etc/os-release --\nID=debian\n" +
		"-- file /var/lib/dpkg/info/nodejs.list --\n/usr/bin/node\n/usr/bin/nodejs\n",
	"nodesource": "-- host --\nos linux\n-- file /etc/os-release --\nID=ubuntu\nID_LIKE=debian\n" +
		"-- file /var/lib/dpkg/info/nodejs.list --\n/usr/bin/node\n/usr/lib/node_modules/npm\n" +
		"-- glob /etc/apt/sources.list.d/*node*.sources --\n/etc/apt/sources.list.d/nodesource.sources\n",
	"disabled": "-- host --\nos linux\n-- file /etc/os-release --\nID=debian\n" +
		"-- file /var/lib/dpkg/info/nodejs.list --\n/usr/bin/node\n/usr/lib/node_modules/npm\n",
	"fedora":     "-- host --\nos linux\n-- file /etc/os-release --\nID=fedora\n",
	"rocky":      "-- host --\nos linux\n-- file /etc/os-release --\nID=rocky\nID_LIKE=\"rhel centos fedora\"\n",
	"silverblue": "-- host --\nos linux\n-- file /etc/os-release --\nID=fedora\nVARIANT_ID=silverblue\n-- stat /run/ostree-booted --\nfile mode=0644 uid=0 gid=0\n",
	"steamos":    "-- host --\nos linux\n-- file /etc/os-release --\nID=steamos\nID_LIKE=arch\n",
	"suse":       "-- host --\nos linux\n-- file /etc/os-release --\nID=opensuse-leap\nID_LIKE=\"suse opensuse\"\n",
	"alpine":     "-- host --\nos linux\n-- file /etc/os-release --\nID=alpine\n",
	"arch": "-- host --\nos linux\n-- file /etc/os-release --\nID=arch\n" +
		"-- glob /var/lib/pacman/local/nodejs* --\n/var/lib/pacman/local/nodejs-lts-krypton-24.21.0-1\n",
	"wsl":   "-- host --\nos linux\n-- file /proc/sys/kernel/osrelease --\n6.6.87.2-microsoft-standard-WSL2\n",
	"n":     "-- host --\nos linux\n-- stat /usr/local/n/versions/node --\ndir mode=0755\n",
	"conda": "-- host --\nos linux\n-- stat ~/miniconda3/envs/web/conda-meta --\ndir mode=0755\n",
	"env":   "-- host --\nos linux\n-- stat ~/course/env/bin/shim --\nfile mode=0755\n",
	"moved": "-- host --\nos linux\n-- env NVM_DIR --\n/opt/versions/nvm\n",
	"pkg":   "-- host --\nos darwin\n-- stat /var/db/receipts/org.nodejs.node.pkg.plist --\nfile mode=0644\n",
	"msi":   "-- host --\nos windows\n-- reg HKLM\\SOFTWARE\\Node.js InstallPath --\nREG_SZ C:\\Program Files\\nodejs\\\n",
	"choco": "-- host --\nos windows\n-- reg HKLM\\SOFTWARE\\Node.js InstallPath --\nREG_SZ C:\\Program Files\\nodejs\\\n" +
		"-- env ChocolateyInstall --\nC:\\ProgramData\\chocolatey\n" +
		"-- glob C:\\ProgramData\\chocolatey\\lib\\nodejs* --\nC:\\ProgramData\\chocolatey\\lib\\nodejs-lts\n",
	"nvm-windows": "-- host --\nos windows\n" +
		"-- stat \"C:\\\\Program Files\\\\nodejs\" --\nreparse mode=0755 tag=0xa000000c isdir target=D:\\nvm\\v24.21.0 real=D:\\nvm\\v24.21.0\n" +
		"-- env NVM_HOME --\nD:\\nvm\n",
}

const ownerAbsences = "-- absent --\nenv *\nfile *\nstat *\nglob *\nreg *\n"

func TestOwner(t *testing.T) {
	reached := make(map[Manager]bool)
	for _, tt := range []struct {
		machine, path, real string
		want                Owner
	}{
		{"linux", "/home/ada/.local/share/devdoctor/node/current/bin/node", "/home/ada/.local/share/devdoctor/node/v24.21.0/bin/node", Owner{Manager: OwnArchive, Version: "24.21.0"}},
		{"linux", "/home/ada/.nvm/versions/node/v24.21.0/bin/node", "", Owner{Manager: Nvm, Version: "24.21.0"}},
		{"linux", "/home/ada/.config/nvm/versions/node/v26.0.0/bin/node", "", Owner{Manager: Nvm, Version: "26.0.0"}},
		{"moved", "/opt/versions/nvm/current/bin/node", "", Owner{Manager: Nvm}},
		{"linux", "/run/user/1000/fnm_multishells/4711_1763/bin/node", "/home/ada/.local/share/fnm/node-versions/v24.21.0/installation/bin/node", Owner{Manager: Fnm, Version: "24.21.0"}},
		{"mac", "/Users/ada/Library/Application Support/fnm/node-versions/v22.0.0/installation/bin/node", "", Owner{Manager: Fnm, Version: "22.0.0"}},
		{"windows", `C:\Users\ada\AppData\Local\fnm_multishells\12_34\node.exe`, "", Owner{Manager: Fnm}},
		{"mac", "/Users/ada/.volta/bin/node", "/Users/ada/.volta/bin/volta-shim", Owner{Manager: Volta, Shim: true}},
		{"windows", `C:\Program Files\Volta\node.exe`, "", Owner{Manager: Volta, Shim: true}},
		{"windows", `C:\Users\ada\AppData\Local\Volta\tools\image\node\24.21.0\node.exe`, "", Owner{Manager: Volta, Version: "24.21.0"}},
		{"linux", "/home/ada/.local/share/mise/shims/node", "/usr/bin/mise", Owner{Manager: Mise, Shim: true}},
		{"linux", "/home/ada/.local/share/mise/installs/node/24.21.0/bin/node", "", Owner{Manager: Mise, Version: "24.21.0"}},
		{"windows", `C:\Users\ada\AppData\Local\mise\shims\node.exe`, "", Owner{Manager: Mise, Shim: true}},
		{"mac", "/Users/ada/.asdf/shims/node", "", Owner{Manager: Asdf, Shim: true}},
		{"linux", "/home/ada/.asdf/installs/nodejs/24.21.0/bin/node", "", Owner{Manager: Asdf, Version: "24.21.0"}},
		{"linux", "/home/ada/.proto/shims/node", "", Owner{Manager: Proto, Shim: true}},
		{"linux", "/home/ada/.nodenv/shims/node", "", Owner{Manager: Nodenv, Shim: true}},
		{"linux", "/home/ada/.nvs/node/24.21.0/x64/bin/node", "", Owner{Manager: Nvs, Version: "24.21.0"}},
		{"windows", `C:\Users\ada\AppData\Local\nvs\default\node.exe`, "", Owner{Manager: Nvs}},
		{"n", "/usr/local/bin/node", "", Owner{Manager: N}},
		{"conda", "/home/ada/miniconda3/envs/web/bin/node", "", Owner{Manager: Conda}},
		{"env", "/home/ada/course/env/bin/node", "", Owner{Manager: Nodeenv}},
		{"mac", "/opt/homebrew/bin/node", "/opt/homebrew/Cellar/node@24/24.21.0_1/bin/node", Owner{Manager: Homebrew, Package: "node@24", Version: "24.21.0"}},
		{"linux", "/home/linuxbrew/.linuxbrew/bin/node", "/home/linuxbrew/.linuxbrew/Cellar/node/26.10.0/bin/node", Owner{Manager: Homebrew, Package: "node", Version: "26.10.0"}},
		{"mac", "/opt/local/bin/node", "", Owner{Manager: MacPorts}},
		{"pkg", "/usr/local/bin/node", "", Owner{Manager: Pkg, Package: "org.nodejs.node.pkg"}},
		{"linux", "/home/ada/.nix-profile/bin/node", "/nix/store/abc-nodejs-24.21.0/bin/node", Owner{Manager: Nix}},
		{"linux", "/snap/bin/node", "/usr/bin/snap", Owner{Manager: Snap}},
		{"linux", "/usr/lib/sdk/node24/bin/node", "", Owner{Manager: Flatpak}},
		{"debian", "/usr/bin/node", "", Owner{Manager: Apt, Package: "nodejs"}},
		{"nodesource", "/usr/bin/node", "", Owner{Manager: NodeSource, Package: "nodejs", File: "/etc/apt/sources.list.d/nodesource.sources"}},
		{"disabled", "/usr/bin/node", "", Owner{Manager: Apt, Package: "nodejs"}},
		{"fedora", "/usr/bin/node", "/usr/bin/node-22", Owner{Manager: Dnf, Package: "nodejs"}},
		{"rocky", "/usr/bin/node", "", Owner{Manager: Dnf, Package: "nodejs"}},
		{"silverblue", "/usr/bin/node", "/usr/bin/node-22", Owner{Manager: Sealed, Package: "nodejs"}},
		{"steamos", "/usr/bin/node", "", Owner{Manager: Sealed, Package: "nodejs"}},
		{"suse", "/usr/bin/node", "/usr/bin/node22", Owner{Manager: Zypper, Package: "nodejs"}},
		{"alpine", "/usr/bin/node", "", Owner{Manager: Apk, Package: "nodejs"}},
		{"arch", "/usr/bin/node", "", Owner{Manager: Pacman, Package: "nodejs-lts-krypton"}},
		{"msi", `C:\Program Files\nodejs\node.exe`, "", Owner{Manager: MSI, Package: "OpenJS.NodeJS"}},
		{"choco", `C:\Program Files\nodejs\node.exe`, "", Owner{Manager: Chocolatey, Package: "nodejs-lts"}},
		{"nvm-windows", `C:\Program Files\nodejs\node.exe`, "", Owner{Manager: NvmWindows, Version: "24.21.0"}},
		{"windows", `C:\nvm4w\nodejs\node.exe`, "", Owner{Manager: NvmWindows}},
		{"windows", `C:\Users\ada\scoop\apps\nodejs-lts\current\node.exe`, "", Owner{Manager: Scoop, Package: "nodejs-lts"}},
		{"windows", `C:\Users\ada\AppData\Local\Microsoft\WinGet\Packages\OpenJS.NodeJS.LTS_Microsoft.Winget.Source_8wekyb3d8bbwe\node-v24.21.0-win-x64\node.exe`, "", Owner{Manager: Winget, Package: "openjs.nodejs.lts", Version: "24.21.0"}},
		{"windows", `C:\Program Files\Microsoft Visual Studio\2022\Community\MSBuild\Microsoft\VisualStudio\NodeJs\node.exe`, "", Owner{Manager: Editor}},
		{"linux", "/home/ada/.vscode-server/bin/abc/node", "", Owner{Manager: Editor}},
		{"wsl", "/usr/local/bin/node", "/mnt/c/Program Files/nodejs/node.exe", Owner{Manager: WindowsWSL}},

		// By hand, or by somebody who only looks like a manager.
		{"linux", "/home/ada/node-v24.21.0-linux-x64/bin/node", "", Owner{Version: "24.21.0"}},
		{"linux", "/usr/local/bin/node", "", Owner{}},
		{"mac", "/usr/local/bin/node", "", Owner{}},
		{"debian", "/usr/bin/node-by-hand", "", Owner{}},
		{"linux", "/mnt/data/node/bin/node", "", Owner{}},
		{"linux", "/mnt/c/tools/node", "", Owner{}}, // a disk called c, and no WSL
		{"windows", `C:\tools\node\node.exe`, "", Owner{}},
		{"linux", "/home/volta/bin/node", "", Owner{}}, // an account called volta
	} {
		t.Run(tt.machine+tt.path, func(t *testing.T) {
			snapshot, err := ParseSnapshot([]byte(ownerMachines[tt.machine] + ownerAbsences))
			if err != nil {
				t.Fatal(err)
			}
			h, err := NewHost(t.Context(), snapshot)
			if err != nil {
				t.Fatal(err)
			}
			got, err := h.Owner(t.Context(), Program{Path: tt.path, Real: tt.real})
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
			reached[got.Manager] = true
		})
	}
	for _, m := range []Manager{
		OwnArchive, Apt, NodeSource, Dnf, Pacman, Zypper, Sealed, Apk, Snap, Flatpak, Nix, Homebrew, MacPorts, Pkg, MSI, Winget,
		Scoop, Chocolatey, Nvm, NvmWindows, Fnm, Volta, Mise, Asdf, Proto, Nodenv, Nvs, N, Nodeenv, Conda, WindowsWSL, Editor,
	} {
		if !reached[m] {
			t.Errorf("no row ends at %s", m)
		}
	}
}

// Whoever cannot look does not know, and must not say that nobody keeps it.
func TestOwnerUnknown(t *testing.T) {
	snapshot, err := ParseSnapshot([]byte("-- host --\nos linux\n-- file /etc/os-release --\nID=debian\n" +
		"-- file /var/lib/dpkg/info/nodejs.list --\n! not permitted\n" + ownerAbsences))
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHost(t.Context(), snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := h.Owner(t.Context(), Program{Path: "/usr/bin/node"}); err == nil {
		t.Errorf("got %+v and no error", o)
	}
}

func TestNodePlaces(t *testing.T) {
	for _, tt := range []struct{ machine, want string }{
		{"-- host --\nos linux\n-- env NVM_DIR --\n~/.nvm\n-- glob ~/.nvm/versions/node/*/bin/node --\n" +
			"/home/ada/.nvm/versions/node/v22.1.0/bin/node\n/home/ada/.nvm/versions/node/v24.21.0/bin/node\n",
			"[/home/ada/.nvm/versions/node/v22.1.0/bin/node /home/ada/.nvm/versions/node/v24.21.0/bin/node]"},
		{"-- host --\nos darwin\n-- glob /opt/homebrew/opt/node@*/bin/node --\n/opt/homebrew/opt/node@24/bin/node\n",
			"[/opt/homebrew/opt/node@24/bin/node]"},
		{"-- host --\nos windows\n-- glob \"C:\\\\Program Files\\\\nodejs\\\\node.exe\" --\nC:\\Program Files\\nodejs\\node.exe\n",
			`[C:\Program Files\nodejs\node.exe]`},
		{"-- host --\nos windows\n-- env LOCALAPPDATA --\nD:\\Local\n-- glob D:\\Local\\Volta\\bin\\node.exe --\nD:\\Local\\Volta\\bin\\node.exe\n",
			`[D:\Local\Volta\bin\node.exe]`},
	} {
		snapshot, err := ParseSnapshot([]byte(tt.machine + ownerAbsences))
		if err != nil {
			t.Fatal(err)
		}
		h, err := NewHost(t.Context(), snapshot)
		if err != nil {
			t.Fatal(err)
		}
		found, err := h.NodePlaces(t.Context())
		var paths []string
		for _, p := range found {
			paths = append(paths, p.Path)
		}
		if got := fmt.Sprint(paths); err != nil || got != tt.want {
			t.Errorf("got %s, %v; want %s", got, err, tt.want)
		}
	}
}
