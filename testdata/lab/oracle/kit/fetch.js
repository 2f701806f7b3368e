// fetch.js TEXT PID: fetches http://localhost:3000 from the server PID, which may be
// about to start, and wants a text.
const http = require('http');
const [want, pid] = process.argv.slice(2);
const deadline = Date.now() + 30000;

function alive() {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

function attempt() {
  const request = http.get({ host: 'localhost', port: 3000, timeout: 3000 }, (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; });
    answer.on('end', () => {
      if (!text.includes(want)) console.error('answers ' + JSON.stringify(text));
      process.exit(text.includes(want) ? 0 : 1);
    });
  });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (err) => {
    if (err.code === 'ECONNREFUSED' && alive() && Date.now() < deadline) {
      setTimeout(attempt, 15);
      return;
    }
    console.error(err);
    process.exit(1);
  });
}
attempt();
