#!/bin/sh
# Brings up one side, and prints its instances for Shakedown. CONTEXT, NAMESPACE and IMAGE say where and what.
set -eu
cd "$(dirname "$0")"
terraform init -input=false >&2
terraform apply -auto-approve -input=false -state="$SHAKEDOWN_SIDE.tfstate" \
  -var side="$SHAKEDOWN_SIDE" -var version_name="$SHAKEDOWN_VERSION" -var instances="$SHAKEDOWN_INSTANCES" \
  -var context="$CONTEXT" -var namespace="$NAMESPACE" -var image="$IMAGE" >&2
kubectl --context="$CONTEXT" --namespace="$NAMESPACE" get pods -l "app=shop,side=$SHAKEDOWN_SIDE" -o go-template='{"instances":[{{range $i, $pod := .items}}{{if $i}},{{end}}{"name":"{{$pod.metadata.name}}","url":"http://{{$pod.status.podIP}}:8080"}{{end}}]}
'
