#!/bin/sh
# image.sh FOLDER
# Puts the service there with what it needs of Java, by jlink: FOLDER/bin/subpixel serve. Natives are unpacked, so that
# nothing but the folders of jobs and of temporary files is written to when it runs.
set -eu
here=$(cd "${0%/*}" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
mkdir -p "$1"
image=$(cd "$1" && pwd -P)
[ -z "$(ls "$image")" ] || { echo "image.sh: $image: expected an empty folder, received one with files" >&2; exit 2; }

"$root/bin/runtime" models >/dev/null
target=$root/runtime/cli/target
mkdir "$image/bin" "$image/lib" "$image/natives" "$image/cache"
while IFS= read -r jar; do
  cp -L "$root/$jar" "$image/lib"
done <"$target/launcher/classpath"
cp "$target"/launcher.natives/*onnxruntime* "$image/natives"
cp "$here/subpixel" "$here/health" "$image/bin"

modules=$(jdeps -q --multi-release 17 --ignore-missing-deps --print-module-deps "$image"/lib/*.jar)
# TLS with elliptic curves is found by its name alone.
modules=$modules,jdk.crypto.ec
jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress=2 --output "$image/java"
"$image/java/bin/java" -Xshare:dump -XX:+UseSerialGC >/dev/null
# A rehearsal unpacks FFmpeg's natives, which else would be unpacked at every start.
"$image/java/bin/java" -Dorg.bytedeco.javacpp.cachedir="$image/cache" -Donnxruntime.native.path="$image/natives" \
  -cp "$image/lib/*" io.subpixel.runtime.cli.RuntimeCommand upscale "$root/docs/sample.png" -o "$image/cache/sample.avif" \
  >/dev/null
find "$image/cache" -type f -name '*.so*' -exec mv {} "$image/natives" \;
rm -r "$image/cache"
