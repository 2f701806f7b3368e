rem :archive sets state to there where at is what the archive held, and to nothing where nothing is.
:archive
call :is_nothing && set state=nothing
if exist "%at%\.devdoctor-receipt" (
	findstr /c:"%archive%" "%at%\.devdoctor-receipt" >nul && set state=there
)
exit /b 0

rem :fetch downloads an archive, compares its SHA-256, and makes its folder stand at at. Windows has curl and tar
rem since version 1803 of Windows 10. A server that sends nothing for half a minute is given up on.
:fetch
for %%f in ("%at%") do set "new=%%~dpf.devdoctor-%RANDOM%"
mkdir "%new%" || exit /b 1
call :unpack || rmdir /s /q "%new%"
exit /b 0

:unpack
curl -fSL --connect-timeout 30 --speed-limit 1 --speed-time 30 --proto =%protocol% -o "%new%\archive" "%url%" || exit /b 1
call :sum "%new%\archive"
if /i not "%sum%"=="%archive%" (
	echo The download has another checksum: it was cut short, or changed on the way. 1>&2
	exit /b 1
)
tar -xf "%new%\archive" -C "%new%" || exit /b 1
<nul set /p "=%archive%" >"%new%\%top%\.devdoctor-receipt"
move "%new%\%top%" "%at%" >nul || exit /b 1
rmdir /s /q "%new%"
exit /b 0
