#!/usr/bin/env bash
# What action.yml does: a policy has to be right, to pass its tests, and to let nobody prove less than the base does unnoticed.
set -euo pipefail
: "${POLICY:?the path of the policy}" "${FAIL_ON:?kinds of differences}" "${VERSION:?of @countersign/cli}"
countersign() { npx --yes "@countersign/cli@$VERSION" "$@"; }
work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/countersign.XXXXXX")
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
echo "differences=$work/differences" >>"${GITHUB_OUTPUT:-/dev/null}"

# to the log, and as text on the summary page
show() { tee "$work/said"; { echo '```text'; cat "$work/said"; echo '```'; } >>"$summary"; }

countersign check -- "$POLICY" | show
tests="${POLICY%.*}.policy-test.yaml"
if [ -e "$tests" ]; then countersign test --coverage -- "$POLICY" | show; else echo "$POLICY has no tests: $tests" | show; fi

if [ -z "${BASE:-}" ] || [[ $BASE =~ ^0+$ ]]; then
  echo 'There is nothing to compare with.' | show
elif ! git cat-file -e "$BASE^{commit}"; then
  echo "The commit $BASE is not here: check out with fetch-depth: 0." | show
  exit 1
elif ! git cat-file -e "$BASE:$POLICY" 2>/dev/null; then
  echo "$POLICY is new: there is nothing to compare with." | show
else
  before="$work/base.${POLICY##*.}"
  git show "$BASE:$POLICY" >"$before"
  countersign compare --fail-on "$FAIL_ON" --out "$work/differences" -- "$before" "$POLICY" | show
fi
