#!/bin/sh
# Put an image into use on this host: deploy/deploy.sh IMAGE:COMMIT [options of deploy/release.py]
# Needs DASHBOARDS and API (addresses on this host), REGISTRY, REGISTRY_USER, REGISTRY_TOKEN.
# The bounds of the models stand here, once for both hosts.
set -eu
image=$1
shift
cd "$(dirname "$0")/.."
: "${DASHBOARDS:?the address of the dashboards}" "${REGISTRY:?}" "${REGISTRY_USER:?}" "${REGISTRY_TOKEN:?}"

DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
printf '%s' "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"

# Files and profiles of compose are those that `.env` of the project names.
project=${CHOCOLIB_PROJECT-/srv/chocolib}
python3 -m deploy.release "$image" ${project:+--project "$project"} \
    --dashboards "$DASHBOARDS" --api "${API:-}" --state "${CHOCOLIB_STATE:-/var/lib/chocolib}" \
    --first "chocolib validate models --max-mae 0.035 --max-ratio 0.95 --min-coverage-80 0.65" "$@"
