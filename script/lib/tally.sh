# shellcheck shell=bash
# Counts what passed and what failed over many runners, so that script/test can end in one line.

passed=0
failed=0
skipped=0
failures=()

# check SENTENCE COMMAND...: one check that holds or does not.
check() {
  local sentence=$1 status=0
  shift
  "$@" || status=$?
  if ((status == 0)); then
    passed=$((passed + 1))
    printf 'ok: %s\n' "$sentence"
  else
    failed=$((failed + 1))
    failures+=("$sentence (exit status $status)")
    printf 'FAILED: %s\n' "$sentence"
  fi
}

# cargo_tests ARGUMENTS...: runs cargo test and adds up its own closing lines. A run that ends badly without having
# counted a failure (it does not compile, it died) counts as one.
cargo_tests() {
  local log status=0 counts ran_passed ran_failed ran_ignored
  log=$(mktemp)
  cargo test --locked --no-fail-fast "$@" 2>&1 | tee "$log" || status=$?
  counts=$(awk '/^test result: / { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1); if ($i ~ /^ignored/) g += $(i-1) } } END { print p + 0, f + 0, g + 0 }' "$log")
  read -r ran_passed ran_failed ran_ignored <<<"$counts"
  rm -f "$log"
  if ((status != 0 && ran_failed == 0)); then ran_failed=1; fi
  passed=$((passed + ran_passed))
  failed=$((failed + ran_failed))
  skipped=$((skipped + ran_ignored))
  if ((ran_failed)); then failures+=("cargo test $*: $ran_failed"); fi
}

# The last line, and the exit status.
sum_up() {
  local failure
  for failure in "${failures[@]}"; do printf 'failed: %s\n' "$failure"; done
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0))
}
