# Finds a JDK 25 or newer and puts its folder into JDK; sourced by ./senoscope and ./check.
# No process is started where JAVA_HOME or /usr/lib/jvm has one: this runs at every start.

jdk_is_new_enough() {
  local line version
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=\"}
        version=${version%%[.\"+-]*}
        [ "$version" -ge 25 ] 2>/dev/null
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

find_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*; do
    if [ -n "$candidate" ] && jdk_is_new_enough "$candidate"; then
      JDK=$candidate
      return 0
    fi
  done
  candidate=$(command -v java) && candidate=$(readlink -f "$candidate") && candidate=${candidate%/bin/java}
  if [ -n "$candidate" ] && jdk_is_new_enough "$candidate"; then
    JDK=$candidate
    return 0
  fi
  echo "senoscope: no JDK 25 found in JAVA_HOME, PATH or /usr/lib/jvm; install one (Debian: apt install openjdk-25-jdk, or temurin-25-jdk from adoptium.net) or set JAVA_HOME" >&2
  return 1
}
