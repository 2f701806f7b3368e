// Fetches http://localhost:3000, which may be about to start, and wants a text.
const http = require('http');
const want = process.argv[2];
const deadline = Date.now() + 4000;

function attempt() {
  const request = http.get({ host: 'localhost', port: 3000, timeout: 1500 }, (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; });
    answer.on('end', () => {
      if (!text.includes(want)) console.error('answers ' + JSON.stringify(text));
      process.exit(text.includes(want) ? 0 : 1);
    });
  });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (err) => {
    if (err.code === 'ECONNREFUSED' && Date.now() < deadline) {
      setTimeout(attempt, 15);
      return;
    }
    console.error(err);
    process.exit(1);
  });
}
attempt();
