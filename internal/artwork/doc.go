// Package artwork draws what people keep: the badge of an achievement as SVG and
// PNG, and diploma, certificate and record as PDF. A drawing is a list of filled
// outlines, letters among them, so that it looks the same in every format and
// needs no font where it is shown; what is drawn is decided by its words alone,
// so that the same words give the same bytes.
package artwork
