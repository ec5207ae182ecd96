#!/bin/sh
# Hold the models in use on this host against their bounds: an origin a day, eight weeks.
set -eu
cd "${CHOCOLIB_PROJECT:-/srv/chocolib}"
in_use=${CHOCOLIB_STATE:-/var/lib/chocolib}/release.env
[ -r "$in_use" ] || {
    echo "$in_use says which image is in use, and is not there: nothing was released here" >&2
    exit 1
}
CHOCOLIB_IMAGE=$(sed -n 's/^CHOCOLIB_IMAGE=//p' "$in_use")
export CHOCOLIB_IMAGE
docker compose run --rm --no-deps -T dashboards \
    chocolib validate models --weeks 8 --every-days 1 --json
