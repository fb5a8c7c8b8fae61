#!/bin/sh
# Ends one side. It may be run if the side is gone.
set -eu
cd "$(dirname "$0")"
terraform destroy -auto-approve -input=false -state="$SHAKEDOWN_SIDE.tfstate" \
  -var side="$SHAKEDOWN_SIDE" -var version_name="${SHAKEDOWN_VERSION:-none}" -var instances=1 \
  -var context="$CONTEXT" -var namespace="$NAMESPACE" -var image="$IMAGE" >&2
