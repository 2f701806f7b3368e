rem :is SUM reports whether at is the file with that SHA-256.
:is
call :kind
if not "%kind%"=="file" exit /b 1
call :sum "%at%"
if /i "%sum%"=="%1" exit /b 0
exit /b 1

:is_nothing
call :kind
if not defined kind exit /b 0
exit /b 1

:is_folder
call :kind
if "%kind%"=="folder" exit /b 0
exit /b 1
