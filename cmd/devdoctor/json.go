package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// formatJSON is v as one JSON object that a person can read too.
func formatJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write the JSON: %w", err)
	}
	return b.Bytes(), nil
}
