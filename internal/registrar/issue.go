package registrar

// IssueAward is the job that makes the credential of one award.
type IssueAward struct {
	Tenant string `json:"tenant"`
	Award  string `json:"award"`
}

// Kind names the job.
func (IssueAward) Kind() string { return "issue_award" }

// IssueBatch is the job that makes the credentials of up to 25 awards.
type IssueBatch struct {
	Tenant string   `json:"tenant"`
	Awards []string `json:"awards"`
}

// Kind names the job.
func (IssueBatch) Kind() string { return "issue_batch" }
