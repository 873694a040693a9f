package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Rows;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoders of FFmpeg's GPL natives, which the profile gpl puts on the class path. */
class GplTest {
  private static final Ratio UNIT = new Ratio(1, 12800);

  private static final int SMOOTH_FRAMES = 150;

  @TempDir private Path folder;

  private static boolean isPresent() {
    Natives.silence();
    return avcodec_find_encoder_by_name("libx264") != null;
  }

  private static void assumePresent() {
    assumeTrue(isPresent(), "FFmpeg's GPL natives aren't on the class path (mvn -Pgpl)");
  }

  /** The encoder that {@code h264} means with these natives. */
  static String h264() {
    return isPresent() ? "libx264" : "libopenh264";
  }

  private Path clip(String pixels, int width, int height, int frames) {
    Path file = folder.resolve("in.mkv");
    long[] times = LongStream.range(0, frames).map(i -> i * 512).toArray();
    try (ClipMaker maker = new ClipMaker(file)) {
      maker.video("ffv1", pixels, width, height, UNIT, ClipMaker.Look.PLAIN, times);
      maker.audio("aac", frames / 25.0).write();
    }
    return file;
  }

  private static VideoUpscaler.Builder builder(Upscaler upscaler, String codec) {
    return VideoUpscaler.builder(upscaler).codec(codec);
  }

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  @ParameterizedTest
  @CsvSource({
    "h264, libx264, yuv420p, mp4",
    "h264, libx264, yuv422p10le, mkv",
    "h264, libx264, yuv444p, mov",
    "h264, libx264, yuv420p10le, mp4",
    "hevc, libx265, yuv420p, mp4",
    "hevc, libx265, yuv420p10le, mkv",
    "hevc, libx265, yuv422p12le, mov",
    "hevc, libx265, gray10le, mkv"
  })
  void framesAndTimesAreKept(String codec, String encoder, String pixels, String ending)
      throws IOException {
    assumePresent();
    Path in = clip(pixels, 64, 48, 12);
    Path lossless = folder.resolve("lossless.mkv");
    Path out = folder.resolve("out." + ending);
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open()) {
      builder(upscaler, "ffv1").build().upscale(in, lossless);
      work = builder(upscaler, codec).quality(4).build().upscale(in, out);
    }
    assertThat(work.encoder()).isEqualTo(encoder);
    Survey before = Survey.of(lossless);
    Survey after = Survey.of(out);
    assertThat(after.facts().codec()).isEqualTo(codec);
    assertThat(after.facts().pixelFormat()).isEqualTo(pixels);
    assertThat(after.packets("audio").stream().map(Survey.Coded::data))
        .isNotEmpty()
        .containsExactlyElementsOf(
            before.packets("audio").stream().map(Survey.Coded::data).toList());
    for (int i = 0; i < before.seconds().size(); i++) {
      assertThat(after.seconds().get(i)).isCloseTo(before.seconds().get(i), within(1e-3));
    }
    int depth = after.facts().format().depth();
    List<Planes> expected = Survey.frames(lossless);
    List<Planes> received = Survey.frames(out);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(distance(expected.get(i), received.get(i))).isLessThan(2 << (depth - 8));
    }
    boolean isQuickTime = !ending.equals("mkv");
    if (codec.equals("hevc") && isQuickTime) {
      assertThat(new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1))
          .contains("hvc1")
          .doesNotContain("hev1");
    }
  }

  /** The mean distance of luma. */
  private static double distance(Planes one, Planes other) {
    Rows from = one.rows().get(0);
    Rows to = other.rows().get(0);
    double sum = 0;
    for (int y = 0; y < from.count(); y++) {
      for (int x = 0; x < from.width(); x++) {
        sum += Math.abs(from.at(y, x, 0) - to.at(y, x, 0));
      }
    }
    return sum / from.count() / from.width();
  }

  @ParameterizedTest
  @CsvSource({"h264", "hevc"})
  void presetsAndTuningsReachTheEncoder(String codec) throws IOException {
    assumePresent();
    Path in = clip("yuv420p", 160, 120, 20);
    try (Upscaler upscaler = open()) {
      long fast = size(builder(upscaler, codec).preset("ultrafast"), in);
      long slow = size(builder(upscaler, codec).preset("slow"), in);
      long tuned = size(builder(upscaler, codec).preset("slow").tune("grain"), in);
      assertThat(List.of(fast, slow, tuned)).doesNotHaveDuplicates();
    }
  }

  private long size(VideoUpscaler.Builder builder, Path in) throws IOException {
    Path out = folder.resolve("sized.mp4");
    builder.build().upscale(in, out);
    return Files.size(out);
  }

  /** A smooth clip; of noise, the network's frames take more than bicubic's. */
  private Path smooth() throws IOException {
    int width = 160;
    int height = 120;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420mpeg2\n".formatted(width, height)));
    for (int t = 0; t < SMOOTH_FRAMES; t++) {
      bytes.writeBytes(ascii("FRAME\n"));
      for (int y = 0; y < height; y++) {
        double row = 40 * Math.sin((y - 2 * t) / 7.0) * (1 + Math.sin(t / 20.0));
        for (int x = 0; x < width; x++) {
          double code = 110 + 50 * Math.sin((x + 3 * t) / 9.0) + row + (x * y + t * t) % 7;
          bytes.write((int) Math.max(16, Math.min(235, code)));
        }
      }
      byte[] grey = new byte[width * height / 2];
      Arrays.fill(grey, (byte) 128);
      bytes.writeBytes(grey);
    }
    return Files.write(folder.resolve("smooth.y4m"), bytes.toByteArray());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({"h264, 60000", "h264, 200000", "hevc, 60000", "hevc, 200000"})
  void twoPassesReachASize(String codec, long size) throws IOException {
    assumePresent();
    Path in = smooth();
    Path out = folder.resolve("out.mp4");
    List<File> before = temporary();
    try (Upscaler upscaler = Upscaler.builder().model("sesr-tiny-x2").device(Device.CPU).open()) {
      VideoUpscaler.Work work = builder(upscaler, codec).targetSize(size).build().upscale(in, out);
      assertThat(work.frames()).isEqualTo(SMOOTH_FRAMES);
    }
    assertThat(Files.size(out)).isBetween((long) (0.7 * size), (long) (1.01 * size));
    assertThat(temporary()).isEqualTo(before);
  }

  private static List<File> temporary() {
    File folder = new File(System.getProperty("java.io.tmpdir"));
    File[] found = folder.listFiles((where, name) -> name.startsWith("subpixel-pass-"));
    return found == null ? List.of() : List.of(found);
  }

  @Test
  void aSizeThatIsTooSmallForTheSoundIsRefused() throws IOException {
    Path in = clip("yuv420p", 64, 48, 50);
    Path out = folder.resolve("out.mp4");
    try (Upscaler upscaler = open()) {
      VideoUpscaler video = builder(upscaler, "h264").targetSize(9000).build();
      assertThatThrownBy(() -> video.upscale(in, out))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(out + ": expected a size of at least ")
          .hasMessageEndingWith(
              "for the streams that are copied and 2.0 s of video, received 9000");
    }
    assertThat(out).doesNotExist();
  }

  /** The streams that are copied count in any encoder's size. */
  @Test
  void onePassApproachesASize() throws IOException {
    Path in = clip("yuv420p", 160, 120, 150);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open()) {
      builder(upscaler, "mpeg4").targetSize(400000).build().upscale(in, out);
    }
    assertThat(Files.size(out)).isBetween(280000L, 480000L);
  }

  @ParameterizedTest
  @CsvSource({
    "h264, quick, , 'a preset of ultrafast, superfast, veryfast, ', preset quick",
    "hevc, , film, 'a tuning of animation, grain', tuning film"
  })
  void unknownPresetsAreRefused(
      String codec, String preset, String tune, String expected, String received)
      throws IOException {
    assumePresent();
    assertRefused(codec, preset, tune, expected, received);
  }

  @ParameterizedTest
  @CsvSource({
    "av1, veryfast, , a preset of 0 (slowest) to 13, preset veryfast",
    "vp9, fast, , 'an encoder with presets, as x264, x265 and SVT-AV1', preset fast",
    "vp9, , film, 'an encoder with tunings, as x264 and x265', tuning film"
  })
  void presetsOfOtherEncodersAreRefused(
      String codec, String preset, String tune, String expected, String received)
      throws IOException {
    assertRefused(codec, preset, tune, expected, received);
  }

  private void assertRefused(
      String codec, String preset, String tune, String expected, String received)
      throws IOException {
    Path in = clip("yuv420p", 64, 48, 2);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.Builder builder = builder(upscaler, codec);
      if (preset != null) {
        builder.preset(preset);
      }
      if (tune != null) {
        builder.tune(tune);
      }
      assertThatThrownBy(() -> builder.build().upscale(in, folder.resolve("out.mkv")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected " + expected)
          .hasMessageEndingWith("received " + received);
    }
  }

  @Test
  void hevcNamesTheProfileThatHasIt() throws IOException {
    assumeFalse(isPresent(), "FFmpeg's GPL natives are on the class path");
    Path in = clip("yuv420p", 64, 48, 2);
    Path out = folder.resolve("out.mp4");
    try (Upscaler upscaler = open()) {
      assertThatThrownBy(() -> builder(upscaler, "hevc").build().upscale(in, out))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              out
                  + ": expected a build of FFmpeg with libx265, as the profile gpl has, received one"
                  + " without");
    }
  }
}
