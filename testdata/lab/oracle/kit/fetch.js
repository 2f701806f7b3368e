// fetch.js TEXT PID: fetches http://localhost:3000 from the server PID, which may be
// about to start, and wants a text. Like a browser it tries all addresses of localhost.
const fs = require('fs');
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

// Linux says who listens: a server that does, and is not reached, will not be.
function listens() {
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((table) => {
    try {
      return / [0-9A-F]+:0BB8 [0-9A-F]+:0000 0A /.test(fs.readFileSync(table, 'latin1'));
    } catch {
      return false;
    }
  });
}

function attempt() {
  const up = listens();
  const options = { host: 'localhost', port: 3000, timeout: 3000, autoSelectFamily: true };
  const request = http.get(options, (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; });
    answer.on('end', () => {
      console.log((text.includes(want) ? 'fetched ' : 'answers ') + JSON.stringify(text));
      process.exit(text.includes(want) ? 0 : 1);
    });
  });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (err) => {
    if (!up && err.code === 'ECONNREFUSED' && alive() && Date.now() < deadline) {
      setTimeout(attempt, 15);
      return;
    }
    console.error(err);
    process.exit(1);
  });
}
attempt();
