package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_ASS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_SUBRIP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBVTT;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Rows;
import io.subpixel.testing.RealData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a clip, and that what is written holds the same. */
class ClipTest {
  private static final Ratio FILM = new Ratio(1, 12800);
  private static final ClipMaker.Look BROADCAST =
      new ClipMaker.Look(1, 1, 1, 1, 1, new Ratio(4, 3));

  @TempDir private Path folder;

  /** Timestamps of a constant frame rate. */
  private static long[] steps(int frames, long step) {
    return LongStream.range(0, frames).map(each -> each * step).toArray();
  }

  private Path clip(String name, String encoder, String pixels, long... times) {
    Path file = folder.resolve(name);
    try (ClipMaker maker = new ClipMaker(file)) {
      maker.video(encoder, pixels, 64, 48, FILM, ClipMaker.Look.PLAIN, times).write();
    }
    return file;
  }

  private static ClipEncoding with(String codec) {
    return encoding(codec, OptionalInt.empty(), 1, false);
  }

  private static ClipEncoding encoding(
      @Nullable String codec, OptionalInt quality, int threads, boolean dropUnfit) {
    OptionalLong none = OptionalLong.empty();
    return new ClipEncoding(
        codec, quality, none, none, null, null, null, threads, dropUnfit, false);
  }

  /** Writes a clip anew, each sample as {@code times} by {@code times}. */
  private Path rewrite(Path in, String name, int times, ClipEncoding encoding) throws IOException {
    return rewrite(in, name, times, encoding, ClipReader.Range.ALL);
  }

  private Path rewrite(
      Path in, String name, int times, ClipEncoding encoding, ClipReader.Range range)
      throws IOException {
    Path out = folder.resolve(name);
    Path temporary = folder.resolve(name + ".part");
    try (ClipReader reader = ClipReader.open(in, range, 1)) {
      FrameFormat format = reader.header().facts().format();
      try (ClipWriter writer =
          ClipWriter.create(
              temporary,
              out,
              reader.header(),
              new FrameShape(
                  format.width() * times,
                  format.height() * times,
                  reader.header().facts().sampleAspectRatio()),
              encoding,
              ClipWriter.Continuation.NONE)) {
        for (Item item = reader.next(); item != null; item = reader.next()) {
          try (Item each = item) {
            if (each instanceof Packet packet) {
              writer.write(packet);
            } else if (each instanceof Frame frame) {
              enlarge(frame, writer, times);
            }
          }
        }
        writer.finish();
      }
    }
    Files.move(temporary, out);
    return out;
  }

  private static void enlarge(Frame frame, ClipWriter writer, int times) throws IOException {
    Planes from = Planes.of(frame);
    Planes to = Planes.of(writer.format());
    for (int p = 0; p < to.rows().size(); p++) {
      Rows small = from.rows().get(p);
      Rows large = to.rows().get(p);
      for (int i = 0; i < large.count() * large.width(); i++) {
        int at = i / large.width() / times * small.width() + i % large.width() / times;
        if (from.isDeep()) {
          large.shorts()[i] = small.shorts()[at];
        } else {
          large.bytes()[i] = small.bytes()[at];
        }
      }
    }
    writer.write(to, frame);
  }

