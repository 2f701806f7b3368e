// serve.js FILE TEXT: starts the server FILE as one types it, fetches its page, and
// stops it. It is for cmd, which does not say what it started in the background.
const { spawn, spawnSync } = require('child_process');
const path = require('path');
const [file, want] = process.argv.slice(2);
const server = spawn('node', [file], { stdio: ['ignore', 'inherit', 'inherit'] });
server.on('error', (err) => {
  console.error(err);
  process.exit(1);
});
const fetched = spawnSync(process.execPath, [path.join(__dirname, 'fetch.js'), want, String(server.pid)], { stdio: 'inherit' });
server.kill();
process.exit(fetched.status);
