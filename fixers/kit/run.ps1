# Answer is what a program prints, or how it ends.
function Answer([scriptblock]$ask) {
    $ErrorActionPreference = 'Continue'
    try { $printed = (& $ask 2>$null | Out-String).TrimEnd("`r", "`n") } catch { return '! not found' }
    if ($LASTEXITCODE -ne 0) { return "! exit $LASTEXITCODE" }
    return $printed
}
