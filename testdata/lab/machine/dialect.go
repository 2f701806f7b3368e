package machine

// dialect is how programs and paths are named on a system.
type dialect interface {
	command(c Cmd) Cmd
	path(p string) string
}

func dialectOf(_ Spec) dialect { return plain{} }

// plain is Linux: nothing needs a translation.
type plain struct{}

func (plain) command(c Cmd) Cmd    { return c }
func (plain) path(p string) string { return p }
