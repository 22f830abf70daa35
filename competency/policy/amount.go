package policy

import (
	"errors"
	"strconv"
	"strings"
)

// Amount is a number of credits in hundredths, so that sums are exact: 25 is a
// quarter of a credit. In JSON and in sentences it is a decimal: 0.25.
type Amount int

// Credit is one whole credit.
const Credit Amount = 100

// maxAmount bounds what one document may write; sums of many stay exact.
const maxAmount = 10_000 * Credit

var errAmount = errors.New("write an amount of credits such as 0.25, with at most two decimals")

// ParseAmount reads a decimal with at most two places and no sign, at most 10,000.
func ParseAmount(s string) (Amount, error) {
	whole, part, dotted := strings.Cut(s, ".")
	if whole == "" || len(whole) > 5 || digits(whole) != len(whole) || dotted && (part == "" || digits(part) != len(part)) {
		return 0, errAmount
	}
	part = strings.TrimRight(part, "0")
	if len(part) > 2 {
		return 0, errAmount
	}
	n, err := strconv.Atoi(whole + (part + "00")[:2])
	if err != nil || Amount(n) > maxAmount {
		return 0, errAmount
	}
	return Amount(n), nil
}

// String writes the amount without needless zeros: "0.25", "1", "2.5".
func (a Amount) String() string {
	if a < 0 {
		return "-" + (-a).String()
	}
	s := strconv.Itoa(int(a / Credit))
	if rest := int(a % Credit); rest != 0 {
		s += "." + strings.TrimRight(strconv.Itoa(100 + rest)[1:], "0")
	}
	return s
}

// credits counts an amount: "1 credit", "0.5 credits".
func (a Amount) credits() string {
	if a == Credit {
		return "1 credit"
	}
	return a.String() + " credits"
}

// more counts what is missing: "1 more credit", "0.5 more credits".
func (a Amount) more() string {
	if a == Credit {
		return "1 more credit"
	}
	return a.String() + " more credits"
}

// MarshalJSON writes the decimal.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads what [ParseAmount] reads.
func (a *Amount) UnmarshalJSON(b []byte) error {
	n, err := ParseAmount(string(b))
	if err == nil {
		*a = n
	}
	return err
}
