setlocal EnableExtensions DisableDelayedExpansion
for /f "tokens=2 delims=:" %%c in ('chcp') do set "codepage=%%c"
chcp 65001 >nul
set failed=0
set "work=%TEMP%\devdoctor-%RANDOM%%RANDOM%"
mkdir "%work%" || exit /b 1
