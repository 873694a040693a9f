package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pixels of clips that go all the way, and what becomes of the rest. */
class VideoUpscalerTest {
  private static final int SCALE = 2;
  private static final Ratio FILM = new Ratio(1, 12800);

  /** Frames at irregular times. */
  private static final long[] TIMES = {0, 512, 1536, 2048, 4096, 4608, 5120, 6144};

  /** {@code -Dsubpixel.mutations=N} tries more. */
  private static final int MUTATIONS = Integer.getInteger("subpixel.mutations", 60);

  @TempDir private Path folder;

  private static Upscaler open(int scale) throws IOException {
    return Upscaler.builder()
        .model(new TinyModel(scale, Colour.Y).onnx())
        .device(Device.CPU)
        .open();
  }

  private Path clip(String name, String encoder, String pixels, int range) {
    Path file = folder.resolve(name);
    ClipMaker.Look look = new ClipMaker.Look(range, 1, 1, 1, 1, new Ratio(4, 3));
    try (ClipMaker maker = new ClipMaker(file)) {
      maker
          .video(encoder, pixels, 50, 34, FILM, look, TIMES)
          .audio("aac", 0.5)
          .chapters(0, 200, 480)
          .tag("title", "Probe")
          .write();
    }
    return file;
  }

  /** Luma by the network and chroma by bicubic where it lies, in code values; all else the same. */
  @ParameterizedTest
  @CsvSource({
    "yuv420p, 1",
    "yuv420p, 2",
    "yuv422p, 1",
    "yuv444p, 1",
    "gray, 2",
    "yuv420p10le, 1",
    "yuv422p10le, 2",
    "yuv444p12le, 1",
    "gray10le, 2"
  })
  void everySampleFollowsTheContract(String pixels, int range) throws IOException {
    Path in = clip("in.mkv", "ffv1", pixels, range);
    Path out = folder.resolve("deeper/out.mkv");
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open(SCALE)) {
      work = VideoUpscaler.builder(upscaler).codec("ffv1").build().upscale(in, out);
    }
    assertThat(work.frames()).isEqualTo(TIMES.length);
    assertThat(work.encoder()).isEqualTo("ffv1");
    assertThat(List.of(work.srWidth(), work.srHeight())).containsExactly(100, 68);

    Survey before = Survey.of(in);
    Survey after = Survey.of(out);
    assertThat(after.times()).isEqualTo(before.times());
    assertThat(after.packets()).isEqualTo(before.packets()).containsKey("audio");
    assertThat(after.chapters()).isEqualTo(before.chapters()).hasSize(2);
    assertThat(after.tags()).containsEntry("title", "Probe");
    assertThat(after.look()).isEqualTo(before.look());
    assertThat(after.facts().sampleAspectRatio()).isEqualTo(new Ratio(4, 3));

