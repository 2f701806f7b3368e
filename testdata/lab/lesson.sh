#!/bin/sh
# The first day of the course: a project, a script through npm, the first server under
# the name localhost, a repository. It stops at what does not work.
set -e
node -v
npm -v
rm -rf ~/course/lesson
mkdir -p ~/course/lesson
cd ~/course/lesson
npm init -y >package.txt
npm pkg set scripts.hi='echo hi from npm'
npm run hi
node -e '
const server = require("http").createServer((request, response) => response.end("hello\n"))
server.listen(3000, async () => {
  process.stdout.write(await (await fetch("http://localhost:3000")).text())
  server.closeAllConnections()
  server.close()
})'
git init
git add .
git commit -m lesson
