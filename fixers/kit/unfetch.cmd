rem :unfetch takes away what an archive brought, but for what was added or changed since. To ask for the SHA-256 of each
rem file takes minutes, so the receipt has one of every hundred files together: of the path of each, and of what is in it.
:unfetch
type nul >"%work%\stretch"
type nul >"%work%\bytes"
for /f "usebackq skip=1 tokens=1,*" %%a in ("%at%\.devdoctor-receipt") do if "%%a"=="together" (call :unfetch_stretch %%b) else (
	>>"%work%\stretch" echo %%a  %%b
	for %%f in ("%at%\%%b") do >>"%work%\bytes" (echo %%b& type "%%~ff" 2>nul)
)
call :unfetch_stretch none
del /f /a "%at%\.devdoctor-receipt"
for /f "delims=" %%d in ('dir /s /b /ad "%at%" 2^>nul ^| sort /r') do rmdir "%%d" 2>nul
rmdir "%at%" 2>nul
if exist "%at%" echo "%at%" stays, because of what was added or changed since. 1>&2
exit /b 0

rem :unfetch_stretch SUM takes away the files of a stretch; where one was changed since, each that was not.
:unfetch_stretch
call :sum "%work%\bytes"
if /i "%sum%"=="%1" (
	for /f "usebackq tokens=1,*" %%a in ("%work%\stretch") do for %%f in ("%at%\%%b") do del /f /a "%%~ff"
) else (
	for /f "usebackq tokens=1,*" %%a in ("%work%\stretch") do for %%f in ("%at%\%%b") do if exist "%%~ff" call :unfetch_one %%a "%%~ff"
)
type nul >"%work%\stretch"
type nul >"%work%\bytes"
exit /b 0

:unfetch_one
call :sum "%~2"
if /i "%sum%"=="%1" del /f /a "%~2"
exit /b 0
