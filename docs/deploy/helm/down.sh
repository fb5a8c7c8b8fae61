#!/bin/sh
# Ends one side; safe where it is gone, and where helm was killed while it was made.
set -eu
helm --kube-context="$CONTEXT" --namespace="$NAMESPACE" uninstall "shop-$SHAKEDOWN_SIDE" --ignore-not-found --cascade foreground --wait --timeout 120s >&2
