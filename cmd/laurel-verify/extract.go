package main

import "laurel/credentials/bake"

// extract writes the document that a picture or a paper carries.
func (p *program) extract(args []string) int {
	flags := newFlags()
	if code, ok := p.parse(flags, args, func() bool { return flags.NArg() == 1 }); !ok {
		return code
	}
	data, err := p.read(flags.Arg(0))
	if err == nil {
		data, _, err = bake.Extract(data)
	}
	if err == nil {
		_, err = p.stdout.Write(data)
	}
	if err != nil {
		return p.wrong(err)
	}
	return exitValid
}
