rem :replaced N sets state to drifted where something else stands at at than step N made: the journal
rem knows the sum of it.
:replaced
if not %state%==needed exit /b 0
if not exist "%at%" exit /b 0
set state=drifted
if not exist "%journal%" exit /b 0
findstr /r /c:"{.step.:{.n.:%1,.what.:.ends.,.marks." "%journal%" >"%work%\marks" || set state=needed
if %state%==needed exit /b 0
call :sum "%at%"
findstr /c:"%sum%" "%work%\marks" >nul && set state=needed
exit /b 0
