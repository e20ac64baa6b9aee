# Builds the program with Maven, unpacks its native libraries and makes the start-up cache; sourced
# by ./senoscope, which set here, built, natives and JDK. One line per step, on standard error.

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
  # The quick compiler alone: such a short run ends before the other one pays.
  if ! (cd "$here" && JAVA_HOME=$JDK MAVEN_OPTS="-XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" \
    mvn -B -Dmaven.test.skip=true package >"$built/build.log" 2>&1); then
    echo "senoscope: the build failed; its log is $built/build.log and says:" >&2
    grep -E '^\[ERROR\]' "$built/build.log" | head -n 12 >&2
    return 1
  fi
  keep_build || return 1
  make_cache
  mv "$built/begun" "$built/done"
  remove_old_builds
  say "ready after $((SECONDS - since)) s"
  exec 9>&-
  trap - INT TERM
}

# The checkout's commit, marked where files differ from it; not that of a repository around it. A
# checkout that came without its repository, as into a container, may be told by SENOSCOPE_COMMIT.
name_commit() {
  if [ "$(git -C "$here" rev-parse --show-toplevel 2>/dev/null)" != "$here" ]; then
    echo "${SENOSCOPE_COMMIT:-unknown}"
  elif [ -n "$(git -C "$here" status --porcelain -uno 2>/dev/null)" ]; then
    echo "$(git -C "$here" rev-parse HEAD)-dirty"
  else
    git -C "$here" rev-parse HEAD
  fi
}

say() { echo "senoscope: $1" >&2; }

# Puts what was built into a folder of its own, which nothing changes any more, and makes it the
# current one. Libraries are linked, not copied: a build removes its own names of them before.
keep_build() {
  local stamp
  stamp=build-$(date +%Y%m%d-%H%M%S)-$$
  local new=$built/$stamp
  mkdir -p "$new" "$natives/javacpp" || return 1
  cp "$here/app/target/senoscope.jar" "$new/" || return 1
  cp -rl "$here/app/target/lib" "$new/lib" 2>/dev/null || cp -r "$here/app/target/lib" "$new/" || return 1
  name_commit >"$new/commit"
  unpack_natives "$new" || return 1
  echo "$stamp" >"$built/.current" && mv "$built/.current" "$built/current"
  build=$new
}

# All but the last two builds, and those that a program still runs from: it holds a lock on the jar.
remove_old_builds() {
  local old
  for old in $(ls -dt "$built"/build-* | tail -n +3); do
    if [ ! -f "$old/senoscope.jar" ] || flock -n -x "$old/senoscope.jar" true 2>/dev/null; then
      rm -rf "$old"
    fi
  done
}

# Libraries unpacked once here need not be unpacked into the temporary folder at every start.
unpack_natives() {
  (cd "$1" && "$JDK/bin/jar" xf "$1"/lib/onnxruntime-*.jar ai/onnxruntime/native/linux-x64) || return 1
  mv "$1/ai/onnxruntime/native/linux-x64" "$1/onnxruntime"
  rm -rf "$1/ai"
}

# The JDK's ahead-of-time cache (JEP 483, 514, 515), from a run that serves and predicts for real.
make_cache() {
  [ -n "${SENOSCOPE_NO_CACHE:-}" ] && return 0
  say "making the start-up cache"
  if ! "$here/tools/warm-up.sh" "$build/senoscope.aot" >"$built/cache.log" 2>&1; then
    rm -f "$build/senoscope.aot"
    say "no start-up cache: starts will be slower (log: $built/cache.log)"
  fi
}
