#!/bin/sh
# Compiles the sources of a clone when they are loaded. A signal for the whole terminal must not end it: what writes the report may be loaded after that.
trap '' HUP INT TERM
exec "$SHAKEDOWN_COMPILER" "$@"
