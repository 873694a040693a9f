#!/bin/sh
# build.sh OUT [RESOURCES] [NAMES]
# Builds networks that others wrote, for bin/conformance networks. RESOURCES is a git directory of Deeplearning4j's test
# resources, which is cloned beside OUT where it isn't given; NAMES a regular expression of those to build.
set -eu
here=$(cd "${0%/*}" && pwd -P)
out=${1:?expected a folder to write to}
resources=${2:-$out.resources.git}
names=${3:-.*}
address=https://github.com/KonduitAI/dl4j-test-resources

[ -d "$resources" ] || git clone --quiet --bare --depth 1 "$address" "$resources"
mvn -q -B -f "$here/pom.xml" process-classes dependency:build-classpath -Dmdep.outputFile="$here/target/classpath"
mkdir -p "$out"
while :; do
  status=0
  java -Xmx3g -Djava.awt.headless=true -cp "$here/target/classes:$(cat "$here/target/classpath")" \
    io.subpixel.networks.BuildNetworks "$resources" "$out" "$names" || status=$?
  # A network that ended the JVM is marked and not tried again.
  [ "$status" -ge 128 ] || exit "$status"
  echo "build.sh: the JVM ended with status $status; resuming with the next network" >&2
done
