rmdir /s /q "%work%"
chcp %codepage% >nul
if %failed%==1 (
	echo Some of it is not done; the lines above say why. 1>&2
	exit /b 1
)
echo Now sign out and in again, and run: devdoctor check
exit /b 0
