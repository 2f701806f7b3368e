// Answers questions on a terminal as a learner does who stops there, and wants each end as it was told. A scenario
// calls run with cases:
//   {command, talk: [[text, keys]...], exit: [...], says, times: {text: n}, after, undo, changes}
// For each it types the command into a terminal, waits for each text in turn, and types the keys behind it; HANGUP
// closes the terminal. Then nothing may run any more, and the home folder and /etc/hosts have to be as before, at the
// latest when the command undo has run; unless the case says that it changes them. after is a script for sh that
// has to work before undo.
const fs = require('fs')
const { execFileSync, spawn, spawnSync } = require('child_process')

// Hands a closed terminal on to the program, as a shell does, and keeps the status that it ends with.
const shell = `$p = fork // die; exec "/bin/sh", "-c", "exec $ARGV[0]" or die unless $p;
$SIG{INT} = "IGNORE"; $SIG{HUP} = sub { kill HUP => $p }; 1 until waitpid($p, 0) == $p;
open F, ">", "/tmp/status.new" or die; print F $? & 127 ? 128 + ($? & 127) : $? >> 8; close F; rename "/tmp/status.new", '/tmp/status'`

const home = () => execFileSync('sh', ['-c', 'sh /opt/devdoctor/tree; sha256sum /etc/hosts'], { maxBuffer: 1 << 28 }).toString()
const devdoctor = '/opt/devdoctor/devdoctor'
const CTRL_C = '\x03', CTRL_D = '\x04', HANGUP = 'HANGUP'

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

async function until(ready, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50)) {
    if (ready()) return true
  }
  return false
}

async function play({ command, talk }) {
  fs.rmSync('/tmp/status', { force: true })
  fs.writeFileSync('/tmp/shell.pl', shell)
  let screen = ''
  const window = spawn('script', ['-qfec', `exec perl /tmp/shell.pl '${command}'`, '/dev/null'])
  window.stdin.on('error', () => {}) // it was closed
  window.stdout.on('data', data => { screen += data })
  let from = 0
  for (const [text, keys] of talk) {
    if (!await until(() => screen.indexOf(text, from) >= 0, 20)) {
      screen += `\n!! it never said: ${text}`
      break
    }
    from = screen.indexOf(text, from) + text.length
    await pause(300)
    if (keys === HANGUP) window.kill('SIGKILL')
    else window.stdin.write(keys)
  }
  const ended = await until(() => fs.existsSync('/tmp/status'), 20)
  window.stdin.end()
  window.kill('SIGKILL')
  return { code: ended ? Number(fs.readFileSync('/tmp/status')) : 'none', screen }
}

// running is what has not ended two seconds later.
async function running() {
  const left = () => spawnSync('pgrep', ['-ax', 'devdoctor|sudo|git|script']).stdout.toString()
  await until(() => left() === '', 2)
  return left()
}

async function run(cases) {
  for (const c of cases) {
    const before = home()
    const { code, screen } = await play(c)
    const wrong = []
    if (!c.exit.includes(code)) wrong.push(`it ended with ${code}, not ${c.exit}`)
    if (c.says && !screen.replace(/\s+/g, ' ').includes(c.says)) wrong.push(`it does not say: ${c.says}`)
    for (const [text, n] of Object.entries(c.times || {})) {
      if (screen.split(text).length - 1 !== n) wrong.push(`it says ${screen.split(text).length - 1} times, not ${n}: ${text}`)
    }
    const left = await running()
    if (left) wrong.push(`it left running: ${left}`)
    if (c.after && spawnSync('sh', ['-c', c.after]).status !== 0) wrong.push(`this does not hold: ${c.after}`)
    if (c.undo) spawnSync('sh', ['-c', c.undo], { stdio: 'ignore' })
    if (!c.changes && home() !== before) wrong.push('something is not as it was')
    if (wrong.length === 0) {
      console.log(`as wanted: ${c.command}: ${JSON.stringify(c.talk)}`)
    } else {
      console.log(`${c.command}: ${JSON.stringify(c.talk)}\n${wrong.join('\n')}\n${screen}`)
      process.exitCode = 1
    }
  }
}

// each is a case for each end of a question: the keys, the exit status or some, and what it says then. Where there are
// several questions, the keys are typed at each.
const each = (command, talk, questions, ends, more) => ends.map(([keys, exit, says]) => ({
  command: `${devdoctor} ${command}`, talk: [...talk, ...[questions].flat().map(text => [text, keys])], exit: [exit].flat(), says, ...more,
}))

// status is what check ends with.
const status = (...checks) => spawnSync(devdoctor, ['check', ...checks], { stdio: 'ignore' }).status

// broke is who breaks off. A closed terminal ends what is typed a moment before its shell tells devdoctor: that may
// be taken for no answer.
const broke = (checked, says) => [[CTRL_C, 130, says], [HANGUP, [130, checked]]]

module.exports = { run, each, status, broke, devdoctor, CTRL_C, CTRL_D, HANGUP }
