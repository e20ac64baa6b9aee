# Builds the program with Maven, unpacks its native libraries and makes the start-up cache; sourced
# by ./senoscope, which set here, built, jar, natives and JDK. One line per step, on standard error.

build() {
  if ! mkdir -p "$built" 2>/dev/null || [ ! -w "$built" ]; then
    echo "senoscope: $here cannot be written, so it cannot be built; build it as its owner first" >&2
    return 1
  fi
  # Ctrl-C ends the whole command, also where a child that it ended reports a code of its own.
  trap 'exit 130' INT TERM
  exec 9>"$built/lock"
  # Two commands at once build once.
  flock 9 2>/dev/null || true
  if ! changed; then
    exec 9>&-
    return 0
  fi
  if ! command -v mvn >/dev/null; then
    echo "senoscope: Maven is needed to build; install it (Debian: apt install maven)" >&2
    return 1
  fi
  local since=$SECONDS
  rm -f "$built/done"
  # What changes while the build runs must be newer than the stamp.
  touch "$built/begun"
  # Jars of other versions would stay beside the new ones.
  rm -rf "$here/app/target/lib"
  say "building (the first time downloads 250 MB of libraries)"
  if ! (cd "$here" && JAVA_HOME=$JDK MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" \
    mvn -B -Dmaven.test.skip=true package >"$built/build.log" 2>&1); then
    echo "senoscope: the build failed; its log is $built/build.log and says:" >&2
    grep -E '^\[ERROR\]' "$built/build.log" | head -n 12 >&2
    return 1
  fi
  name_commit >"$built/commit"
  unpack_natives || return 1
  make_cache
  mv "$built/begun" "$built/done"
  say "ready after $((SECONDS - since)) s"
  exec 9>&-
  trap - INT TERM
}

# The checkout's commit, marked where files differ from it; not that of a repository around it.
name_commit() {
  if [ "$(git -C "$here" rev-parse --show-toplevel 2>/dev/null)" != "$here" ]; then
    echo unknown
  elif [ -n "$(git -C "$here" status --porcelain -uno 2>/dev/null)" ]; then
    echo "$(git -C "$here" rev-parse HEAD)-dirty"
  else
    git -C "$here" rev-parse HEAD
  fi
}

say() { echo "senoscope: $1" >&2; }

# Libraries unpacked once here need not be unpacked into the temporary folder at every start.
unpack_natives() {
  local part=$natives/onnxruntime
  rm -rf "$natives/.partial"
  mkdir -p "$natives/.partial" "$natives/javacpp"
  (cd "$natives/.partial" && "$JDK/bin/jar" xf "$here"/app/target/lib/onnxruntime-*.jar ai/onnxruntime/native/linux-x64) || return 1
  rm -rf "$part"
  mv "$natives/.partial/ai/onnxruntime/native/linux-x64" "$part"
  rm -rf "$natives/.partial"
}

# The JDK's ahead-of-time cache (JEP 483, 514, 515), from a run that serves and predicts for real.
make_cache() {
  rm -f "$built/senoscope.aot"
  [ -n "${SENOSCOPE_NO_CACHE:-}" ] && return 0
  say "making the start-up cache"
  if ! "$here/tools/warm-up.sh" >"$built/cache.log" 2>&1; then
    rm -f "$built/senoscope.aot"
    say "no start-up cache: starts will be slower (log: $built/cache.log)"
  fi
}
