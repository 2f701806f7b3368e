const http = require("http");

const server = http.createServer((request, response) => {
  response.end("Hello Backend World!\n");
});

server.listen(3000, () => console.log("The server runs at http://localhost:3000"));
