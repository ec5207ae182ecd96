#!/usr/bin/env bash
# One unattended round: new prices and weather, gaps healed, forecast and plan, today's report.
# From cron, for example
#   25 20 * * *  /srv/chocolib/jobs/refresh.sh
# Every step is tried, each says why it failed on standard error, and the exit code is that of
# the first that did. It can be run again at any time.
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
chocolib="${CHOCOLIB:-$here/../.venv/bin/chocolib}"
status=0
for step in "ingest all" "backfill" "daily" "report run daily"; do
  # shellcheck disable=SC2086  # the words of a step are its arguments
  "$chocolib" $step || status=$((status ? status : $?))
done
exit "$status"
