// Load the http module to handle web requests
const http = require('http');

// Define where the server will live on your computer
const hostname = '127.0.0.1';
const port = 3000;

// Create the server logic
const server = http.createServer((req, res) => {
  res.statusCode = 200; // Tell the browser the request was successful
  res.setHeader('Content-Type', 'text/plain'); // Tell the browser we are sending text
  res.end('Hello World! Node.js is running.'); // The message the user sees
});

// Start the server and listen for visitors
server.listen(port, hostname, () => {
  console.log(`Server running at http://${hostname}:${port}/`);
});
