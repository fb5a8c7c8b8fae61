#!/bin/sh
# Prints what the pods of one side wrote: for each request a line such as {"requestId": "…"}, so that Shakedown sees whether any was sent again.
set -eu
kubectl --context="$CONTEXT" --namespace="$NAMESPACE" logs -l "app=shop-$SHAKEDOWN_SIDE" --all-containers --tail=-1 --max-log-requests=100
