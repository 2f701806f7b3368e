function StateOfVariable([string]$name, [string]$before, [string]$after) {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment')
    $data = $key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
    $now = ''
    if ($null -ne $data) {
        $now = @{ String = 'REG_SZ'; ExpandString = 'REG_EXPAND_SZ' }["$($key.GetValueKind($name))"] + ' ' + $data
    }
    return Judge $now $before $after
}

function SetVariable([string]$name, [string]$kind, [string]$data) {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
    if ($kind) { $key.SetValue($name, $data, $kind) } else { $key.DeleteValue($name) }
}
