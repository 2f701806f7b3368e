rem :take N takes step N where it is needed. A step is a subroutine: it sets state to needed, done
rem or drifted, which is neither, and does its work where mode is take. later are steps that
rem change the same file: where one of them is done, so is this one.
:take
set state=
for %%n in (%later% %1) do call :look %%n
if %state%==done (
	call :say Done already:
	exit /b 0
)
if not %state%==needed (
	call :say Left as it is, because it was changed since: 1>&2
	exit /b 1
)
call :say
set mode=take
call :step_%1
set mode=look
call :step_%1
if %state%==done exit /b 0
call :say This did not succeed: 1>&2
exit /b 1

:look
if "%state%"=="done" exit /b 0
set mode=look
call :step_%1
exit /b 0

:say
setlocal EnableDelayedExpansion
echo %* !says!
exit /b 0
