package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** Films that FFmpeg's own program makes and looks at. */
final class Film {
  private Film() {}

  /** Makes a film of moving shapes and a tone, at ten frames a second, with B-frames. */
  static Path make(Path file, int seconds) throws Exception {
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=160x90:rate=10:duration=" + seconds,
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:duration=" + seconds,
        "-c:v",
        "mpeg4",
        "-qscale:v",
        "4",
        "-bf",
        "2",
        "-g",
        "25",
        "-c:a",
        "aac",
        "-metadata",
        "title=Film",
        file.toString());
    return file;
  }

  /** Upscales a film in one run, as {@code bin/runtime upscale} does. */
  static Path upscaled(Path film, String model, String codec, Path to) throws IOException {
    try (Upscaler upscaler = Upscaler.builder().model(model).open()) {
      VideoUpscaler.builder(upscaler).codec(codec).build().upscale(film, to);
    }
    return to;
  }

  /** Each frame of the video: timestamp, duration and MD5. */
  static List<String> frames(Path film) throws Exception {
    return lines("-i", film.toString(), "-map", "0:v", "-f", "framemd5", "-");
  }

  /** Each frame's timestamp and duration. */
  static List<String> times(Path film) throws Exception {
    return frames(film).stream().map(line -> line.substring(0, line.lastIndexOf(','))).toList();
  }

  /** Each packet of all other streams, and the tags. */
  static List<String> others(Path film) throws Exception {
    List<String> all =
        new ArrayList<>(
            lines("-i", film.toString(), "-map", "0:a", "-c", "copy", "-f", "framemd5", "-"));
    all.addAll(lines("-i", film.toString(), "-f", "ffmetadata", "-"));
    return all;
  }

  private static List<String> lines(String... arguments) throws Exception {
    return ffmpeg(arguments).lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static String ffmpeg(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                "-nostdin",
                "-v",
                "error",
                "-bitexact"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command.toString()).isZero();
    return said;
  }
}
