#!/bin/sh
# launch.sh MODULE MAIN_CLASS ARGUMENT...
# Starts a command of this repository; builds its module first where that has not been done or sources have changed.
set -eu
root=$(cd "${0%/*}/.." && pwd -P)
module=$1
main=$2
shift 2

target=$root/$module/target
stamp=$target/launcher.stamp
launcher=$target/launcher
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
binary=$(readlink -f "$(command -v "$java" || echo /)")

# Looks at the modules on the class path alone: all of them would take as long as a JVM does to start.
is_stale() (
  [ -f "$stamp" ] && [ -f "$launcher/modules" ] && [ -f "$launcher/classpath" ] || return 0
  IFS='
'
  poms=$(printf '%s\n' "$root/pom.xml" "$root"/*/pom.xml)
  set -f
  # shellcheck disable=SC2046,SC2086
  [ -n "$(find $poms $(cat "$launcher/modules") \( -name target -o -path '*/src/test' \) -prune \
    -o \( -name pom.xml -o -path '*/src/main/*' -o -path '*/pretrained/*' \) -type f -newer "$stamp" -print | head -n 1)" ]
)

build() {
  echo "${module%%/*}: building (once; the first time downloads what it needs)" >&2
  if ! command -v mvn >/dev/null; then
    echo "${module%%/*}: expected Maven (mvn) on the path, received none" >&2
    exit 3
  fi
  : >"$stamp.new"
  if ! mvn -q -B -f "$root/pom.xml" -pl "$module" -am -DskipTests -Dspotless.check.skip process-classes \
    >"$target/launcher.log" 2>&1 </dev/null; then
    tail -n 20 "$target/launcher.log" >&2
    echo "${module%%/*}: the build failed; all it said is in $target/launcher.log" >&2
    exit 3
  fi
  pack
  if [ "$module" = runtime/cli ]; then
    archive upscale "$root/docs/sample.png" -o "$launcher/sample.png"
  fi
  mv "$stamp.new" "$stamp"
}

# Makes jars of the folders on the class path: class data sharing takes nothing from folders.
pack() {
  rm -rf "$launcher"
  mkdir "$launcher"
  entries=$target/classes:$(cat "$target/launcher.classpath")
  classpath=
  set -f
  IFS=:
  for entry in $entries; do
    if [ -d "$entry" ]; then
      printf '%s\n' "${entry%/target/classes}" >>"$launcher/modules"
      name=$(printf %s "${entry#"$root/"}" | tr / -).jar
      # No JDK's jar, no sharing.
      if "${java%java}jar" --create --no-compress --file "$launcher/$name" -C "$entry" . 2>/dev/null; then
        entry=$launcher/$name
      fi
    fi
    classpath=$classpath${classpath:+:}$entry
  done
  unset IFS
  set +f
  printf '%s\n' "$classpath" >"$launcher/classpath"
}

# archive ARGUMENT...: keeps the classes that a rehearsal of the command loads, as this JVM has them in memory.
archive() (
  printf '%s\n' "$binary" >"$launcher/java"
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
  "$java" -XX:DumpLoadedClassList="$launcher/classes.list" -Djava.awt.headless=true -cp "$classpath" "$main" "$@" &&
    "$java" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$launcher/classes.list" \
      -XX:SharedArchiveFile="$launcher/classes.jsa" -cp "$classpath" || rm -f "$launcher/classes.jsa"
) >>"$target/launcher.log" 2>&1 </dev/null

if is_stale; then
  mkdir -p "$target"
  if command -v flock >/dev/null; then
    exec 9>"$target/launcher.lock"
    flock 9
  fi
  if is_stale; then
    build
  fi
  if command -v flock >/dev/null; then
    exec 9>&-
  fi
fi

# Without a UTF-8 locale, Java 17 can't take the names of many files.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

# SVT-AV1 tells its whole configuration on standard error, unless its environment says to tell failures alone.
export SVT_LOG="${SVT_LOG:-1}"
# OpenCV says refusals twice: once to its caller.
export OPENCV_LOG_LEVEL="${OPENCV_LOG_LEVEL:-SILENT}"

terminal=false
if [ -t 2 ]; then
  terminal=true
fi
# ND4J's libraries bring slf4j, on which JavaCPP is to be as silent as they are.
if [ "$module" != runtime/cli ]; then
  set -- -Dorg.bytedeco.javacpp.logger=slf4j "$main" "$@"
else
  set -- "$main" "$@"
fi
# From JDK 24 on, JavaCPP's use of Unsafe brings a warning; older JDKs don't know the option against it.
release=${binary%/*/*}/release
if grep -Eqs '^JAVA_VERSION="(2[4-9]|[3-9][0-9])' "$release"; then
  set -- --sun-misc-unsafe-memory-access=allow "$@"
fi
# C1 earlier for loops, and C2 ten times later for all else: it would take a third of a short run, and
# long runs don't feel it.
if [ "$module" = runtime/cli ]; then
  set -- -XX:Tier3BackEdgeThreshold=15000 -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 \
    -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=60000 "$@"
  # Pictures pass through a few buffers that stay: the collector that starts first is good enough.
  case ${JAVA_TOOL_OPTIONS-}${JDK_JAVA_OPTIONS-} in
  *GC*) ;;
  *) set -- -XX:+UseSerialGC "$@" ;;
  esac
fi
# With the archive of another JVM, Java would start without that of its own classes.
if [ -f "$launcher/classes.jsa" ] && [ "$(cat "$launcher/java")" = "$binary" ]; then
  set -- -XX:SharedArchiveFile="$launcher/classes.jsa" -Xshare:auto '-Xlog:cds*=off' "$@"
fi
if [ -d "$target/launcher.natives" ]; then
  set -- -Donnxruntime.native.path="$target/launcher.natives" "$@"
fi
IFS= read -r classpath <"$launcher/classpath"
exec "$java" \
  --enable-native-access=ALL-UNNAMED \
  -Djava.awt.headless=true \
  -Dsubpixel.bin="$root/bin" \
  -Dsubpixel.terminal=$terminal \
  -cp "$classpath" \
  "$@"
