package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// suites are the three ages of Debian.
var suites = []string{"bookworm", "trixie", "sid"}

// tools are programs of this computer that the lab needs, and their packages.
var tools = map[string]string{
	"mmdebstrap": "mmdebstrap", "slirp4netns": "slirp4netns", "systemd-nspawn": "systemd-container", "nsenter": "util-linux",
}

// roomNeeded is what a complete store takes, in bytes.
const roomNeeded = 9 << 30

// require says what this computer lacks, and installs the programs that it can.
func (s *Store) require() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: it needs root", ErrUnsupported)
	}
	if runtime.GOARCH != "amd64" {
		return fmt.Errorf("%w: its programs are made for x86-64", ErrUnsupported)
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("%w: it needs Debian or a system made from it (apt-get)", ErrUnsupported)
	}
	var room syscall.Statfs_t
	if err := syscall.Statfs(s.Dir, &room); err != nil {
		return fmt.Errorf("look for room in %s: %w", s.Dir, err)
	}
	if free := room.Bavail * uint64(room.Bsize); free < roomNeeded && !s.marked("windows") {
		return fmt.Errorf("%w: it needs %d GB in %s, where %d GB are free", ErrUnsupported, roomNeeded>>30, s.Dir, free>>30)
	}
	return s.installTools()
}

func (s *Store) installTools() error {
	packages := []string{}
	for program, pkg := range tools {
		if _, err := exec.LookPath(program); err != nil {
			packages = append(packages, pkg)
		}
	}
	if _, err := os.Stat("/usr/share/keyrings/debian-archive-keyring.gpg"); err != nil {
		packages = append(packages, "debian-archive-keyring")
	}
	if len(packages) == 0 {
		return nil
	}
	slices.Sort(packages)
	s.logf("installing %s", strings.Join(packages, " "))
	for _, args := range [][]string{
		{"update", "-qq"},
		append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...),
	} {
		c := exec.Command("apt-get", args...)
		c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: apt-get %s: %w\n%s", ErrUnsupported, args[0], err, out)
		}
	}
	return nil
}

// account of every Debian machine, made by root when the base is.
const accounts = `
for user in learner:Ann pwuser:Bob nosudo:Cat; do useradd -m -s /bin/bash -c ${user#*:} ${user%:*}; done
usermod -aG sudo learner; usermod -aG sudo pwuser
echo pwuser:secret | chpasswd
echo 'learner ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/learner
chmod 440 /etc/sudoers.d/learner
`

const basePackages = "apt,sudo,ca-certificates,curl,less,procps,iproute2,libcap2-bin"

func baseRecipe(suite string) recipe {
	return recipe{
		name: suite, text: basePackages + accounts,
		make: func(ctx context.Context, k *kitchen) error { return k.bootstrap(ctx, suite) },
	}
}

// bootstrap makes a minimal Debian from the mirror that this computer's apt uses.
func (k *kitchen) bootstrap(ctx context.Context, suite string) error {
	mirror, err := debianMirror(ctx)
	if err != nil {
		return err
	}
	scrap, err := k.scrap()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "mmdebstrap", "--variant=minbase", "--mode=root", "--components=main",
		// A mirror may serve its lists past their date.
		`--aptopt=Acquire::Check-Valid-Until "false"`, `--aptopt=Acquire::Check-Date "false"`,
		"--include="+basePackages, `--customize-hook=chroot "$1" sh -ec "$LAB_ACCOUNTS"`,
		suite, k.upper(), mirror)
	c.Env = append(os.Environ(), "LAB_ACCOUNTS="+accounts, "TMPDIR="+scrap)
	// Killed with the lab: mmdebstrap mounts things.
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID}
	c.Stdout, c.Stderr = k.log, k.log
	if err := c.Run(); err != nil {
		return fmt.Errorf("bootstrap %s: %w", suite, err)
	}
	return k.trust()
}

// trust lets the machine believe whom this computer believes, where somebody has
// added a certificate authority to it.
func (k *kitchen) trust() error {
	own, err := filepath.Glob("/usr/local/share/ca-certificates/*.crt")
	if err != nil || len(own) == 0 {
		return err
	}
	for _, file := range own {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		at := filepath.Join(k.upper(), "usr/local/share/ca-certificates", filepath.Base(file))
		if err := os.WriteFile(at, data, 0o644); err != nil {
			return err
		}
	}
	out, err := exec.Command("chroot", k.upper(), "update-ca-certificates").CombinedOutput()
	if err != nil {
		return fmt.Errorf("add the certificate authorities: %w\n%s", err, out)
	}
	return nil
}

// debianMirror is the mirror of Debian that apt uses here.
func debianMirror(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", "$(ORIGIN) $(SITE)").Output()
	if err != nil {
		return "", fmt.Errorf("ask apt for its mirror: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		origin, site, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(origin, "Debian") && !strings.Contains(site, "security") {
			return site, nil
		}
	}
	return "", errors.New("ask apt for its mirror: none serves Debian")
}

// packagesRecipe is a layer of Debian packages, and a script as root afterwards.
func packagesRecipe(name, on, packages, script string) recipe {
	text := fmt.Sprintf(`
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d # no service starts while a layer is built
chmod +x /usr/sbin/policy-rc.d
echo 'Acquire::Check-Valid-Until "false"; Acquire::Check-Date "false";' >/etc/apt/apt.conf.d/99lab
apt-get update -qq
apt-get install -y -qq --no-install-recommends %s
rm -f /usr/sbin/policy-rc.d
%s
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
`, packages, script)
	return recipe{name: name, on: on, text: text, make: func(ctx context.Context, k *kitchen) error {
		return k.inside(ctx, text)
	}}
}

const (
	desktopPackages = "git xz-utils libatomic1 openssh-client unzip fish zsh"
	dockerPackages  = "systemd systemd-sysv dbus libpam-systemd dbus-user-session " +
		"docker.io docker-cli docker-compose docker-buildx iptables git xz-utils libatomic1"
	dockerScript = "usermod -aG docker learner"
)
