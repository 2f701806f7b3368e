function Get-Sum([byte[]]$bytes) {
    $sum = [Security.Cryptography.SHA256]::Create().ComputeHash($bytes)
    return [BitConverter]::ToString($sum).Replace('-', '').ToLower()
}

# Put makes a file stand at a path. It is whole on disk first, beside it, and then takes its place in one step.
function Put([string]$path, [string]$base64) {
    $new = [IO.Path]::Combine([IO.Path]::GetDirectoryName($path), '.devdoctor-' + [IO.Path]::GetRandomFileName())
    [IO.File]::WriteAllBytes($new, [Convert]::FromBase64String($base64))
    if (Test-Path -LiteralPath $path) {
        [IO.File]::Replace($new, $path, [NullString]::Value)
    } else {
        [IO.File]::Move($new, $path)
    }
}

# StateOfPath compares what stands at a path: nothing, folder, or the SHA-256 of a file.
function StateOfPath([string]$path, [string]$before, [string]$after) {
    $now = 'nothing'
    if (Test-Path -LiteralPath $path -PathType Container) {
        $now = 'folder'
    } elseif (Test-Path -LiteralPath $path) {
        $now = Get-Sum ([IO.File]::ReadAllBytes($path))
    }
    return Judge $now $before $after
}
