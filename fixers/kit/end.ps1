if ($failed) {
    Write-Warning 'Some of it is not done; the lines above say why.'
} else {
    Write-Host 'Now sign out and in again, and run: devdoctor check'
}
