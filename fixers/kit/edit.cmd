rem :edit exchanges lines of at. forth is where they go and come, as FIRST:END:xBYTES; there is the way
rem back. old and new are all the bytes that go and come, others is the SHA-256 of the rest.
:edit
set state=drifted
call :kind
if not "%kind%"=="file" exit /b 0
call :lines
call :exchange forth old && set state=needed
if %state%==drifted call :exchange there new && set state=done
if %mode%%state%==takeneeded call :put
exit /b 0

rem :lines writes the lines of at in hexadecimal.
:lines
type nul >"%work%\hex"
for %%f in ("%at%") do if not %%~zf==0 certutil -f -encodehex "%at%" "%work%\hex" 4 >nul
setlocal EnableDelayedExpansion
set "line="
(
	for /f "usebackq delims=" %%l in ("%work%\hex") do for %%b in (%%l) do (
		set "line=!line!%%b"
		if "%%b"=="0a" (
			echo !line!
			set "line="
		)
	)
	if defined line echo !line!
) >"%work%\now"
exit /b 0

rem :exchange WHERE GONE writes what at becomes, and fails where it is another file.
:exchange
setlocal EnableDelayedExpansion
set "hunks=!%1!"
set "gone="
set n=0
type nul >"%work%\next"
type nul >"%work%\rest"
for /f "usebackq" %%l in ("%work%\now") do (
	set goes=0
	for %%h in (!hunks!) do for /f "tokens=1-3 delims=:x" %%a in ("%%h") do (
		if !n!==%%a if not "%%c"=="" >>"%work%\next" echo %%c
		if !n! geq %%a if !n! lss %%b set goes=1
	)
	if !goes!==1 (
		set "gone=!gone!%%l"
	) else (
		>>"%work%\next" echo %%l
		>>"%work%\rest" echo %%l
	)
	set /a n+=1
)
for %%h in (!hunks!) do for /f "tokens=1-3 delims=:x" %%a in ("%%h") do (
	if !n!==%%a if not "%%c"=="" >>"%work%\next" echo %%c
)
if not "!gone!"=="!%2!" exit /b 1
type nul >"%work%\bytes"
for %%f in ("%work%\rest") do if not %%~zf==0 certutil -f -decodehex "%work%\rest" "%work%\bytes" >nul
call :sum "%work%\bytes"
if /i "!sum!"=="!others!" exit /b 0
exit /b 1
