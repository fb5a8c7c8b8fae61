#!/bin/sh
# Brings up one side as a Helm release of its own, and prints its instances for Shakedown. CONTEXT, NAMESPACE and IMAGE say where and what.
set -eu
cd "$(dirname "$0")"
release="shop-$SHAKEDOWN_SIDE"
helm_here() { helm --kube-context="$CONTEXT" --namespace="$NAMESPACE" "$@"; }
# If helm was killed, its release stays pending and helm refuses to change it. This side gets no traffic yet, so the release is made again.
if [ -n "$(helm_here list --pending --short --filter "^$release\$")" ]; then helm_here uninstall "$release" --cascade foreground --wait >&2; fi
helm_here upgrade --install "$release" ../chart --wait --timeout 120s --set name="$release" --set replicas="$SHAKEDOWN_INSTANCES" \
  --set image.repository="$IMAGE" --set-string image.tag="$SHAKEDOWN_VERSION" \
  --set-string environment.SHAKEDOWN_VERSION="$SHAKEDOWN_VERSION" --set-string environment.SHAKEDOWN_SIDE="$SHAKEDOWN_SIDE" >&2
kubectl --context="$CONTEXT" --namespace="$NAMESPACE" get pods -l "app=$release" -o go-template='{"instances":[{{range $i, $pod := .items}}{{if $i}},{{end}}{"name":"{{$pod.metadata.name}}","url":"http://{{$pod.status.podIP}}:8080"}{{end}}]}
'
