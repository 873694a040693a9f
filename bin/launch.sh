#!/bin/sh
# launch.sh MODULE MAIN_CLASS ARGUMENT...
# Starts a command of this repository; builds its module first where that has not been done or sources have changed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
module=$1
main=$2
shift 2

target=$root/$module/target
stamp=$target/launcher.stamp

is_stale() {
  [ ! -f "$stamp" ] || [ ! -f "$target/launcher.classpath" ] || [ -n "$(find "$root" \
    \( -name target -o -name .git -o -name runs -o -path '*/src/test' \) -prune \
    -o \( -name pom.xml -o -path '*/src/main/*' -o -path '*/pretrained/*' \) -type f -newer "$stamp" -print | head -n 1)" ]
}

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
  mv "$stamp.new" "$stamp"
}

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

terminal=false
if [ -t 2 ]; then
  terminal=true
fi
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# From JDK 24 on, JavaCPP's use of Unsafe brings a warning; older JDKs don't know the option against it.
release=$(dirname "$(dirname "$(readlink -f "$(command -v "$java" || echo /)")")")/release
unsafe=
if grep -Eqs '^JAVA_VERSION="(2[4-9]|[3-9][0-9])' "$release"; then
  unsafe=--sun-misc-unsafe-memory-access=allow
fi
exec "$java" $unsafe \
  --enable-native-access=ALL-UNNAMED \
  -Djava.awt.headless=true \
  -Dorg.bytedeco.javacpp.logger=slf4j \
  -Dsubpixel.terminal=$terminal \
  -cp "$target/classes:$(cat "$target/launcher.classpath")" \
  "$main" "$@"
