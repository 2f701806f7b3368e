// Lets devdoctor fetch archives of Node.js that are no good, each with a checksum that it
// trusts unless that is what is wrong. Each has to end in one error, and undo leaves every
// file as it was: there are no more than empty folders to take back. The last one is good.
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const zlib = require('zlib')
const { execFileSync, spawn } = require('child_process')

const devdoctor = '/opt/devdoctor/labtrust/devdoctor'
const base = process.env.HOME + '/.local/share/devdoctor/node'
const name = 'node-v24.21.0-linux-x64'

function header(path, size, type, link) {
  const block = Buffer.alloc(512)
  block.write(path, 0)
  block.write('0000755\0', 100)
  block.write('0000000\0' + '0000000\0', 108)
  block.write(size.toString(8).padStart(11, '0') + '\0', 124)
  block.write('00000000000\0' + '        ' + type + (link || ''), 136)
  block.write('ustar\x0000', 257)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(sum.toString(8).padStart(6, '0') + '\0 ', 148)
  return block
}

function file(path, text) {
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512)
  body.write(text)
  return Buffer.concat([header(path, text.length, '0'), body])
}

const pack = (...entries) => zlib.gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]))
const program = file(name + '/bin/node', 'text')

const kinds = {
  'is cut short': { data: pack(program), cut: true, says: /unexpected EOF/ },
  'has another checksum': { data: pack(program), sum: '0'.repeat(64), says: /its checksum is/ },
  'is a page that asks for a login': { data: Buffer.from('<html>Sign in</html>'), says: /gzip/ },
  'leads out of its directory': { data: pack(program, file(name + '/../../.bashrc', 'evil')), says: /leads out of it/ },
  'holds an absolute path': { data: pack(program, file('/home/learner/.bashrc', 'evil')), says: /leads out of it/ },
  'holds a link out of it': { data: pack(program, header(name + '/lib', 0, '2', '../../../../.ssh')), says: /leads out of it/ },
  'writes through a link': { data: pack(header(name + '/lib', 0, '2', 'bin'), program, file(name + '/lib/x', 'evil')), says: /exists/ },
  'is not there': { status: 404, data: Buffer.from('none'), says: /404/ },
}

const tree = () => execFileSync('sh', ['/opt/devdoctor/tree'], { maxBuffer: 1 << 28 }).toString()

function fix(mirror, sum) {
  fs.writeFileSync('/tmp/trusted', `${sum}  ${name}.tar.gz\n`)
  const env = { ...process.env, DEVDOCTOR_NODE_MIRROR: mirror, DEVDOCTOR_LAB_TRUST: '/tmp/trusted' }
  return new Promise(resolve => {
    const child = spawn(devdoctor, ['fix', '--yes', 'node-version'], { env })
    let said = ''
    child.stdout.on('data', data => { said += data })
    child.stderr.on('data', data => { said += data })
    child.on('close', code => resolve({ code, said }))
  })
}

const server = http.createServer((request, response) => {
  const kind = kinds[decodeURIComponent(request.url.split('/')[1])]
  response.writeHead(kind.status || 200, { 'Content-Length': kind.data.length + (kind.cut ? 1000 : 0) })
  response.write(kind.data, () => kind.cut ? request.socket.destroy() : response.end())
})

server.listen(8080, '127.0.0.1', async () => {
  const before = tree()
  for (const [what, kind] of Object.entries(kinds)) {
    const sum = kind.sum || crypto.createHash('sha256').update(kind.data).digest('hex')
    const { code, said } = await fix('http://127.0.0.1:8080/' + encodeURIComponent(what), sum)
    const errors = said.split('\n').filter(line => line.startsWith('devdoctor: '))
    if (code !== 1 || errors.length !== 1 || !kind.says.test(errors[0])) {
      console.log(`an archive that ${what}: status ${code}\n${said}`)
      process.exitCode = 1
    }
    if (fs.readdirSync(base).length > 0) {
      console.log(`an archive that ${what} left ${fs.readdirSync(base)}`)
      process.exitCode = 1
    }
    execFileSync(devdoctor, ['undo', '--yes'], { stdio: 'ignore' })
    if (tree() !== before) {
      console.log(`an archive that ${what} left something`)
      process.exitCode = 1
    }
  }
  const good = fs.readFileSync('/srv/dist/v24.21.0/SHASUMS256.txt', 'utf8').split(' ')[0]
  const { code, said } = await fix('http://127.0.0.1', good)
  if (code !== 5) {
    console.log(`the good archive: status ${code}\n${said}`)
    process.exitCode = 1
  }
  server.close()
})
