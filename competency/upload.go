package competency

import "time"

// UploadState tells how far a file on its way has come.
type UploadState string

// The states of an upload: open while pieces come, whole when its bytes are
// kept, used when something refers to them.
const (
	UploadOpen  UploadState = "open"
	UploadWhole UploadState = "whole"
	UploadUsed  UploadState = "used"
)

// Upload is a file that comes in pieces, for one person.
type Upload struct {
	ID       UploadID
	Owner    PersonID
	Name     string // as the owner calls it
	Size     int64  // bytes, in all
	Received int64  // bytes, so far
	Digest   string // SHA-256 that the sender gave, lower-case hex, or empty
	State    UploadState
	Created  time.Time
	Expires  time.Time
	// What was kept of it, once it is whole.
	SHA256, MediaType, KeptName string
	KeptSize                    int64
}

// Limits of files on their way.
const (
	UploadDays      = 7
	MaxOpenUploads  = 12      // of one person
	MaxUploadsBytes = 1 << 30 // of one person
)