  @ParameterizedTest
  @CsvSource({
    "yuv420p, 8, 1, 1",
    "yuv422p, 8, 1, 0",
    "yuv444p, 8, 0, 0",
    "gray, 8, 0, 0",
    "yuv420p10le, 10, 1, 1",
    "yuv422p10le, 10, 1, 0",
    "yuv444p10le, 10, 0, 0",
    "gray10le, 10, 0, 0",
    "yuv420p12le, 12, 1, 1",
    "yuv422p12le, 12, 1, 0",
    "yuv444p12le, 12, 0, 0",
    "gray12le, 12, 0, 0"
  })
  void planesComeBackExactly(String pixels, int depth, int wide, int high) throws IOException {
    Path in = clip("in.mkv", "ffv1", pixels, steps(3, 512));
    Survey drawn = Survey.of(in);
    FrameFormat format = drawn.facts().format();
    assertThat(format.depth()).isEqualTo(depth);
    assertThat(format.log2ChromaWidth()).isEqualTo(wide);
    assertThat(format.log2ChromaHeight()).isEqualTo(high);
    assertThat(drawn.pictures()).containsExactlyElementsOf(drawn(format, 3));
    assertThat(Survey.of(rewrite(in, "out.mkv", 1, with("ffv1"))).pictures())
        .isEqualTo(drawn.pictures());
    assertThat(Survey.of(rewrite(in, "out.y4m", 1, with("rawvideo"))).pictures())
        .isEqualTo(drawn.pictures());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nv12",
        "nv21",
        "nv16",
        "nv24",
        "p010le",
        "p012le",
        "p210le",
        "p410le",
        "y210le",
        "y212le",
        "yuyv422",
        "yvyu422",
        "uyvy422",
        "xv36le",
        "yuv440p",
        "yuv440p10le"
      })
  void otherLayoutsAreReadAsPlanes(String pixels) {
    int format = av_get_pix_fmt(pixels);
    PixelFormat layout = Objects.requireNonNull(PixelFormat.of(format));
    // Odd sizes, but where two samples share one of chroma.
    int width = layout.log2ChromaWidth() == 1 && !pixels.startsWith("n") ? 62 : 61;
    try (Frame frame = new Frame(ClipMaker.drawn(format, width, 47, 0), layout)) {
      assertThat(Survey.md5(Survey.planes(frame))).isEqualTo(drawn(frame.format(), 1).get(0));
    }
  }

  @Test
  void motionJpegHasFullRangeAndCentredChroma() throws IOException {
    FrameFormat format =
        Survey.of(clip("in.mkv", "mjpeg", "yuvj420p", steps(2, 512))).facts().format();
    assertThat(format.studio()).isFalse();
    assertThat(format.siting()).isEqualTo(new FrameFormat.Siting(0.5, 0.5));
    FrameFormat silent =
        Survey.of(clip("in.mp4", "mpeg4", "yuv420p", steps(2, 512))).facts().format();
    assertThat(silent.studio()).isTrue();
    assertThat(silent.siting()).isEqualTo(new FrameFormat.Siting(0, 0.5));
  }

  private static List<String> drawn(FrameFormat format, int frames) {
    List<String> all = new ArrayList<>();
    for (int f = 0; f < frames; f++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int p = 0; p < format.planes(); p++) {
        for (int y = 0; y < format.height(p); y++) {
          for (int x = 0; x < format.width(p); x++) {
            int code = ClipMaker.code(p, x, y, f, format.depth());
            bytes.write(code);
            if (format.depth() > 8) {
              bytes.write(code >> 8);
            }
          }
        }
      }
      all.add(Survey.md5(bytes.toByteArray()));
    }
    return all;
  }

  /** Layouts that have no place here become the nearest that has: luma stays, sample by sample. */
  @ParameterizedTest
  @CsvSource({
    "yuv411p, yuv422p, 0",
    "yuv410p, yuv420p, 0",
    "uyyvyy411, yuv422p, 0",
    "yuv420p9le, yuv420p10le, 1",
    "yuv422p14le, yuv422p12le, -2",
    "yuv420p16le, yuv420p12le, -4",
    "gray16le, gray12le, -4"
  })
  void otherLayoutsBecomeTheNearest(String pixels, String nearest, int shift) throws IOException {
    Path in = folder.resolve("in.nut");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("rawvideo", pixels, 64, 48, FILM, ClipMaker.Look.PLAIN, steps(2, 512)).write();
    }
    int depth = av_pix_fmt_desc_get(av_get_pix_fmt(pixels)).comp(0).depth();
    assertThat(Survey.of(in).facts().pixelFormat()).isEqualTo(nearest);
    Planes second = Survey.frames(in).get(1);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        int code = pixels.startsWith("uyyvyy") ? -1 : ClipMaker.code(0, x, y, 1, depth);
        // Of full range, white stays white.
        double unit = pixels.startsWith("gray") ? 4095.0 / 65535 : Math.pow(2, shift);
        double expected = code * unit;
        if (code >= 0) {
          assertThat((double) second.rows().get(0).at(y, x, 0)).isCloseTo(expected, within(1.01));
        }
      }
    }
  }

  /** Red, green and blue become Y, U, V of BT.709, studio range, with as much chroma as luma. */
  @ParameterizedTest
  @CsvSource({"rgb24, 3", "bgr24, 3", "bgr0, 3", "gbrp, 3", "rgba, 4", "gbrap, 4", "gbrp10le, 3"})
  void coloursBecomeThoseOfHd(String pixels, int planes) throws IOException {
    Path in = folder.resolve("in.nut");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("rawvideo", pixels, 64, 48, FILM, ClipMaker.Look.PLAIN, steps(1, 512)).write();
    }
    Planes frame = Survey.frames(in).get(0);
    FrameFormat format = frame.format();
    assertThat(format.planes()).isEqualTo(planes);
    assertThat(format.studio()).isTrue();
    double unit = 1 << (format.depth() - 8);
    double greatest = (1 << format.depth()) - 1;
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        double r = ClipMaker.code(0, x, y, 0, format.depth()) / greatest;
        double g = ClipMaker.code(1, x, y, 0, format.depth()) / greatest;
        double b = ClipMaker.code(2, x, y, 0, format.depth()) / greatest;
        double luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        double[] expected = {
          16 + 219 * luma, 128 + 224 * (b - luma) / 1.8556, 128 + 224 * (r - luma) / 1.5748
        };
        for (int plane = 0; plane < 3; plane++) {
          assertThat(frame.rows().get(plane).at(y, x, 0) / unit)
              .isCloseTo(expected[plane], within(1.01));
        }
        if (planes == 4) {
          assertThat((double) frame.rows().get(3).at(y, x, 0))
              .isCloseTo(ClipMaker.code(3, x, y, 0, format.depth()), within(1.01));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbrpf32le", "xyz12le"})
  void otherPixelFormatsAreRefusedByName(String pixels) {
    Path in = clip("in.nut", "rawvideo", pixels, steps(2, 512));
    assertThatThrownBy(() -> Survey.of(in))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("in.nut: expected frames of YUV")
        .hasMessageEndingWith("received " + pixels)
        .hasMessageNotContaining("\n");
  }

  /** All that is no picture, through each container and codec. */
  @ParameterizedTest
  @CsvSource({
    "mp4, aac, mov_text, h264, mp4",
    "mp4, aac, mov_text, vp9, mp4",
    "mp4, aac, mov_text, av1, mp4",
    "mp4, aac, mov_text, mpeg4, mp4",
    "mov, pcm_s16le, mov_text, h264, mov",
    "mkv, flac, subrip, h264, mkv",
    "mkv, flac, ass, vp9, mkv",
    "mkv, aac, subrip, av1, mkv",
    "mkv, libopus, subrip, ffv1, mkv",
    "mkv, libopus, subrip, mpeg4, mkv",
    "webm, libopus, webvtt, vp9, webm",
    "webm, libopus, webvtt, av1, webm",
    "mp4, aac, , h264, mkv",
    "mkv, aac, , h264, mp4",
    "mkv, pcm_s16le, , mpeg4, avi",
    "mkv, pcm_s16le, , h264, avi",
    "mkv, , , rawvideo, y4m"
  })
  void everythingElseIsKept(
      String ending, String audio, String subtitles, String codec, String newEnding)
      throws IOException {
    Path in = folder.resolve("in." + ending);
    boolean counted = newEnding.equals("avi") || newEnding.equals("y4m");
    boolean crossing = !ending.equals(newEnding);
    // At 25 frames a second but for two gaps where that may be; whole milliseconds.
    long[] times =
        counted
            ? steps(12, 512)
            : new long[] {0, 512, 1024, 1536, 2560, 3072, 3584, 4096, 8192, 8704, 9216, 9728};
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video(
          ending.equals("webm") ? "libvpx-vp9" : "mpeg4",
          "yuv420p",
          64,
          48,
          FILM,
          BROADCAST,
          times);
      if (!counted && !crossing && !ending.equals("webm")) {
        maker.rotation(90);
      }
      if (audio != null) {
        maker.audio(audio, 0.9);
      }
      if (subtitles != null) {
        maker.subtitles(
            switch (subtitles) {
              case "mov_text" -> AV_CODEC_ID_MOV_TEXT;
              case "ass" -> AV_CODEC_ID_ASS;
              case "webvtt" -> AV_CODEC_ID_WEBVTT;
              default -> AV_CODEC_ID_SUBRIP;
            });
      }
      if (ending.equals("mkv") && newEnding.equals("mkv")) {
        maker.attachment("font.ttf");
      }
      maker.chapters(0, 400, 900).tag("title", "Ein Titel").tag("comment", "Grüße").write();
    }
    Survey before = Survey.of(in);
    Survey after = Survey.of(rewrite(in, "out." + newEnding, 2, with(codec)));
    assertThat(after.pictures()).hasSize(12);
    assertThat(after.seconds()).isEqualTo(before.seconds());
    if (!crossing) {
      assertThat(after.packets()).isEqualTo(before.packets());
    } else if (audio != null) {
      assertNear(after.packets("audio"), before.packets("audio"));
    }
    assertThat(after.facts().format().width()).isEqualTo(128);
    if (!newEnding.equals("y4m")) {
      assertThat(after.tags())
          .containsEntry("title", "Ein Titel")
          .containsEntry("comment", "Grüße");
    }
    if (!counted) {
      assertThat(after.chapters()).isEqualTo(before.chapters()).hasSize(2);
      assertThat(after.look()).isEqualTo(before.look());
      assertThat(after.facts().rotation()).isEqualTo(before.facts().rotation());
      // Matroska gives the whole picture's shape in whole samples.
      assertThat(after.facts().sampleAspectRatio().value()).isCloseTo(4.0 / 3, within(0.01));
    }
    if (!crossing) {
      assertThat(after.streams()).isEqualTo(before.streams());
    }
  }

  /** The same data, at times that may differ by Matroska's rounding to milliseconds. */
  private static void assertNear(List<Survey.Coded> after, List<Survey.Coded> before) {
    assertThat(after.stream().map(Survey.Coded::data))
        .containsExactlyElementsOf(before.stream().map(Survey.Coded::data).toList());
    for (int i = 0; i < after.size(); i++) {
      assertThat(after.get(i).pts()).isCloseTo(before.get(i).pts(), within(0.0006));
    }
  }

  @Test
  void sampleTimesOfFilmAreKept() throws IOException {
    Path in = folder.resolve("in.mp4");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video(
              "mpeg4",
              "yuv420p",
              64,
              48,
              new Ratio(1001, 30000),
              ClipMaker.Look.PLAIN,
              steps(30, 1))
          .audio("aac", 1)
          .write();
    }
    Survey before = Survey.of(in);
    Survey after = Survey.of(rewrite(in, "out.mp4", 1, ClipEncoding.DEFAULT));
    assertThat(after.seconds()).isEqualTo(before.seconds()).hasSize(30);
    assertThat(after.packets()).isEqualTo(before.packets());
    Survey coarse = Survey.of(rewrite(in, "out.mkv", 1, ClipEncoding.DEFAULT));
    for (int i = 0; i < 30; i++) {
      // Matroska's milliseconds.
      assertThat(coarse.seconds().get(i)).isCloseTo(before.seconds().get(i), within(0.0005001));
    }
  }

  @Test
  void aRangeStartsAtZero() throws IOException {
    Path in = folder.resolve("in.mp4");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, steps(50, 512))
          .audio("aac", 2)
          .chapters(0, 800, 1100, 2000)
          .write();
    }
    ClipReader.Range range = new ClipReader.Range(0.5, 1);
    List<String> all = Survey.of(in).pictures();
    Survey part = Survey.of(in, range);
    // 0.5 s is half way from the 12th frame to the 13th.
    assertThat(part.times()).startsWith(0L, 512L).hasSize(12);
    assertThat(part.pictures()).isEqualTo(all.subList(13, 25));
    Survey after = Survey.of(rewrite(in, "out.mp4", 1, ClipEncoding.DEFAULT, range));
    assertThat(after.seconds()).isEqualTo(part.seconds());
    assertThat(after.packets()).isEqualTo(part.packets());
    assertThat(after.packets("audio").get(0).pts()).isBetween(0.0, 0.0214);
    assertThat(after.chapters()).containsExactly("Kapitel 0 0.000 0.280", "Kapitel 1 0.280 0.480");
    assertThatThrownBy(() -> Survey.of(in, new ClipReader.Range(7, 8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a start before the end at 2.0 s");
  }

  @Test
  void unsupportedStreamsAreRejectedOrDropped() throws IOException {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, steps(5, 512))
          .audio("aac", 0.2)
          .subtitles(AV_CODEC_ID_ASS)
          .write();
    }
    assertThatThrownBy(() -> rewrite(in, "out.avi", 1, ClipEncoding.DEFAULT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("out.avi: expected streams that .avi holds; try .mkv")
        .hasMessageContaining("subtitle ass (stream 2)");
    assertThat(folder.resolve("out.avi.part")).doesNotExist();
    ClipEncoding dropping = encoding(null, OptionalInt.empty(), 0, true);
    assertThat(Survey.of(rewrite(in, "out.avi", 1, dropping)).packets()).containsOnlyKeys("audio");
  }

  @ParameterizedTest
  @CsvSource({
    "gray10le, mp4, libaom-av1", "yuv420p10le, mp4, libsvtav1", "yuv444p, mp4, libvpx-vp9",
    "yuv422p10le, mov, prores_ks", "yuv444p12le, mkv, libaom-av1", "yuv420p, webm, libvpx-vp9",
    "yuv420p, avi, h264", "gray, y4m, rawvideo"
  })
  void theEncoderSuitsTheFrames(String pixels, String ending, String encoder) throws IOException {
    Path in = clip("in.mkv", "ffv1", pixels, steps(2, 512));
    try (ClipReader reader = ClipReader.open(in, ClipReader.Range.ALL, 1);
        ClipWriter writer =
            ClipWriter.create(
                folder.resolve("part"),
                folder.resolve("out." + ending),
                reader.header(),
                new FrameShape(128, 96, new Ratio(0, 1)),
                ClipEncoding.DEFAULT,
                ClipWriter.Continuation.NONE)) {
      assertThat(writer.encoder()).isEqualTo(encoder.equals("h264") ? GplTest.h264() : encoder);
    }
    FrameFormat before = Survey.of(in).facts().format();
    Survey after = Survey.of(rewrite(in, "out." + ending, 2, ClipEncoding.DEFAULT));
    assertThat(after.facts().pixelFormat()).isEqualTo(pixels);
    assertThat(after.facts().format()).isEqualTo(before.withSize(128, 96));
  }

  @ParameterizedTest
  @CsvSource({
    "yuv420p10le, libopenh264, mp4, libopenh264: not for yuv420p10le",
    "yuv420p, ffv1, webm, ffv1: not for this container",
    "yuv420p, theora9, mp4, received theora9",
    "yuv420p10le, , avi, an encoder for .avi that takes yuv420p10le of 64x48",
    "yuv420p, h264, jpg, a name that ends in .mp4"
  })
  void unsupportedEncodingsAreNamed(String pixels, String codec, String ending, String message) {
    Path in = clip("in.mkv", "ffv1", pixels, steps(2, 512));
    assertThatThrownBy(() -> rewrite(in, "out." + ending, 1, with(codec)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  /** MPEG-TS has neither tags nor an index. */
  @Test
  void bareContainersAreRead() throws IOException {
    Path in = folder.resolve("in.ts");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("libopenh264", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, steps(50, 512))
          .audio("aac", 2)
          .write();
    }
    Survey before = Survey.of(in);
    assertThat(Survey.of(rewrite(in, "out.mkv", 1, ClipEncoding.DEFAULT)).pictures()).hasSize(50);
    // Without an index, the search for the start mustn't end too late.
    Survey part = Survey.of(in, new ClipReader.Range(1.02, 1.5));
    assertThat(part.pictures()).isEqualTo(before.pictures().subList(26, 38));
  }

  @Test
  void aHigherQualityIsNearerToTheSource() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", steps(10, 512));
    for (String codec : List.of("h264", "vp9", "av1", "mpeg4")) {
      List<Long> sizes = new ArrayList<>();
      for (int quality : new int[] {4, 30}) {
        ClipEncoding encoding = encoding(codec, OptionalInt.of(quality), 1, false);
        sizes.add(Files.size(rewrite(in, codec + quality + ".mkv", 2, encoding)));
      }
      assertThat(sizes.get(0)).as(codec).isGreaterThan(sizes.get(1));
    }
    assertThatThrownBy(
            () -> rewrite(in, "x.mp4", 1, encoding("h264", OptionalInt.of(60), 1, false)))
        .hasMessageContaining("expected a quality of 1 (best) to 51 for h264, received quality 60");
  }

  @Test
  void aVariableRateIsRefusedWhereFramesAreCounted() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 0, 512, 1024, 1300, 1900);
    assertThatThrownBy(() -> rewrite(in, "out.avi", 1, ClipEncoding.DEFAULT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a constant frame rate for .avi");
  }

  @Test
  void garbageIsRefusedInOneLine() throws IOException {
    Path noise = folder.resolve("noise.mp4");
    byte[] bytes = new byte[5000];
    new Random(1).nextBytes(bytes);
    Files.write(noise, bytes);
    Path playlist = folder.resolve("list.m3u8");
    Files.writeString(playlist, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnoise.mp4\n");
    Path concat = folder.resolve("list.txt");
    Files.writeString(concat, "ffconcat version 1.0\nfile noise.mp4\n");
    Path sound = folder.resolve("sound.mkv");
    try (ClipMaker maker = new ClipMaker(sound)) {
      maker.audio("flac", 0.1).write();
    }
    Path half = clip("half.mp4", "mpeg4", "yuv420p", steps(5, 512));
    Files.write(half, Arrays.copyOf(Files.readAllBytes(half), 300));
    for (Path each :
        List.of(noise, playlist, concat, sound, half, folder, folder.resolve("absent.mp4"))) {
      assertThatThrownBy(() -> Survey.of(each))
          .as(each.toString())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(each + ": expected ")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void damageIsCountedAndTheRestIsRead() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", steps(10, 512));
    byte[] bytes = Files.readAllBytes(in);
    for (int i = bytes.length / 2; i < bytes.length / 2 + 200; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(in, bytes);
    int frames = 0;
    try (ClipReader reader = ClipReader.open(in, ClipReader.Range.ALL, 2)) {
      for (Item item = reader.next(); item != null; item = reader.next()) {
        item.close();
        frames++;
      }
      assertThat(reader.faults()).isPositive();
      assertThat(reader.firstFault()).isNotBlank();
    }
    assertThat(frames).isBetween(5, 10);
  }

  @Test
  void writersAreOpenedWhileTheClipIsRead() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", steps(50, 512));
    Survey whole = Survey.of(in);
    try (ClipReader reader = ClipReader.open(in, ClipReader.Range.ALL, 1)) {
      CompletableFuture<Integer> frames = CompletableFuture.supplyAsync(() -> count(reader));
      for (int i = 0; i < 5; i++) {
        Path out = folder.resolve("out" + i + ".mkv");
        try (ClipWriter writer =
            ClipWriter.create(
                out,
                out,
                reader.header(),
                new FrameShape(64, 48, new Ratio(0, 1)),
                ClipEncoding.DEFAULT,
                ClipWriter.Continuation.NONE)) {
          assertThat(writer.format()).isEqualTo(whole.facts().format().withSize(64, 48));
          assertThat(writer.dropped()).isEmpty();
        }
      }
      assertThat(frames.join()).isEqualTo(50);
      assertThat(reader.header().facts()).isEqualTo(whole.facts());
    }
  }

  private static int count(ClipReader reader) {
    int frames = 0;
    try {
      for (Frame frame = reader.nextFrame(); frame != null; frame = reader.nextFrame()) {
        frame.close();
        frames++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return frames;
  }

  @Test
  void framesOutliveTheirReader() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", steps(2, 512));
    Frame frame;
    try (ClipReader reader = ClipReader.open(in, ClipReader.Range.ALL, 1)) {
      frame = (Frame) Objects.requireNonNull(reader.next());
    }
    assertThat(Survey.md5(Survey.planes(frame))).isEqualTo(drawn(frame.format(), 1).get(0));
    frame.close();
    frame.close();
    assertThatThrownBy(() -> Survey.planes(frame)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv"})
  void realSoundIsKept(String ending) throws IOException {
    Path in = RealData.folder("clips").resolve("bigbuckbunny.mp4");
    ClipReader.Range range = new ClipReader.Range(0, 1.5);
    Survey before = Survey.of(in, range);
    Survey after = Survey.of(rewrite(in, "out." + ending, 1, ClipEncoding.DEFAULT, range));
    assertThat(after.seconds()).hasSameSizeAs(before.seconds());
    if (ending.equals("mp4")) {
      assertThat(after.seconds()).isEqualTo(before.seconds());
      assertThat(after.packets()).isEqualTo(before.packets());
    }
    assertNear(after.packets("audio"), before.packets("audio"));
    assertThat(after.look()).isEqualTo(before.look());
  }
}
