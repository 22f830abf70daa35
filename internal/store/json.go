package store

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
)

// kept is a value in a column of JSON text.
type kept[T any] struct{ V T }

// Value writes the JSON.
func (k kept[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(k.V)
	if err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	return string(b), nil
}

// Scan reads the JSON.
func (k *kept[T]) Scan(src any) error {
	var b []byte
	switch src := src.(type) {
	case string:
		b = []byte(src)
	case []byte:
		b = src
	default:
		return errors.New("a column of JSON holds no text")
	}
	if err := json.Unmarshal(b, &k.V); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	return nil
}

// GormDataType tells GORM that the struct is one column.
func (kept[T]) GormDataType() string { return "text" }

// list is kept as [] rather than null when it is empty.
func list[T any](l []T) kept[[]T] {
	if l == nil {
		l = []T{}
	}
	return kept[[]T]{l}
}

// orNull turns an empty id into NULL, so that no reference is made.
func orNull[T ~string](id T) *T {
	if id == "" {
		return nil
	}
	return &id
}

// orEmpty turns NULL into an empty id.
func orEmpty[T ~string](id *T) T {
	if id == nil {
		return ""
	}
	return *id
}
