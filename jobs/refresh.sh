#!/usr/bin/env bash
# One unattended round: new prices, forecast and plan, today's report. From cron, for example
#   25 20 * * *  /srv/chocolib/jobs/refresh.sh
# It stops at the first step that fails, says why on standard error, and can be run again.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
chocolib="${CHOCOLIB:-$here/../.venv/bin/chocolib}"
"$chocolib" ingest ree
"$chocolib" daily
"$chocolib" report run daily
