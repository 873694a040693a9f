# Sourced, not run: how a command starts, from the sources (launch.sh) and from an archive (dist/src/command).
# $name is the command's; $module, if set, that of the sources.

fail() {
  echo "$name: $1" >&2
  exit 3
}

# Sets java, binary (java without its links) and release (its version).
find_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  binary=$(readlink -f "$(command -v "$java" || echo /)")
  [ "$binary" != / ] || fail "expected Java 17 or newer on the path or in JAVA_HOME, received none"
  # Missing in some JREs; what Java then says of its version has to do.
  release=
  if [ -r "${binary%/*/*}/release" ]; then
    while IFS='="' read -r key _ value && [ "$key" != JAVA_VERSION ]; do :; done <"${binary%/*/*}/release"
    release=${value%%[!0-9]*}
  fi
  release=${release:-17}
  [ "$release" -ge 17 ] || fail "$java: expected Java 17 or newer, received $release"
}

# start BIN ARGUMENT...: becomes the JVM of $java with these arguments; BIN is the folder of the commands. $natives is a
# folder with unpacked libraries, or empty.
start() {
  bin=$1
  shift

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
  # From JDK 24 on, JavaCPP's use of Unsafe brings a warning; older JDKs don't know the option against it.
  if [ "$release" -ge 24 ]; then
    set -- --sun-misc-unsafe-memory-access=allow "$@"
  fi
  if [ "$name" = runtime ] && [ "${module:-runtime/cli}" = runtime/cli ]; then
    # C1 earlier for loops, and C2 ten times later for all else: it would take a third of a short run, and
    # long runs don't feel it.
    set -- -XX:Tier3BackEdgeThreshold=15000 -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 \
      -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=60000 "$@"
    # Pictures pass through a few buffers that stay: the collector that starts first is good enough.
    case ${JAVA_TOOL_OPTIONS-}${JDK_JAVA_OPTIONS-} in
    *GC*) ;;
    *) set -- -XX:+UseSerialGC "$@" ;;
    esac
  else
    # ND4J's libraries bring slf4j, on which JavaCPP is to be as silent as they are.
    set -- -Dorg.bytedeco.javacpp.logger=slf4j "$@"
  fi
  if [ -n "$natives" ]; then
    # These libraries need some of each other before Java has loaded those.
    export LD_LIBRARY_PATH="$natives${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    set -- -Donnxruntime.native.path="$natives" "$@"
  fi
  exec "$java" \
    --enable-native-access=ALL-UNNAMED \
    -Djava.awt.headless=true \
    -Dsubpixel.bin="$bin" \
    -Dsubpixel.terminal=$terminal \
    "$@"
}
