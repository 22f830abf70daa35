package registrar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"laurel/competency"
)

// workbookMark is how a workbook of a spreadsheet program begins, as every zip does.
const workbookMark = "PK\x03\x04"

// workbookUnpacked is how large a workbook may become: a small zip can hold a
// great deal of nothing.
const workbookUnpacked = 32 << 20

// errWorkbook says that a file begins like a workbook and is none that can be read.
var errWorkbook = errors.New("not a workbook that can be read")

// workbookHelp is what to do about errWorkbook.
const workbookHelp = "This workbook could not be read: it is damaged, has a password, or is too large. Save the sheet as CSV, and send that file."

// TableText is the table in a file: its text, or the first sheet of a workbook as
// CSV. ErrInvalid on "/csv" for a workbook that cannot be read.
func TableText(data []byte) (string, error) {
	if !bytes.HasPrefix(data, []byte(workbookMark)) {
		return string(data), nil
	}
	table, err := workbookTable(data)
	if err != nil {
		return "", competency.Invalid(competency.Field{Pointer: "/csv", Detail: workbookHelp})
	}
	return string(table), nil
}

// workbookTable is the first sheet of a workbook as CSV, a line for each row, so
// that a line of the one is a row of the other. errWorkbook if it cannot be read.
func workbookTable(data []byte) (table []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil { // the reader of workbooks meets anybody's files
			err = fmt.Errorf("%w: %v", errWorkbook, fault)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: workbookUnpacked, UnzipXMLSizeLimit: workbookUnpacked,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errWorkbook, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, errWorkbook
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errWorkbook, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return csvOf(rows)
}

// csvOf writes the rows of a sheet. A row without cells is an empty line.
func csvOf(rows *excelize.Rows) ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errWorkbook, err)
		}
		for i, c := range cells {
			cells[i] = strings.Join(strings.Fields(c), " ") // a line break within a cell would count as a row
		}
		if err := out.Write(cells); err != nil {
			return nil, err
		}
		if out.Flush(); b.Len() > workbookUnpacked {
			return nil, errWorkbook
		}
	}
	return b.Bytes(), rows.Error()
}
