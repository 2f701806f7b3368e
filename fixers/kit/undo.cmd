rem :back N takes step N back, where the journal beside this script says that it may have been taken,
rem and not that it is back. A dot is a quote, which each findstr reads in its own way.
rem A step is a subroutine: it sets state to needed, done or drifted, which is neither, and does
rem its work where mode is take. earlier are steps that change the same file: where one of
rem them is back, so is this one.
:back
if exist "%journal%" (
	findstr /r /c:"{.step.:{.n.:%1,.what.:.begins." "%journal%" >nul || exit /b 0
	findstr /r /c:"{.undo.:{.n.:%1,.what.:.ends." "%journal%" >nul && exit /b 0
	findstr /r /c:"{.undo.:{.n.:%1,.what.:.stays." "%journal%" >nul && exit /b 0
)
set mode=look
call :step_%1
if defined at call :sweep
set was=%state%
if %state%==drifted for %%n in (%earlier%) do call :look %%n
if not %state%==done set state=%was%
if %state%==done exit /b 0
if not %state%==needed (
	call :say Not taken back, because it was changed since: 1>&2
	set failed=1
	exit /b 0
)
call :say Taking back:
set mode=take
call :step_%1
set mode=look
call :step_%1
if %state%==done exit /b 0
call :say This did not succeed: 1>&2
set failed=1
exit /b 0

rem what a write that was cut off left
:sweep
for %%f in ("%at%") do if exist "%%~dpf.devdoctor-%run%-%%~nxf" del /f /a "%%~dpf.devdoctor-%run%-%%~nxf"
exit /b 0

:look
if "%state%"=="done" exit /b 0
call :step_%1
exit /b 0

:no_way_back
if exist "%journal%" (
	findstr /r /c:"{.step.:{.n.:%1,.what.:.begins." "%journal%" >nul || exit /b 0
	findstr /r /c:"{.undo.:{.n.:%1,.what.:.ends." "%journal%" >nul && exit /b 0
	findstr /r /c:"{.undo.:{.n.:%1,.what.:.stays." "%journal%" >nul && exit /b 0
)
set mode=look
call :step_%1
if %state%==needed exit /b 0
call :say Not taken back, because there is no way back: 1>&2
set failed=1
exit /b 0

:say
setlocal EnableDelayedExpansion
echo %* !says!
exit /b 0
