#!/bin/sh
# try.sh ARCHIVE COMMAND
# Unpacks an archive of this machine's platform where there is neither Java nor Maven nor network, upscales a picture
# and a clip there, and compares the bytes with those of COMMAND, such as bin/runtime of the sources. Where the archive has
# all commands, asks each for its version, exports a network, compares it with what the command "converter" beside COMMAND
# exports, and trains and exports another; with CUDA, asks for the device.
set -eu
archive=$(readlink -f "$1")
reference=$(readlink -f "$2")
here=$(cd "${0%/*}" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "try.sh: $1" >&2
  exit 1
}

cp "$here/../docs/sample.png" "$work/sample.png"
# Three frames whose samples are the picture's bytes.
{
  printf 'YUV4MPEG2 W32 H24 F25:1 Ip A1:1 C420jpeg\n'
  for _ in 1 2 3; do
    printf 'FRAME\n'
    head -c 1152 "$work/sample.png"
  done
} >"$work/clip.y4m"
"$reference" upscale "$work/sample.png" -o "$work/expected.png"
"$reference" upscale "$work/clip.y4m" -o "$work/expected.mp4"

root=$work/root
mkdir -p "$root/opt/a folder" "$root/tmp" "$root/dev" "$root/proc" "$root/home" "$root/usr/bin" "$root/usr/lib"
tar -xzf "$archive" -C "$root/opt/a folder"
home=$(echo "$root/opt/a folder"/*)
cp "$work/sample.png" "$work/clip.y4m" "$here/../converter/src/test/corpus/flatbuffers/conv.fb" "$root/home"

# What the shell, Java, ONNX Runtime and FFmpeg take from the system, and nothing else.
for name in bin lib; do
  ln -s "usr/$name" "$root/$name"
done
cp "$(command -v sh)" "$root/usr/bin/sh"
cp "$(command -v readlink)" "$root/usr/bin/readlink"
{
  ldd "$root/usr/bin/sh" "$root/usr/bin/readlink" "$home/natives/libonnxruntime.so"
  LD_LIBRARY_PATH=$home/natives ldd "$home"/natives/libavutil.so.*
  [ ! -d "$home/java" ] || ldd "$home/java/bin/java" "$home/java/lib/server/libjvm.so"
  # For OpenBLAS and OpenCV, which lie packed in jars.
  [ ! -x "$home/bin/trainer" ] || /sbin/ldconfig -p | sed -n 's/^.*libz\.so\.1 .*x86-64.* => \(.*\)$/\t\1 (0x0)/p'
} 2>/dev/null | sed -n 's/^.*[ \t]\(\/[^ ]*\) (0x[0-9a-f]*)$/\1/p' | grep -v "^$work" | sort -u >"$work/system"
while IFS= read -r library; do
  mkdir -p "$root${library%/*}"
  cp -L "$library" "$root$library"
done <"$work/system"
echo "from the system: $(sed 's/.*\///' "$work/system" | tr '\n' ' ')"

inside=${home#"$root"}
if unshare -rnmpf true 2>/dev/null; then
  echo "in an empty root without a network"
  run() {
    unshare -rnmpf sh -c 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && cd / && exec env -i PATH=/bin HOME=/home "$(command -v chroot || echo /usr/sbin/chroot)" "$0" "$@"' \
      "$root" "$@"
  }
  in=
else
  echo "without namespaces: with an empty environment alone"
  run() {
    env -i PATH=/nonexistent HOME="$root/home" "$@"
  }
  in=$root
fi
command=$in$inside/bin/runtime
results="png mp4"
run "$command" --version
run "$command" upscale "$in/home/sample.png" -o "$in/home/received.png"
run "$command" upscale "$in/home/clip.y4m" -o "$in/home/received.mp4"
# There are no fonts, as on many servers.
run "$command" upscale "$in/home/sample.png" -o "$in/home/compared.png" --compare
[ -s "$root/home/compared.compare.png" ] || fail "compared.compare.png: expected a picture, received none"
if [ -x "$home/bin/trainer" ]; then
  for each in trainer converter conformance; do
    run "$in$inside/bin/$each" --version
  done
  run "$in$inside/bin/converter" export "$in/home/received.onnx" --from "$in/home/conv.fb"
  "${reference%/*}/converter" export "$work/expected.onnx" --from "$root/home/conv.fb"
  run "$in$inside/bin/trainer" fit --data "$in/home/sample.png" --val "$in/home/sample.png" --arch sesr-tiny --scale 2 \
    --steps 2 --out "$in/home/run"
  run "$in$inside/bin/converter" export "$in/home/trained.onnx" --from "$in/home/run"
  run "$command" upscale "$in/home/sample.png" -o "$in/home/trained.png" --model "$in/home/trained.onnx"
  results="onnx png mp4"
fi
if [ -f "$home/natives/libonnxruntime_providers_cuda.so" ]; then
  status=0
  run "$command" upscale "$in/home/sample.png" -o "$in/home/cuda.png" --device cuda || status=$?
  # Without a driver, 3.
  [ "$status" = 0 ] || [ "$status" = 3 ] || fail "expected status 0 or 3 by --device cuda, received $status"
fi
for result in $results; do
  cmp "$work/expected.$result" "$root/home/received.$result" || fail "$result: expected the bytes of the commands in ${reference%/*}"
done
# Wherever it lies, it must start with the classes that it brings.
if [ -f "$home/lib/runtime.aot" ]; then
  JAVA_TOOL_OPTIONS=-XX:AOTMode=on "$home/bin/runtime" models >"$work/models" 2>&1 || fail "$(cat "$work/models")"
fi
echo "done: $(du -b "$archive" | cut -f 1) bytes packed, $(du -sb "$home" | cut -f 1) unpacked"
