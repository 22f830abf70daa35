# What .ci/run and .ci/check share. Sourced, from the repository's top folder.

GOLANGCI_LINT=v2.15.0
tools="${XDG_CACHE_HOME:-$HOME/.cache}/laurel-tools/bin"
command -v go >/dev/null 2>&1 || PATH="$PATH:/usr/local/go/bin"
PATH="$tools:$PATH"
export PATH

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

# Tests write each skip here (internal/testkit, Require). A caller's own file
# is left for the caller to print.
own_skips=
if [ -z "${LAUREL_TEST_SKIPS:-}" ]; then
	own_skips="$tmp/skips"
	: >"$own_skips"
	export LAUREL_TEST_SKIPS="$own_skips"
fi

# golangci_lint prints the path of the right version, or fails.
golangci_lint() {
	found=$(command -v golangci-lint) || return 1
	"$found" version 2>/dev/null | grep -q "version ${GOLANGCI_LINT#v} " || return 1
	echo "$found"
}

failed=
# step NAME COMMAND... runs one step and remembers its failure.
step() {
	name=$1
	shift
	echo "== $name"
	began=$(date +%s)
	if "$@"; then
		echo "-- $name: ok, $(($(date +%s) - began)) s"
	else
		echo "-- $name: FAILED, $(($(date +%s) - began)) s"
		failed="$failed
  $name"
	fi
}

# finish says what was skipped and what failed, and exits accordingly.
finish() {
	if [ -n "$own_skips" ] && [ -s "$own_skips" ]; then
		echo "== skipped on this machine (LAUREL_TEST_REQUIRE makes these fail):"
		sort -u "$own_skips" | sed 's/ ([^(]* in [^)]*)$//' | uniq -c | awk '{n = $1; $1 = ""; print " " $0 " - " n " tests"}'
	fi
	if [ -n "$failed" ]; then
		echo "== FAILED:$failed"
		exit 1
	fi
	echo "== all passed"
	exit 0
}
