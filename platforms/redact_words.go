package platforms

import "strings"

// commonWords are names of accounts and machines that are also words: programs,
// directories, options, verbs of queries, months, English. Replacing them in
// running text would destroy facts, so they are replaced only where nothing but
// a name can stand. Collected by hand, 2026-11-21.
const commonWords = `
node nodejs npm npx nvm fnm volta pnpm yarn bun deno git github gitlab gh hg svn docker podman kube compose code vscode
cursor vim emacs nano bash zsh fish dash cmd powershell pwsh python pip ruby gem perl php java javac maven gradle go
golang rust cargo dart flutter swift scala kotlin julia crystal elixir elm make cmake gcc clang brew apt dnf yum pacman
snap flatpak winget choco scoop mysql mariadb postgres postgresql psql mongo mongodb redis sqlite nginx apache httpd
react vue angular svelte next nuxt vite webpack eslint prettier jest mocha express fastify typescript javascript babel
jack curl wget tar zip unzip ssh sshd sudo su systemd cron mail postfix bind ftp squid lp news games man sys sync
bin sbin usr etc var opt tmp temp home homes users user root lib lib64 libs local share include src dist build out
dev proc run mnt media boot srv private public shared default desktop documents downloads pictures music videos library
applications programs program data appdata roaming cache config settings state logs log test tests testing course work
project projects repo repos app apps server client web www api site admin administrator guest owner account name names
host hostname localhost machine computer pc laptop mac macbook imac linux windows darwin ubuntu debian fedora alpine
arch kali mint centos rocky suse raspberrypi pi penguin wsl vm box runner runneradmin codespace codespaces vagrant
ec2-user coder gitpod jovyan linuxbrew nobody daemon system service operator student learner teacher demo sample
example info hello contact support office noreply me you none null true false yes no on off ok warn fail skip unknown
file files dir directory path paths list link links stat which env session terminal process port ports memory disk
account resolve binary reg registry credentials now today version versions release latest stable current active
shell login logout password passwd secret token key keys email mode size total free access real target missing
dangling loop type kind status start stop init exec eval set get put post delete add remove install update upgrade
version help error errors warning notice debug trace verbose quiet first last next prev new old top all any some more
less max min mark will may art bill page grant frank rich pat rob ray jay gene chase chance miles star sky hope dawn
eve rose pearl ivy iris amber april june august jan feb mar apr jun jul aug sep oct nov dec mon tue wed thu fri sat
sun melody harmony dean duke prince king guy buck chip clay cliff dale forest glen heath reed stone wood lane ford
hunter cooper carter mason baker cook smith page parker porter potter archer fisher gardener miller turner walker
ace ada basic cobol pascal lisp scheme logo atom sublime eclipse intel arm amd xcode gnu bsd unix posix ascii utf
http https tcp udp dns dhcp ipv4 ipv6 proxy cert ssl tls json yaml toml xml html css text string number object array
function class module package import export const return`

var commonWord = func() func(string) bool {
	set := onceSet(commonWords)
	return func(w string) bool { return set()[strings.ToLower(w)] }
}()

// alsoTools are first names, and words of names that instructions give as examples,
// which are more often something else: programs, placeholders. Alone they stay where
// they are part of a full name; an account of that name is replaced. 2026-11-21.
var alsoTools = onceSet(`jasmine chai hugo jade travis claude bruno sam your full firstname lastname surname visual studio homebrew`)

// isWeak reports whether a name is too ordinary to be looked for in running text.
func isWeak(name string) bool {
	letters := 0
	for _, r := range name {
		if r > 0x7f {
			letters++ // one such letter says as much as two others
		}
		letters++
	}
	return letters <= 2 || commonWord(name) || len(name) < 5 && digitsOnly(name)
}

// fixedDomains are mail domains that are findings and nobody's private ones:
// public providers, code hosts, names reserved for examples (RFC 2606, 6761).
// 2026-11-21.
const fixedDomains = `
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com proton.me
protonmail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de aol.com mail.ru yandex.ru yandex.com qq.com 163.com
126.com 139.com 189.cn sina.com naver.com orange.fr free.fr laposte.net libero.it seznam.cz wp.pl zoho.com fastmail.com
hey.com tutanota.com posteo.de mailbox.org users.noreply.github.com noreply.github.com github.com gitlab.com
users.noreply.gitlab.com bitbucket.org codeberg.org noreply.codeberg.org ssh.dev.azure.com vs-ssh.visualstudio.com
dev.azure.com git.sr.ht ssh.github.com altssh.gitlab.com altssh.bitbucket.org
example.com example.org example.net you.example your.domain domain.com email.com localhost localhost.localdomain`

var fixedDomain = onceSet(fixedDomains)

// fixedLocals are accounts at a mail domain or ssh host that belong to nobody.
var fixedLocals = onceSet(`git hg svn aur gitlab gitea noreply no-reply postmaster actions you your user username your_email youremail email name`)
