#!/usr/bin/env bash
# Makes the ahead-of-time cache: runs the hidden command warm-up under the options of the server.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
SENOSCOPE_BUILDING=1 SENOSCOPE_NO_CACHE=1 SENOSCOPE_CACHE_OUTPUT=$here/app/target/launcher/senoscope.aot \
  "$here/senoscope" warm-up
