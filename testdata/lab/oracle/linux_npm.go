package oracle

// What goes wrong with npm, its settings and its folders.

var linuxNpm = []*Mutation{
	{
		// npm renames itself so while it installs another npm.
		Name: "npm-upgrade-interrupted", Modes: []int{47}, Harmful: true, Last: true, Touches: []string{"npm"}, Fits: plainCopy,
		Root:  `mv "$PREFIX/lib/node_modules/npm" "$PREFIX/lib/node_modules/.npm-k2Xq9aBc"`,
		Named: []string{"npm-installed/missing", "npm-installed/broken"},
	},
	{
		Name: "npm-half-there", Modes: []int{47}, Harmful: true, Last: true, Touches: []string{"npm"}, Fits: plainCopy,
		Root:  `rm -rf "$PREFIX/lib/node_modules/npm/lib"`,
		Named: []string{"npm-installed/broken", "npm-installed/missing"},
	},
	{
		Name: "registry-dead", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `npmrc registry=https://registry.npm.taobao.org/`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-variable", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `rc_set npm_config_registry https://registry.npm.taobao.org`,
		Named: []string{"npm-config/variable", "npm-config/dead-registry"},
	},
	{
		Name: "registry-dead-in-project", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `cd "$PROJECT" && printf 'registry = http://registry.npm.taobao.org\r\n' >> .npmrc`,
		Named: []string{"npm-config/dead-registry"},
	},
	{
		Name: "registry-local-stopped", Modes: []int{40}, Harmful: true, Touches: []string{"registry"},
		User:  `npmrc registry=http://localhost:4873/`,
		Named: []string{"npm-config/registry-stopped"},
	},
	{
		Name: "lockfile-dead", Modes: []int{40}, Harmful: true, Touches: []string{"lockfile"},
		// Without an integrity, as cnpm wrote its lock files: npm takes what has one from its cache.
		User:  `cd "$PROJECT" && printf '{"name":"app","version":"1.0.0","dependencies":{"smile":"1.0.0"}}\n' > package.json && printf '{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"smile":"1.0.0"}},"node_modules/smile":{"version":"1.0.0","resolved":"https://registry.npm.taobao.org/smile/-/smile-1.0.0.tgz"}}}\n' > package-lock.json`,
		Named: []string{"npm-config/dead-lockfile"},
	},
	{
		Name: "cache-of-root", Modes: []int{40}, Harmful: true, Last: true, Touches: []string{"cache"},
		Root:  `chown -R root:root "$H/.npm/_cacache"`,
		Named: []string{"npm-cache/other-owner"},
	},
	{
		Name: "script-shell-gone", Modes: []int{50}, Harmful: true, Touches: []string{"script-shell"},
		User:  `npmrc script-shell=/opt/gone/bash`,
		Named: []string{"npm-config/script-shell"},
	},
	{
		Name: "omit-dev", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User:  `npmrc omit=dev`,
		Probe: devProbe,
		Named: []string{"npm-config/omit-dev"},
	},
	{
		Name: "production", Modes: []int{40}, Harmful: true, Touches: []string{"omit"},
		User:  `npmrc production=true`,
		Probe: devProbe,
		Named: []string{"npm-config/omit-dev"},
	},
	{
		Name: "node-env-production", Modes: []int{40}, Harmful: true, Touches: []string{"omit", "node-env"},
		User:  `rc_set NODE_ENV production`,
		Probe: devProbe,
		Named: []string{"npm-config/node-env"},
	},
	{
		Name: "tls-unchecked", Modes: []int{40}, Harmful: true, Touches: []string{"tls"},
		User:  `npmrc strict-ssl=false`,
		Probe: `test "$(npm config get strict-ssl)" = true`,
		Named: []string{"npm-config/tls-unchecked"},
	},
	{
		Name: "prefix-of-root", Modes: []int{7}, Harmful: true, Last: true, Touches: []string{"prefix", "npm"}, Fits: func(b Base) bool { return plainCopy(b) && b.Owner != "nvm" },
		Root:  `chown -R root:root "$PREFIX/lib" "$PREFIX/bin"`,
		Probe: globalProbe,
		Named: []string{"npm-global/not-writable"},
	},
	{
		Name: "prefix-not-on-path", Modes: []int{7, 43}, Harmful: true, Touches: []string{"prefix"}, Fits: func(b Base) bool { return b.ownPrefix() && b.Owner != "nvm" },
		User:  `mkdir -p "$H/.npm-global/lib" "$H/.npm-global/bin"; npmrc "prefix=$H/.npm-global"`,
		Probe: `cd /tmp && npm install -g --offline --no-audit --no-fund /opt/lesson/greet.tgz && greet Ada`,
		Named: []string{"npm-global/not-on-path"},
	},
	{
		Name: "package-in-home", Modes: []int{46}, Harmful: true, Touches: []string{"home-package", "lockfile"},
		Fits:  func(b Base) bool { return !b.windows() },
		User:  `printf '{"name":"home"}\n' > "$H/package.json"`,
		Probe: `mkdir -p ~/course/fresh && cd ~/course/fresh && test "$(npm prefix)" = ~/course/fresh`,
		Named: []string{"place-packages/home-package"},
	},
	{
		Name: "package-above", Modes: []int{46}, Harmful: true, Touches: []string{"home-package", "lockfile"},
		User:  `printf '{"name":"course"}\n' > "$PROJECT/../package.json"`,
		Probe: `cd "$PROJECT" && cd -P .. && mkdir -p fresh && cd fresh && test "$(npm prefix)" = "$(pwd)"`,
		Named: []string{"place-packages/parent-package"},
	},
	{
		Name: "modules-of-root", Modes: []int{7}, Harmful: true, Last: true, Touches: []string{"project-own"},
		Root:  `mkdir -p "$PROJECT/node_modules/.bin"; chown -R root:root "$PROJECT/node_modules"`,
		Named: []string{"place-project/not-writable"},
	},
	// From here on: what looks odd and works.
	{Name: "mirror", Modes: []int{40}, Touches: []string{"registry"}, User: `npmrc registry=https://npm.mirror.example/repository/npm/; rc_set HAS_MIRROR 1; fill_cache https://npm.mirror.example/repository/npm/`},
	{Name: "cache-elsewhere", Modes: []int{40}, Last: true, Touches: []string{"cache"}, User: `mkdir -p "$H/.cache"; mv "$H/.npm" "$H/.cache/npm"; npmrc "cache=$H/.cache/npm"`},
	{Name: "npmrc-crlf", Modes: []int{40}, User: `printf 'fund=false\r\n; a comment\r\nsave-exact=true\r\n' >> "$H/.npmrc"`},
	{Name: "npmrc-of-a-school", Modes: []int{40}, User: `npmrc "@school:registry=https://npm.school.example/"; npmrc "//npm.school.example/:_authToken=0123456789"; npmrc init-author-name=Ann`},
	{Name: "npmrc-in-project", Modes: []int{40}, Fits: func(b Base) bool { return b.Owner != "nvm" }, User: `cd "$PROJECT" && printf 'save-exact=true\nengine-strict=false\nprefix=/opt/ignored\n' >> .npmrc`},
	{Name: "ignore-scripts", Modes: []int{25}, User: `npmrc ignore-scripts=true`},
	{Name: "omit-optional", Modes: []int{40}, Touches: []string{"omit"}, User: `npmrc omit=optional`},
	{Name: "production-and-dev-included", Modes: []int{40}, Touches: []string{"omit", "node-env"}, User: `rc_set NODE_ENV production; npmrc include=dev`},
	{Name: "prefix-on-path", Modes: []int{7, 43}, Touches: []string{"prefix"}, Fits: func(b Base) bool { return b.ownPrefix() && b.Owner != "nvm" },
		User: `mkdir -p "$H/.npm-global/lib" "$H/.npm-global/bin"; npmrc 'prefix=${HOME}/.npm-global'; rc_path "$H/.npm-global/bin"`},
	{Name: "root-file-in-npm-folder", Modes: []int{40}, Root: `: > "$H/.npm/_logs-of-root"; chown root "$H/.npm/_logs-of-root"`},
	{Name: "other-lockfiles", Modes: []int{40}, Touches: []string{"lockfile"}, User: `cd "$PROJECT" && : > yarn.lock && printf '{"name":"app","version":"1.0.0","engines":{"node":">=18"}}\n' > package.json`},
	{Name: "package-json-crlf", Modes: []int{46}, Touches: []string{"lockfile"}, User: `cd "$PROJECT" && printf '{\r\n  "name": "app",\r\n  "version": "1.0.0",\r\n  "type": "commonjs"\r\n}\r\n' > package.json`},
}

// globalProbe installs a tool for all projects.
const globalProbe = `cd /tmp && npm install -g --offline --no-audit --no-fund /opt/lesson/greet.tgz`

// devProbe installs a project whose only package is a tool of development.
const devProbe = `mkdir -p ~/course/tools && cd ~/course/tools && printf '{"name":"tools","version":"1.0.0","devDependencies":{"greet":"1.0.0"}}' > package.json && npm install --no-audit --no-fund --fetch-retries=0 && test -d node_modules/greet`
