rem :sum FILE sets sum to the SHA-256 of a file. certutil refuses an empty one.
:sum
set "sum="
if %~z1==0 set sum=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
if not defined sum for /f "skip=1 delims=" %%h in ('certutil -hashfile "%~1" SHA256') do if not defined sum set "sum=%%h"
set "sum=%sum: =%"
exit /b 0

rem :kind sets kind to file, folder or link, or to nothing.
:kind
set "kind="
for %%f in ("%at%") do set "attributes=%%~af"
if not defined attributes exit /b 0
set kind=file
if "%attributes:~0,1%"=="d" set kind=folder
if not "%attributes:l=%"=="%attributes%" set kind=link
exit /b 0

rem :put makes a file stand at at that holds the bytes of "%work%\next", which are in hexadecimal. It is whole
rem on disk first, beside it, and then takes its place in one step.
:put
for %%f in ("%at%") do set "new=%%~dpf.devdoctor-%RANDOM%-%%~nxf"
for %%f in ("%work%\next") do if %%~zf==0 (type nul >"%new%") else certutil -f -decodehex "%work%\next" "%new%" >nul
if exist "%new%" move /y "%new%" "%at%" >nul
exit /b 0
