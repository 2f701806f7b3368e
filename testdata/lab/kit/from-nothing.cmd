@echo off
rem The same as from-nothing, with cmd. Files are compared by the Linux below, see tree.
set DEVDOCTOR_NODE_MIRROR=http://127.0.0.1
set DEVDOCTOR_LAB_TRUST=Z:\srv\dist\v24.21.0\SHASUMS256.txt
set devdoctor=Z:\opt\devdoctor\labtrust\devdoctor.exe
set before=%PATH%

call :tree before
call :fix
call :tree fixed
call :fix
call :same fixed || exit /b 1

rem What a new window would have.
for /f "tokens=2,*" %%a in ('reg query HKCU\Environment /v Path') do set PATH=%%b;%before%
mkdir C:\lesson
cd /d C:\lesson
call Z:\opt\devdoctor\lesson.cmd || exit /b 2
cd /d C:\
rmdir /s /q C:\lesson
rmdir /s /q %LOCALAPPDATA%\npm-cache
rmdir /s /q %TEMP%\node-compile-cache
set PATH=%before%

%devdoctor% undo --yes || exit /b 3
call :same before || exit /b 4
echo as before
exit /b 0

:fix
%devdoctor% fix --yes node-installed >Z:\tmp\said 2>&1
if %errorlevel% equ 0 exit /b 0
if %errorlevel% equ 5 exit /b 0
type Z:\tmp\said
exit /b 1

:tree
reg query HKCU\Environment >Z:\tmp\%1.reg
call :below "sh /opt/devdoctor/tree >/tmp/%1"
exit /b 0

:same
call :tree now
call :below "diff /tmp/%1 /tmp/now >/tmp/differs && diff /tmp/%1.reg /tmp/now.reg >>/tmp/differs && touch /tmp/same-%1"
if exist Z:\tmp\same-%1 exit /b 0
type Z:\tmp\differs
exit /b 1

rem Wine does not wait for a program of the Linux below.
:below
if exist Z:\tmp\done del Z:\tmp\done
start /unix /bin/sh -c "(%~1); touch /tmp/done"
:wait
if not exist Z:\tmp\done goto wait
exit /b 0
