#!/bin/sh
# launch.sh MODULE MAIN_CLASS ARGUMENT...
# Starts a command of this repository; builds its module first where that has not been done or sources have changed.
set -eu
root=$(cd "${0%/*}/.." && pwd -P)
module=$1
main=$2
shift 2

name=${module%%/*}
target=$root/$module/target
stamp=$target/launcher.stamp
lock=$target/launcher.lock
log=$target/launcher.log
# All that a start needs. It names its files from the root on, so that a checkout may be moved, copied and lent.
launcher=$target/launcher
# Maven's profiles of the build, such as gpl or cuda,gpl. They stay until others are named, or none by an empty name.
chosen=$target/launcher.profiles
profiles=
if [ -r "$chosen" ]; then
  IFS= read -r profiles <"$chosen" || true
fi
built=$profiles
profiles=${SUBPIXEL_PROFILES-$profiles}
. "$root/bin/start.sh"

case $root in
*:*) fail "$root: expected a folder without a colon, which parts Java's class path, received one" ;;
esac
find_java

# Sets the class path; fails where a part of it is gone or may not be read.
read_classpath() {
  [ -r "$launcher/modules" ] && [ -r "$launcher/classpath" ] || return
  classpath=
  while IFS= read -r entry; do
    [ -r "$root/$entry" ] || return
    classpath=$classpath${classpath:+:}$root/$entry
  done <"$launcher/classpath"
}

is_built() {
  [ "$profiles" = "$built" ] && [ -f "$stamp" ] && read_classpath
}

# Looks at the modules on the class path alone: all of them would take as long as a JVM does to start.
is_stale() (
  set -- "$root/pom.xml" "$root"/*/pom.xml "$root"/*/*/pom.xml "$root/models/pretrained"
  while IFS= read -r each; do
    set -- "$@" "$root/$each"
  done <"$launcher/modules"
  [ -n "$(find "$@" \( -name target -o -path '*/src/test' \) -prune \
    -o \( -name pom.xml -o -path '*/src/main/*' -o -path '*/pretrained/*' \) -type f -newer "$stamp" -print -quit 2>/dev/null)" ]
)

is_moved() {
  [ -f "$launcher/root" ] && IFS= read -r place <"$launcher/root" && [ "$place" != "$root" ]
}

# Says what is in the way of a build, if anything is.
obstacle() {
  if ! { mkdir -p "$target" 2>/dev/null && [ -w "$target" ]; }; then
    echo "$target may not be written to"
  elif ! command -v mvn >/dev/null; then
    echo "there is no Maven (mvn) on the path"
  fi
}

lock() {
  if command -v flock >/dev/null; then
    [ -e "$lock" ] || : >"$lock"
    # For reading, as it may be another user's.
    exec 9<"$lock"
    flock 9
  fi
}

unlock() {
  if command -v flock >/dev/null; then
    exec 9<&-
  fi
}

build() {
  echo "$name: building (once; the first time downloads what it needs)" >&2
  # They may be another user's.
  rm -f "$stamp.new" "$log"
  : >"$stamp.new"
  # Maven unpacks no jar a second time, and two profiles may have files of one name.
  [ "$profiles" = "$built" ] || rm -rf "$target/launcher.natives"
  if ! mvn -q -B ${profiles:+"-P$profiles"} -f "$root/pom.xml" -pl "$module" -am -DskipTests -Dspotless.check.skip process-classes \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    fail "the build failed; all it said is in $log"
  fi
  pack
  read_classpath || fail "$launcher: expected what was built, received less"
  archive
  mv "$stamp.new" "$stamp"
  printf '%s\n' "$profiles" >"$chosen"
  built=$profiles
}

