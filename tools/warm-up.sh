#!/usr/bin/env bash
# Makes the ahead-of-time cache at a path: runs the hidden command warm-up as the server would run.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
SENOSCOPE_BUILDING=1 SENOSCOPE_NO_CACHE=1 SENOSCOPE_CACHE_OUTPUT=$1 \
  "$here/senoscope" warm-up
