rem :variable NAME gives a variable of the account another value. before and after are its type and its value; data
rem is the value as a program reads it.
:variable
set "now=" & set "dword="
for /f "skip=2 tokens=1,2,*" %%a in ('reg query HKCU\Environment /v "%~1" 2^>nul') do if %%b==REG_DWORD (set /a dword=%%c) else set "now=%%b %%c"
rem reg shows a number in the digits of sixteen.
if defined dword set "now=REG_DWORD %dword%"
setlocal EnableDelayedExpansion
set state=drifted
if "!now!"=="!before!" set state=needed
if "!now!"=="!after!" set state=done
if %mode%!state!==takeneeded (
	if defined after (
		reg add HKCU\Environment /v "%~1" /t !type! /d "!data!" /f >nul
	) else (
		reg delete HKCU\Environment /v "%~1" /f >nul
	)
)
endlocal & set state=%state%
exit /b 0
