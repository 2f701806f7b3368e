rmdir /s /q "%work%"
chcp %codepage% >nul
if %failed%==1 exit /b 1
echo All that run %run% changed is as it was. Sign out and in again.
exit /b 0
