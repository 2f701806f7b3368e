$latin = [Text.Encoding]::GetEncoding(28591) # a character for each byte
$line = '[^\n]*\n|[^\n]+'

# Exchange is what a file becomes, in base64; nothing where it is another file. A hunk says how many of the other lines
# stand before it, and what goes and comes. others is the SHA-256 of the other lines.
function Exchange([string]$path, [string]$others, [hashtable[]]$hunks, [string]$go, [string]$come) {
    $lines = @([regex]::Matches($latin.GetString([IO.File]::ReadAllBytes($path)), $line) | ForEach-Object { $_.Value })
    $rest = ''; $next = ''; $kept = 0; $at = 0
    foreach ($hunk in $hunks) {
        while ($kept -lt $hunk.Line -and $at -lt $lines.Count) {
            $rest += $lines[$at]; $next += $lines[$at]; $kept++; $at++
        }
        $old = $latin.GetString([Convert]::FromBase64String($hunk[$go]))
        $count = [regex]::Matches($old, $line).Count
        if ((-join ($lines | Select-Object -Skip $at -First $count)) -cne $old) { return }
        $at += $count
        $next += $latin.GetString([Convert]::FromBase64String($hunk[$come]))
    }
    while ($at -lt $lines.Count) { $rest += $lines[$at]; $next += $lines[$at]; $at++ }
    if ((Get-Sum ($latin.GetBytes($rest))) -ne $others) { return }
    return [Convert]::ToBase64String($latin.GetBytes($next))
}

function StateOfEdit([string]$path, [string]$others, [hashtable[]]$hunks) {
    if (-not (Test-Path -LiteralPath $path -PathType Leaf)) { return 'drifted' }
    if ($null -ne (Exchange $path $others $hunks 'Old' 'New')) { return 'needed' }
    if ($null -ne (Exchange $path $others $hunks 'New' 'Old')) { return 'done' }
    return 'drifted'
}
