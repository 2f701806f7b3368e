rem :unfetch takes away what an archive brought, file by file, but for what was added or changed since. It takes minutes.
:unfetch
for /f "usebackq skip=1 tokens=1,*" %%a in ("%at%\.devdoctor-receipt") do call :unfetch_one "%%a" "%%b"
del /f /a "%at%\.devdoctor-receipt"
for /f "delims=" %%d in ('dir /s /b /ad "%at%" 2^>nul ^| sort /r') do rmdir "%%d" 2>nul
rmdir "%at%" 2>nul
if exist "%at%" echo "%at%" stays, because of what was added or changed since. 1>&2
exit /b 0

:unfetch_one
set "file=%~2"
set "file=%at%\%file:/=\%"
if not exist "%file%" exit /b 0
call :sum "%file%"
if /i "%sum%"=="%~1" del /f /a "%file%"
exit /b 0
