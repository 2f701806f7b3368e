$ErrorActionPreference = 'Stop'
$failed = $false
# PowerShell 7 hands words on to a program in another way than 5.1, for which this was written.
$PSNativeCommandArgumentPassing = 'Legacy'

# Take takes a step where it is needed, and reports whether it is done. A step has two parts: one says how
# this computer stands to it (needed, done, or drifted, which is neither), the other does it.
# Later steps change the same file: where one of them is done, so is this one.
function Take([string]$says, [hashtable]$step, [hashtable[]]$later = @()) {
    foreach ($one in $later + $step) {
        $state = & $one.State
        if ($state -eq 'done') { Write-Host "Done already: $says"; return $true }
    }
    if ($state -ne 'needed') {
        Write-Warning "Left as it is, because it was changed since: $says"
        return $false
    }
    Write-Host $says
    try { & $step.Do | Out-Null } catch { Write-Warning $_ }
    if ((& $step.State) -eq 'done') { return $true }
    Write-Warning "This did not succeed: $says"
    return $false
}

function Tell([string]$does, [string[]]$commands = @()) {
    Write-Host "For you to do: $does"
    foreach ($command in $commands) { Write-Host "    $command" }
    return $true
}

function Judge([string]$now, [string]$before, [string]$after) {
    if ($now -ceq $after) { return 'done' }
    if ($now -ceq $before) { return 'needed' }
    if ($now -cne '! not found' -and $after -eq '*') { return 'done' }
    if ($now -cne '! not found' -and $before -eq '*') { return 'needed' }
    return 'drifted'
}
