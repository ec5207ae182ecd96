#!/bin/sh
# Put an image into use on this host: deploy/deploy.sh dev|prod IMAGE:COMMIT
# Needs DASHBOARDS and API (addresses on this host), REGISTRY, REGISTRY_USER, REGISTRY_TOKEN.
# The bounds of the models stand here, once for both hosts.
set -eu
where=$1 image=$2
cd "$(dirname "$0")/.."
: "${DASHBOARDS:?the address of the dashboards}" "${REGISTRY:?}" "${REGISTRY_USER:?}" "${REGISTRY_TOKEN:?}"

DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
printf '%s' "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"

# How this host differs: lines like `--profile edge` and `--file compose.prod.yaml`.
options=/etc/chocolib/$where.options
project=${CHOCOLIB_PROJECT-/srv/chocolib}
set -- "$image" ${project:+--project "$project"} \
    --dashboards "$DASHBOARDS" --api "${API:-}" \
    --first "chocolib validate models --max-mae 0.035 --max-ratio 0.95 --min-coverage-80 0.65"
if [ -r "$options" ]; then
    while read -r option value; do
        set -- "$@" "$option" "$value"
    done <"$options"
fi
python3 -m deploy.release "$@"
