package registrar

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"laurel/competency"
)

// workbook is a workbook as a spreadsheet program saves it, its first sheet with the rows.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A row of the sheet is a line of the table, so that errors name the row that the
// person sees; what is no row of text stays one cell.
func TestTableText(t *testing.T) {
	t.Parallel()
	book := workbook(t, []any{"code", "kind", "parent", "text"}, []any{}, []any{"SCI", "standard", "", "Science, in two\nlines"}, []any{"SCI.1", "indicator", "SCI", 12.5})
	got, err := TableText(book)
	if want := "code,kind,parent,text\n\nSCI,standard,,\"Science, in two lines\"\nSCI.1,indicator,SCI,12.5\n"; err != nil || got != want {
		t.Errorf("got %q, %v\nwant %q", got, err, want)
	}
	if got, err := TableText([]byte("a,b\n1,2\n")); err != nil || got != "a,b\n1,2\n" {
		t.Errorf("a text: got %q, %v", got, err)
	}
}

// What begins like a workbook and is none, or hides a bomb, is refused in words.
func TestTableTextRefuses(t *testing.T) {
	t.Parallel()
	good := workbook(t, []any{"code"}, []any{"A"})
	for name, data := range map[string][]byte{
		"no zip":     []byte("PK\x03\x04book"),
		"cut off":    good[:len(good)/2],
		"other zip":  zipped(t, map[string]string{"readme.txt": "nothing here"}),
		"bomb":       zipped(t, map[string]string{"xl/worksheets/sheet1.xml": strings.Repeat("<row/>", workbookUnpacked/6+1)}),
		"no sheet":   zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
		"not spread": zipped(t, map[string]string{"xl/workbook.xml": "<workbook><sheets><sheet name=\"a\" sheetId=\"1\"", "xl/worksheets/sheet1.xml": "<"}),
	} {
		var bad *competency.Error
		if got, err := TableText(data); !errors.As(err, &bad) || !errors.Is(err, competency.ErrInvalid) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
