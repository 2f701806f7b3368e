// await.js PORT: waits until something listens on the port.
const net = require('net');
const port = Number(process.argv[2]);
const deadline = Date.now() + 30000;
(function attempt() {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('connect', () => process.exit(0));
  socket.on('error', () => (Date.now() > deadline ? process.exit(1) : setTimeout(attempt, 50)));
})();
