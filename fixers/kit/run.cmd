rem :judge compares now, which was asked, with what it is before and after. * is anything.
:judge
setlocal EnableDelayedExpansion
set is=drifted
if not "!now!"=="^! not found" (
	if "!before!"=="*" set is=needed
	if "!after!"=="*" set is=done
)
if "!now!"=="!before!" set is=needed
if "!now!"=="!after!" set is=done
endlocal & set state=%is%
exit /b 0

rem :answer sets now to the first line that a program printed, or to how it ended.
:answer
set status=%errorlevel%
set "now="
if %status%==0 set /p now=<"%work%\out"
if %status%==9009 set "now=! not found"
if not %status%==0 if not %status%==9009 set "now=! exit %status%"
exit /b 0
