package bake

import (
	"errors"

	"laurel/credentials"
)

// fromPDF gives the first attachment of a file that can be a credential: of
// those that the file names, then of those that go with it, then of those that
// are pinned to its pages (ISO 32000-2 §7.11.4, §14.13, §12.5.6.15).
//
// It reads what is needed for that and no more: no page is drawn, nothing is
// repaired, and FlateDecode is the only filter.
func fromPDF(data []byte) ([]byte, error) {
	f, err := openPDF(data)
	if err != nil {
		return nil, pdfError(err)
	}
	s := &pdfSearch{pdfFile: f, seen: map[pdfRef]bool{}}
	if err := s.catalog(); err != nil {
		return nil, pdfError(err)
	}
	switch {
	case s.document != nil:
		return s.document, nil
	case s.unread != nil:
		return nil, pdfError(s.unread)
	}
	return nil, &Error{PDF, CodeEmpty, ""}
}

// pdfError gives a fault its reason.
func pdfError(err error) error {
	code := CodeDamaged
	switch {
	case errors.Is(err, errEncrypted):
		code = CodeEncrypted
	case errors.Is(err, errExpanded):
		code = CodeTooLarge
	}
	return &Error{PDF, code, err.Error()}
}

// pdfSearch looks through a file for attachments.
type pdfSearch struct {
	*pdfFile
	seen     map[pdfRef]bool // the nodes that were visited, so that none is twice
	files    int
	document []byte
	unread   error // why an attachment could not be read, if any
}

// catalog looks in every place in turn.
func (s *pdfSearch) catalog() error {
	root, err := s.dict(s.trailer["Root"])
	if err != nil {
		return err
	}
	if root == nil {
		return errPDF
	}
	names, err := s.dict(root["Names"])
	if err != nil {
		return err
	}
	if err := s.tree(names["EmbeddedFiles"], 0, s.named); err != nil {
		return err
	}
	with, err := s.array(root["AF"])
	if err != nil {
		return err
	}
	for _, one := range with {
		if err := s.file(one); err != nil {
			return err
		}
	}
	return s.tree(root["Pages"], 0, s.page)
}

// tree visits the nodes of a tree whose branches are called Kids (§7.7.3, §7.9.6).
func (s *pdfSearch) tree(o object, depth int, visit func(pdfDict) error) error {
	if num, ok := o.(pdfRef); ok {
		if s.seen[num] {
			return nil
		}
		s.seen[num] = true
	}
	node, err := s.dict(o)
	switch {
	case err != nil:
		return err
	case depth > pdfDepth:
		return errPDF
	case node == nil || s.document != nil:
		return nil
	}
	if err := visit(node); err != nil {
		return err
	}
	kids, err := s.array(node["Kids"])
	if err != nil {
		return err
	}
	for _, kid := range kids {
		if err := s.tree(kid, depth+1, visit); err != nil {
			return err
		}
	}
	return nil
}

// named looks at the files that a node of the tree of names lists: names and files in turn.
func (s *pdfSearch) named(node pdfDict) error {
	list, err := s.array(node["Names"])
	if err != nil {
		return err
	}
	for i := 1; i < len(list); i += 2 {
		if err := s.file(list[i]); err != nil {
			return err
		}
	}
	return nil
}

// page looks at the files that are pinned to a page.
func (s *pdfSearch) page(node pdfDict) error {
	list, err := s.array(node["Annots"])
	if err != nil {
		return err
	}
	for _, one := range list {
		d, err := s.dict(one)
		if err != nil {
			return err
		}
		if d["Subtype"] != pdfName("FileAttachment") {
			continue
		}
		if err := s.file(d["FS"]); err != nil {
			return err
		}
	}
	return nil
}

// file reads an attachment, unless there is a document already. One that cannot
// be read is passed over, and told of if there is no other.
func (s *pdfSearch) file(o object) error {
	if s.document != nil {
		return nil
	}
	if s.files++; s.files > pdfFiles {
		return errPDF
	}
	spec, err := s.dict(o)
	if err != nil {
		return err
	}
	embedded, err := s.dict(spec["EF"])
	if err != nil || embedded == nil {
		return err
	}
	at := embedded["UF"]
	if at == nil {
		at = embedded["F"]
	}
	o, err = s.follow(at)
	stream, ok := o.(*pdfStream)
	if err != nil || !ok {
		return err
	}
	data, err := s.expand(stream)
	switch {
	case err != nil:
		s.unread = err
	case IsDocument(data) && len(data) > credentials.MaxBytes:
		s.unread = errExpanded
	case IsDocument(data):
		s.document = data
	}
	return nil
}
