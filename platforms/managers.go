package platforms

// A Manager is whoever installed a program, and so whoever must upgrade it. The
// names are those that reports show to programs; Title is for people.
type Manager string

// The managers devdoctor tells apart.
const (
	Unowned    Manager = "" // nobody knows
	OwnArchive Manager = "archive"
	Apt        Manager = "apt"
	NodeSource Manager = "nodesource" // apt, from NodeSource's packages
	Dnf        Manager = "dnf"
	Pacman     Manager = "pacman"
	Zypper     Manager = "zypper"
	Sealed     Manager = "image" // of a Linux that takes no packages while it runs
	Apk        Manager = "apk"
	Snap       Manager = "snap"
	Flatpak    Manager = "flatpak"
	Nix        Manager = "nix"
	Homebrew   Manager = "homebrew"
	MacPorts   Manager = "macports"
	Pkg        Manager = "pkg" // the installer of nodejs.org for macOS
	MSI        Manager = "msi" // the installer of nodejs.org for Windows
	Winget     Manager = "winget"
	Scoop      Manager = "scoop"
	Chocolatey Manager = "chocolatey"
	Nvm        Manager = "nvm"
	NvmWindows Manager = "nvm-windows"
	Fnm        Manager = "fnm"
	Volta      Manager = "volta"
	Mise       Manager = "mise"
	Asdf       Manager = "asdf"
	Proto      Manager = "proto"
	Nodenv     Manager = "nodenv"
	Nvs        Manager = "nvs"
	N          Manager = "n"
	Nodeenv    Manager = "nodeenv"
	Conda      Manager = "conda"
	WindowsWSL Manager = "windows" // a Windows program seen from inside WSL
	Editor     Manager = "editor"  // a private copy inside another program
	CLT        Manager = "apple"   // Apple's Command Line Tools or Xcode
)
