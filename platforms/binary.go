package platforms

// cannotRun says why the system cannot start a file that may be run; "" when
// nothing is known to be wrong with it.
func cannotRun(path string) string { return "" }