# Makes jars of the folders on the class path: class data sharing takes nothing from folders. Links the jars of others
# (copies them where that isn't possible), as another user's local repository can't be read.
pack() {
  rm -rf "$launcher"
  mkdir "$launcher"
  entries=$target/classes:$(cat "$target/launcher.classpath")
  # What others' processes bring to this module, such as Spark.
  if [ -f "$target/launcher.provided" ]; then
    entries=$entries:$(cat "$target/launcher.provided")
  fi
  set -f
  IFS=:
  for entry in $entries; do
    if [ -d "$entry" ]; then
      entry=${entry#"$root/"}
      printf '%s\n' "${entry%/target/classes}" >>"$launcher/modules"
      jar=$launcher/$(printf %s "$entry" | tr / -).jar
      # No JDK's jar, no sharing.
      if "${java%java}jar" --create --no-compress --file "$jar" -C "$root/$entry" . 2>/dev/null; then
        entry=${jar#"$root/"}
      fi
    else
      jar=$launcher/${entry##*/}
      [ ! -e "$jar" ] || fail "$target/launcher.classpath: expected no two jars of one name, received two ${entry##*/}"
      ln -L "$entry" "$jar" 2>/dev/null || cp "$entry" "$jar"
      entry=${jar#"$root/"}
    fi
    printf '%s\n' "$entry" >>"$launcher/classpath"
  done
  unset IFS
  set +f
}

# Rehearses the service, and adds what it loads to the list of classes. Ended by a signal, it may leave half a line.
rehearse_service() {
  "$java" -XX:DumpLoadedClassList="$launcher/serve.list" -Djava.awt.headless=true -cp "$classpath" "$main" \
    serve --port 0 >"$launcher/address" &
  service=$!
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ ! -s "$launcher/address" ] || break
    sleep 1
  done
  if command -v curl >/dev/null; then
    address=$(cat "$launcher/address")
    curl -sf --retry 20 --retry-delay 1 -o /dev/null "${address}readyz"
    curl -sf --data-binary @"$root/docs/sample.png" -o /dev/null "${address}v1/upscale"
  else
    sleep 5
  fi || true
  kill "$service"
  wait "$service" || true
  { cat "$launcher/classes.list" && grep -vxFf "$launcher/classes.list" "$launcher/serve.list"; } >"$launcher/all.list"
}

# Leaves out lambdas of picocli's interfaces: sharing them would load classes of Java 5, which aren't shared then, nor
# are fifty that implement them.
dump() {
  grep -v '^@lambda-proxy .*Lpicocli/' "$1" >"$launcher/shared.list"
  "$java" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$launcher/shared.list" \
    -XX:SharedArchiveFile="$launcher/classes.jsa.new" -cp "$classpath"
}

# Keeps the classes that a rehearsal of the command loads, as this JVM has them in memory, at this place.
archive() (
  [ "$module" = runtime/cli ] || return 0
  rm -f "$launcher/classes.jsa"
  printf '%s\n' "$binary" >"$launcher/java"
  printf '%s\n' "$root" >"$launcher/root"
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
  "$java" -XX:DumpLoadedClassList="$launcher/classes.list" -Djava.awt.headless=true -cp "$classpath" "$main" \
    upscale "$root/docs/sample.png" -o "$launcher/sample.png" &&
    { { rehearse_service && dump "$launcher/all.list"; } || dump "$launcher/classes.list"; } &&
    mv "$launcher/classes.jsa.new" "$launcher/classes.jsa" || rm -f "$launcher/classes.jsa"
) >>"$log" 2>&1 </dev/null

if ! is_built || is_stale; then
  obstacle=$(obstacle)
  if [ -z "$obstacle" ]; then
    lock
    if ! is_built || is_stale; then
      build
    fi
    unlock
  elif is_built; then
    echo "$name: warning: sources are newer than the build, which runs on: $obstacle" >&2
  else
    fail "expected a module that is built, or a place to build it, received neither: $obstacle"
  fi
fi
if is_moved && [ -w "$launcher" ]; then
  lock
  if is_moved; then
    echo "$name: preparing to start fast at this place (once)" >&2
    { archive; } 2>/dev/null || true
  fi
  unlock
fi

set -- -cp "$classpath" "$main" "$@"
# With the archive of another JVM, Java would start without that of its own classes.
if [ -f "$launcher/classes.jsa" ] && IFS= read -r dumper <"$launcher/java" &&
  [ "$dumper" = "$binary" ] && ! is_moved; then
  set -- -XX:SharedArchiveFile="$launcher/classes.jsa" -Xshare:auto '-Xlog:cds*=off' "$@"
fi
natives=
if [ -d "$target/launcher.natives" ]; then
  natives=$target/launcher.natives
fi
if [ -f "$root/$module/launcher.options" ]; then
  set -- "@$root/$module/launcher.options" "$@"
fi
start "$root/bin" "$@"
