#!/bin/sh
# Ends one side. It may be run if the side is gone, or if helm was killed while making it.
set -eu
helm --kube-context="$CONTEXT" --namespace="$NAMESPACE" uninstall "shop-$SHAKEDOWN_SIDE" --ignore-not-found --cascade foreground --wait --timeout 120s >&2
