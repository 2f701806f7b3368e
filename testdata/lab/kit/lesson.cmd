@echo off
rem The course's first day, typed step by step in the folder of a project. It ends with
rem the first step that fails.
node -v || exit /b 1
call npm -v || exit /b 2
node Z:\opt\devdoctor\package.js || exit /b 3
call npm install --no-audit --no-fund --fetch-retries=0 --registry http://127.0.0.1:4873 ms || exit /b 4
call npm run hello || exit /b 5
node Z:\opt\devdoctor\server.js || exit /b 6
git init -q . || exit /b 7
git add . || exit /b 8
git commit -q -m "My first server" || exit /b 9
git log --oneline
git branch --show-current
