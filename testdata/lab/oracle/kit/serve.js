// serve.js FILE TEXT: starts the server FILE as one types it, fetches its page once it
// says that it runs, and stops it. It is for cmd, which does not say what it started in
// the background.
const { spawn } = require('child_process');
const [file, want] = process.argv.slice(2);
const server = spawn('node', [file], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => server.kill());
server.on('error', (err) => {
  console.error(err);
  process.exit(1);
});
server.on('exit', () => process.exit(1));
server.stdout.pipe(process.stdout);
server.stdout.once('data', () => {
  process.argv.splice(2, 2, want, String(server.pid));
  require('./fetch.js');
});
