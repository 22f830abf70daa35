package templates

import (
	"errors"
	"strings"
	"text/template/parse"
)

// uses is what one template asks for by name.
type uses struct {
	templates []string
	messages  []messageUse
}

// messageUse is one {{t "key" args…}}. A key ending in a dot stands for every
// key that starts so: {{t (print "role." .Role)}}.
type messageUse struct {
	key  string
	args int // −1 when the number is not known from the text
}

var errDynamicKey = errors.New(`t takes a key as text, or print of a text that ends in a dot`)

// usesOf lists the templates and messages that a template names.
func usesOf(tree *parse.Tree) (uses, error) {
	var u uses
	err := u.list(tree.Root)
	return u, err
}

func (u *uses) list(l *parse.ListNode) error {
	if l == nil {
		return nil
	}
	for _, n := range l.Nodes {
		if err := u.node(n); err != nil {
			return err
		}
	}
	return nil
}

func (u *uses) node(n parse.Node) error {
	switch n := n.(type) {
	case *parse.ActionNode:
		return u.pipe(n.Pipe)
	case *parse.TemplateNode:
		u.templates = append(u.templates, n.Name)
		return u.pipe(n.Pipe)
	case *parse.IfNode:
		return u.branch(&n.BranchNode)
	case *parse.RangeNode:
		return u.branch(&n.BranchNode)
	case *parse.WithNode:
		return u.branch(&n.BranchNode)
	case *parse.PipeNode:
		return u.pipe(n)
	case *parse.ChainNode:
		return u.node(n.Node)
	}
	return nil
}

func (u *uses) branch(b *parse.BranchNode) error {
	return errors.Join(u.pipe(b.Pipe), u.list(b.List), u.list(b.ElseList))
}

func (u *uses) pipe(p *parse.PipeNode) error {
	if p == nil {
		return nil
	}
	for i, c := range p.Cmds {
		if err := u.command(c, i > 0); err != nil {
			return err
		}
	}
	return nil
}

func (u *uses) command(c *parse.CommandNode, piped bool) error {
	for _, a := range c.Args {
		if err := u.node(a); err != nil {
			return err
		}
	}
	if id, ok := c.Args[0].(*parse.IdentifierNode); !ok || id.Ident != "t" {
		return nil
	}
	if len(c.Args) < 2 {
		return errDynamicKey
	}
	use := messageUse{args: len(c.Args) - 2}
	if piped {
		use.args++
	}
	switch key := c.Args[1].(type) {
	case *parse.StringNode:
		use.key = key.Text
	case *parse.PipeNode:
		use.key, use.args = prefixOf(key), -1
	}
	if use.key == "" {
		return errDynamicKey
	}
	u.messages = append(u.messages, use)
	return nil
}

// prefixOf gives "role." for (print "role." .Role), else nothing.
func prefixOf(p *parse.PipeNode) string {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) < 2 {
		return ""
	}
	id, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	if !ok || id.Ident != "print" {
		return ""
	}
	s, ok := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok || !strings.HasSuffix(s.Text, ".") {
		return ""
	}
	return s.Text
}
