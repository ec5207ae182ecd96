#!/bin/sh
# The image of a commit in the registry.
#   deploy/image.sh push IMAGE COMMIT   build it, push it by commit
#   deploy/image.sh name IMAGE COMMIT   call it by its release and latest, too (also after going back)
# Needs REGISTRY, REGISTRY_USER and REGISTRY_TOKEN.
set -eu
what=$1 image=$2 commit=$3
cd "$(dirname "$0")/.."
: "${REGISTRY:?the host of the registry}" "${REGISTRY_USER:?}" "${REGISTRY_TOKEN:?}"

# The login is kept in a folder of this run, not in the runner's home.
DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
printf '%s' "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"

# Its release is that of the commit it was built of, wherever it is named from.
version='{{index .Config.Labels "org.opencontainers.image.version"}}'

case $what in
push)
    release=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' chocolib/__init__.py)
    : "${release:?chocolib/__init__.py has no version}"
    docker build --file deploy/Dockerfile --label "org.opencontainers.image.revision=$commit" \
        --label "org.opencontainers.image.version=$release" \
        --tag "$image:$commit" .
    docker push --quiet "$image:$commit"
    ;;
name)
    docker pull --quiet "$image:$commit"
    release=$(docker image inspect --format "$version" "$image:$commit")
    : "${release:?the image of $commit does not say its release}"
    for tag in "v$release" latest; do
        docker tag "$image:$commit" "$image:$tag"
        docker push --quiet "$image:$tag"
    done
    ;;
*)
    echo "push or name, not $what" >&2
    exit 2
    ;;
esac