    List<Planes> lr = Survey.frames(in);
    List<Planes> sr = Survey.frames(out);
    for (int i = 0; i < lr.size(); i++) {
      assertLuma(lr.get(i), sr.get(i), range == 2);
      for (int plane = 1; plane < lr.get(i).rows().size(); plane++) {
        assertChroma(lr.get(i), sr.get(i), plane);
      }
    }
  }

  private static void assertLuma(Planes lr, Planes sr, boolean full) {
    int depth = lr.format().depth();
    LumaRange range = full ? LumaRange.full(depth) : LumaRange.studio(depth);
    Rows from = lr.rows().get(0);
    Rows to = sr.rows().get(0);
    for (int y = 0; y < to.count(); y++) {
      for (int x = 0; x < to.width(); x++) {
        double step = (y % SCALE * SCALE + x % SCALE) * TinyModel.STEP / 255.0 * range.span();
        double code = Math.min(from.at(y / SCALE, x / SCALE, 0) + step, range.greatest());
        assertThat((double) to.at(y, x, 0)).isCloseTo(code, within(0.51));
      }
    }
  }

  private static void assertChroma(Planes lr, Planes sr, int plane) {
    FrameFormat format = lr.format();
    Plane chroma = plane(lr.rows().get(plane));
    Plane expected =
        Resampler.enlargingChroma(
                format.width(),
                format.height(),
                sr.format().width(),
                sr.format().height(),
                1 << format.log2ChromaWidth(),
                1 << format.log2ChromaHeight(),
                format.siting().x(),
                format.siting().y())
            .apply(chroma);
    Rows received = sr.rows().get(plane);
    int greatest = (1 << format.depth()) - 1;
    for (int y = 0; y < received.count(); y++) {
      for (int x = 0; x < received.width(); x++) {
        float value = Math.min(Math.max(expected.at(x, y), 0), greatest);
        assertThat((float) received.at(y, x, 0)).isCloseTo(value, within(0.51f));
      }
    }
  }

  /** Luma by two passes and a reduction, chroma by one enlargement. */
  @ParameterizedTest
  @CsvSource({
    "yuv420p, 1, 150, 102",
    "yuv420p10le, 2, 150, 102",
    "yuv444p, 1, 125, 85",
    "gray, 2, 77, 53"
  })
  void anySizeFollowsTheContract(String pixels, int range, int width, int height)
      throws IOException {
    Path in = clip("in.mkv", "ffv1", pixels, range);
    Path out = folder.resolve("out.mkv");
    TargetSize target = TargetSize.box(width, height, TargetSize.Fit.EXACT);
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.builder(upscaler).target(target).codec("ffv1").build().upscale(in, out);
    }
    List<Planes> lr = Survey.frames(in);
    List<Planes> sr = Survey.frames(out);
    assertThat(sr).hasSize(lr.size());
    for (int i = 0; i < lr.size(); i += 3) {
      assertReduced(lr.get(i), sr.get(i), range == 2);
      for (int plane = 1; plane < lr.get(i).rows().size(); plane++) {
        assertChroma(lr.get(i), sr.get(i), plane);
      }
    }
  }

  private static void assertReduced(Planes lr, Planes sr, boolean full) {
    int depth = lr.format().depth();
    LumaRange range = full ? LumaRange.full(depth) : LumaRange.studio(depth);
    Plane plane = plane(lr.rows().get(0));
    while (plane.width() < sr.format().width()) {
      Plane next = new Plane(SCALE * plane.width(), SCALE * plane.height());
      for (int y = 0; y < next.height(); y++) {
        for (int x = 0; x < next.width(); x++) {
          double step = (y % SCALE * SCALE + x % SCALE) * TinyModel.STEP / 255.0 * range.span();
          double code = Math.min(plane.at(x / SCALE, y / SCALE) + step, range.greatest());
          next.values()[y * next.width() + x] = (float) code;
        }
      }
      plane = next;
    }
    Plane expected =
        new Resampler(
                plane.width(),
                plane.height(),
                sr.format().width(),
                sr.format().height(),
                Kernel.CUBIC,
                Edge.MIRROR)
            .apply(plane);
    Rows received = sr.rows().get(0);
    for (int y = 0; y < received.count(); y++) {
      for (int x = 0; x < received.width(); x++) {
        float value = Math.min(Math.max(expected.at(x, y), 0), range.greatest());
        // The large plane is rounded too.
        assertThat((float) received.at(y, x, 0)).isCloseTo(value, within(1.1f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Of 50x34 with samples of 4:3: the display aspect ratio stays, unless frames are cropped.
    "75, 51, EXACT, 75x51, 4/3",
    "100, 100, EXACT, 100x100, 100/51",
    "100, 100, INSIDE, 100x68, 4/3",
    "101, 101, INSIDE, 100x68, 4/3",
    "101, 101, AT_LEAST, 150x102, 4/3",
    "101, 101, COVER, 101x101, 4/3"
  })
  void theDisplayAspectRatioStays(
      int width, int height, TargetSize.Fit fit, String size, String sample) throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.builder(upscaler)
          .target(TargetSize.box(width, height, fit))
          .codec("ffv1")
          .build()
          .upscale(in, out);
    }
    ClipFacts facts = Survey.of(out).facts();
    assertThat(facts.format().width() + "x" + facts.format().height()).isEqualTo(size);
    Ratio shape = facts.sampleAspectRatio();
    assertThat(shape.numerator() + "/" + shape.denominator()).isEqualTo(sample);
  }

  @Test
  void aCoveredBoxIsTheMiddleOfTheWholeFrame() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path whole = folder.resolve("whole.mkv");
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.builder(upscaler).codec("ffv1").build().upscale(in, whole);
      VideoUpscaler.builder(upscaler)
          .target(TargetSize.box(58, 68, TargetSize.Fit.COVER))
          .codec("ffv1")
          .build()
          .upscale(in, out);
    }
    Planes large = Survey.frames(whole).get(2);
    Planes middle = Survey.frames(out).get(2);
    for (int plane = 0; plane < 3; plane++) {
      // (100 - 58) / 2 = 21, but chroma's siting needs an even column.
      int left = plane == 0 ? 20 : 10;
      Rows rows = middle.rows().get(plane);
      for (int y = 0; y < rows.count(); y++) {
        for (int x = 0; x < rows.width(); x++) {
          assertThat(rows.at(y, x, 0)).isEqualTo(large.rows().get(plane).at(y, left + x, 0));
        }
      }
    }
  }

  @Test
  void anOddSizeIsCroppedForACodecThatRequiresEvenOnes() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path out = folder.resolve("out.mp4");
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open(SCALE)) {
      work =
          VideoUpscaler.builder(upscaler)
              .target(TargetSize.box(77, 53, TargetSize.Fit.EXACT))
              .codec("h264")
              .build()
              .upscale(in, out);
    }
    assertThat(List.of(work.srWidth(), work.srHeight())).containsExactly(76, 52);
    assertThat(work.notes())
        .containsExactly("frames of 77x53 are cropped, as the codec requires even sizes");
    assertThat(Survey.of(out).times()).hasSize(TIMES.length);
  }

  private static Plane plane(Rows rows) {
    Plane plane = new Plane(rows.width(), rows.count());
    for (int y = 0; y < rows.count(); y++) {
      for (int x = 0; x < rows.width(); x++) {
        plane.values()[y * rows.width() + x] = rows.at(y, x, 0);
      }
    }
    return plane;
  }

  /** Frames of raw video as text and bytes, {@code still} of them the same at the end. */
  private Path raw(String name, String header, int width, int height, int moving, int still)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "YUV4MPEG2 W%d H%d F25:1 %s\n"
            .formatted(width, height, header)
            .getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < moving + still; i++) {
      bytes.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      int seen = Math.min(i, moving);
      for (int k = 0; k < width * height * 3 / 2; k++) {
        bytes.write(16 + (k * 7 + seen * 31) % 200);
      }
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @Test
  void repeatedFramesAreComputedOnce() throws IOException {
    Path in = raw("in.y4m", "Ip A1:1 C420mpeg2", 32, 16, 3, 5);
    Path out = folder.resolve("out.y4m");
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.Work work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
      assertThat(work.frames()).isEqualTo(8);
      assertThat(work.repeated()).isEqualTo(4);
    }
    List<Planes> sr = Survey.frames(out);
    assertThat(sr).hasSize(8);
    assertThat(sr.get(7).same(sr.get(3))).isTrue();
    assertThat(sr.get(3).same(sr.get(2))).isFalse();
  }

  @Test
  void interlacedFramesAreRefusedAndNothingIsLeft() throws IOException {
    Path in = raw("in.y4m", "It A1:1 C420mpeg2", 32, 16, 3, 0);
    try (Upscaler upscaler = open(SCALE)) {
      assertThatThrownBy(
              () -> VideoUpscaler.builder(upscaler).build().upscale(in, folder.resolve("out.mkv")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              in
                  + ": expected progressive frames, or the option to deinterlace, received"
                  + " interlaced ones from 0.000 s on");
    }
    assertThat(folder).isDirectoryContaining(in::equals).isDirectoryNotContaining("glob:**.mkv");
  }

  @Test
  void aStoppedClipIsPlayable() throws IOException {
    Path in = clip("in.mp4", "libopenh264", "yuv420p", 1);
    Path out = folder.resolve("out.mp4");
    AtomicInteger written = new AtomicInteger();
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open(SCALE)) {
      work =
          VideoUpscaler.builder(upscaler)
              .listener((frames, part) -> written.set((int) frames))
              .stop(() -> written.get() > 0)
              .build()
              .upscale(in, out);
    }
    assertThat(work.stopped()).isTrue();
    assertThat(work.frames()).isPositive();
    Survey after = Survey.of(out);
    assertThat(after.times()).hasSize((int) work.frames());
    assertThat(after.times()).isEqualTo(Survey.of(in).times().subList(0, after.times().size()));
  }

  /** As when a signal ends the process, and with it what ONNX Runtime runs in. */
  @Test
  void aNetworkThatEndsWithTheProcessLeavesAPlayableClip() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path out = folder.resolve("out.mkv");
    AtomicInteger written = new AtomicInteger();
    Upscaler upscaler = open(SCALE);
    VideoUpscaler.Work work =
        VideoUpscaler.builder(upscaler)
            .codec("ffv1")
            .listener(
                (frames, part) -> {
                  written.set((int) frames);
                  upscaler.close();
                })
            .stop(() -> written.get() > 0)
            .build()
            .upscale(in, out);
    assertThat(work.stopped()).isTrue();
    assertThat(Survey.frames(out)).hasSize((int) work.frames()).isNotEmpty();
  }

  @Test
  void aFailureMidwayLeavesNothing() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler video =
          VideoUpscaler.builder(upscaler)
              .listener(
                  (frames, part) -> {
                    throw new IllegalStateException("enough");
                  })
              .build();
      assertThatThrownBy(() -> video.upscale(in, out))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("enough");
    }
    assertThat(folder.toFile().list()).containsExactly("in.mkv");
  }

  @Test
  void aRangeStartsAtZero() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuv420p", 1);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler).codec("ffv1").range(0.1, 0.4).build().upscale(in, out);
      // Of 0, 0.04, 0.12, 0.16, 0.32, 0.36, 0.4 and 0.48 seconds.
      assertThat(work.frames()).isEqualTo(4);
    }
    Survey after = Survey.of(out);
    assertThat(after.times().get(0)).isZero();
    assertThat(after.pictures().get(0)).isNotEqualTo(after.pictures().get(1));
  }

  /** Bars of ITU-R BT.709 at 75 %: Y, U and V of each. */
  private static final int[][] BARS = {
    {180, 128, 128}, {168, 44, 136}, {145, 147, 44}, {133, 63, 52},
    {63, 193, 204}, {51, 109, 212}, {28, 212, 120}, {16, 128, 128}
  };

  /** At the bars' centres no colour is another by more than one code value. */
  @ParameterizedTest
  @ValueSource(strings = {"sesr-m11-x2", "sesr-tiny-x2", "sesr-m5-rgb-x2", "espcn-x2"})
  void colourBarsKeepTheirColours(String model) throws IOException {
    int bar = 32;
    int width = BARS.length * bar;
    int height = 48;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420mpeg2\nFRAME\n"
            .formatted(width, height)
            .getBytes(StandardCharsets.US_ASCII));
    for (int plane = 0; plane < 3; plane++) {
      int sub = plane == 0 ? 1 : 2;
      for (int i = 0; i < width / sub * (height / sub); i++) {
        bytes.write(BARS[i % (width / sub) * sub / bar][plane]);
      }
    }
    Path in = Files.write(folder.resolve("bars.y4m"), bytes.toByteArray());
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = Upscaler.builder().model(model).device(Device.CPU).open()) {
      VideoUpscaler.builder(upscaler).codec("ffv1").build().upscale(in, out);
    }
    Planes sr = Survey.frames(out).get(0);
    for (int plane = 0; plane < 3; plane++) {
      Rows rows = sr.rows().get(plane);
      for (int i = 0; i < BARS.length; i++) {
        int x = (2 * i + 1) * rows.width() / (2 * BARS.length);
        assertThat(rows.at(rows.count() / 2, x, 0))
            .as("plane " + plane + " of bar " + i)
            .isCloseTo(BARS[i][plane], within(1));
      }
    }
  }

  /** Damaged clips are upscaled as far as they decode, or refused in one line. */
  @ParameterizedTest
  @CsvSource({
    "in.mp4, mpeg4, false",
    "in.mkv, ffv1, false",
    "in.webm, libvpx-vp9, false",
    "in.avi, mpeg4, true"
  })
  void damageIsRejectedInOneLineOrSkipped(String name, String encoder, boolean deinterlace)
      throws IOException {
    Path whole = folder.resolve(name);
    try (ClipMaker maker = new ClipMaker(whole)) {
      maker.video(encoder, "yuv420p", 50, 34, FILM, ClipMaker.Look.PLAIN, TIMES).write();
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path damaged = folder.resolve("damaged-" + name);
    Path out = folder.resolve("out.mkv");
    int written = 0;
    int refused = 0;
    try (Upscaler upscaler = open(SCALE)) {
      VideoUpscaler.Builder builder = VideoUpscaler.builder(upscaler).codec("ffv1");
      VideoUpscaler video = deinterlace ? builder.deinterlace().build() : builder.build();
      for (int seed = 0; seed < MUTATIONS; seed++) {
        Files.write(damaged, mutated(bytes, new SplittableRandom(seed)));
        Files.deleteIfExists(out);
        try {
          assertThat(video.upscale(damaged, out).frames()).isPositive();
          assertThat(Survey.frames(out)).isNotEmpty();
          written++;
        } catch (InvalidInputException e) {
          assertThat(e.getMessage()).startsWith(damaged + ": expected ").hasLineCount(1);
          assertThat(out).doesNotExist();
          refused++;
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.part*");
      }
    }
    assertThat(written).isPositive();
    assertThat(refused).isPositive();
  }

  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    byte[] copy = bytes.clone();
    switch (random.nextInt(3)) {
      case 0 -> {
        for (int i = 0; i < 10; i++) {
          copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
      default -> {
        int from = random.nextInt(copy.length);
        int to = Math.min(copy.length, from + 1 + random.nextInt(200));
        Arrays.fill(copy, from, to, (byte) random.nextInt(256));
      }
    }
    return copy;
  }

  @Test
  void aRealClipKeepsItsSoundAndTimes() throws IOException {
    Path in = RealData.folder("clips").resolve("bigbuckbunny.mp4");
    Path out = folder.resolve("out.mp4");
    try (Upscaler upscaler = Upscaler.builder().model("sesr-tiny-x2").device(Device.CPU).open()) {
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler).range(0, 0.5).build().upscale(in, out);
      assertThat(work.faults()).isZero();
      Survey before = Survey.of(in, new ClipReader.Range(0, 0.5));
      Survey after = Survey.of(out);
      assertThat(after.times()).isEqualTo(before.times());
      assertThat(after.packets()).isEqualTo(before.packets()).containsKey("audio");
      assertThat(after.facts().format().width()).isEqualTo(2 * before.facts().format().width());
    }
  }
}
