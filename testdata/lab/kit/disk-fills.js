// A mirror that hands out a good archive of Node.js, and meanwhile somebody saves a film: the archive still fits on the
// disk, and what is in it does not.
const fs = require('fs')
const http = require('http')
const { execFileSync, spawn } = require('child_process')

const devdoctor = '/opt/devdoctor/labtrust/devdoctor'
const share = process.env.HOME + '/.local/share', film = share + '/film'
const list = '/srv/dist/v24.21.0/SHASUMS256.txt'
const tree = () => execFileSync('sh', ['/opt/devdoctor/tree'], { maxBuffer: 1 << 28 }).toString()
const free = () => { const s = fs.statfsSync(share); return s.bavail * s.bsize }

const server = http.createServer((request, response) => {
  const archive = fs.readFileSync('/srv/dist' + request.url)
  const block = Buffer.alloc(1 << 20)
  const file = fs.openSync(film, 'w')
  while (free() > archive.length + (20 << 20)) fs.writeSync(file, block)
  fs.closeSync(file)
  response.end(archive)
})

server.listen(8080, '127.0.0.1', () => {
  const before = tree()
  const env = { ...process.env, DEVDOCTOR_NODE_MIRROR: 'http://127.0.0.1:8080', DEVDOCTOR_LAB_TRUST: list }
  const child = spawn(devdoctor, ['fix', '--yes', 'node-version'], { env })
  let said = ''
  child.stdout.on('data', data => { said += data })
  child.stderr.on('data', data => { said += data })
  child.on('close', code => {
    const wrong = []
    const errors = said.split('\n').filter(line => line.startsWith('devdoctor: '))
    if (code !== 1 || errors.length !== 1 || !/no space left/.test(errors[0])) wrong.push(`it ended with ${code}`)
    if (!fs.existsSync(film)) wrong.push('nobody asked the mirror')
    const left = fs.readdirSync(share + '/devdoctor/node')
    if (left.length > 0) wrong.push(`it left ${left}`)
    fs.rmSync(film, { force: true })
    execFileSync(devdoctor, ['undo', '--yes'])
    if (tree() !== before) wrong.push('undo left something')
    if (wrong.length > 0) {
      console.log(wrong.join('\n') + '\n' + said)
      process.exitCode = 1
    }
    server.close()
  })
})
