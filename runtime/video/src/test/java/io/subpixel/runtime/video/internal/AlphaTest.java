package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clips that one can see through. */
class AlphaTest {
  private static final Ratio FILM = new Ratio(1, 12800);
  private static final long[] TIMES = {0, 512, 1024, 1536, 2048, 2560, 3072, 3584};

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  private Path clip(String name, String encoder, String pixels) {
    Path file = folder.resolve(name);
    try (ClipMaker maker = new ClipMaker(file)) {
      maker
          .coding("auto-alt-ref", "0")
          .video(encoder, pixels, 48, 32, FILM, ClipMaker.Look.PLAIN, TIMES)
          .write();
    }
    return file;
  }

  /** Alpha of a frame, 0..255. */
  private static double[] alpha(Path file, int number) throws IOException {
    Planes planes = Survey.frames(file).get(number);
    assertThat(planes.format().hasAlpha()).isTrue();
    Rows rows = planes.rows().get(3);
    double unit = (1 << planes.format().depth()) - 1;
    double[] values = new double[rows.count() * rows.width()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.at(i / rows.width(), i % rows.width(), 0) / unit * 255;
    }
    return values;
  }

  /** How far alpha is from that of the clip before, on average, each sample at its four places. */
  private static double difference(double[] before, double[] after) {
    double sum = 0;
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 96; x++) {
        sum += Math.abs(after[y * 96 + x] - before[y / 2 * 48 + x / 2]);
      }
    }
    return sum / after.length;
  }

  @ParameterizedTest
  @CsvSource({
    "in.webm, libvpx-vp9, yuva420p, out.webm, libvpx-vp9",
    "in.webm, libvpx-vp9, yuva420p, out.mkv, libvpx-vp9",
    "in.webm, libvpx, yuva420p, out.webm, libvpx-vp9",
    "in.webm, libvpx-vp9, yuva420p, out.mov, prores_ks",
    "in.mov, prores_ks, yuva444p10le, out.mov, prores_ks",
    "in.mov, prores_ks, yuva444p10le, out.mkv, ffv1",
    "in.mkv, ffv1, yuva420p, out.webm, libvpx-vp9",
    "in.mov, png, rgba, out.webm, libvpx-vp9",
    "in.mov, qtrle, argb, out.mov, prores_ks"
  })
  void alphaIsKept(String name, String encoder, String pixels, String newName, String newEncoder)
      throws IOException {
    Path in = clip(name, encoder, pixels);
    Path out = folder.resolve(newName);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.Work work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
      assertThat(work.encoder()).isEqualTo(newEncoder);
      assertThat(work.dropped()).isEmpty();
    }
    for (int number : new int[] {0, 7}) {
      // The gradient jumps where it wraps round, which bicubic and the codecs soften.
      double own = difference(alpha(in, number), alpha(out, number));
      double other = difference(alpha(in, 3), alpha(out, number));
      assertThat(own).isLessThan(9);
      assertThat(other).isGreaterThan(own + 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"out.mp4", "out.avi", "out.y4m"})
  void alphaIsRejectedOrDropped(String name) throws IOException {
    Path in = clip("in.webm", "libvpx-vp9", "yuva420p");
    Path out = folder.resolve(name);
    try (Upscaler upscaler = open()) {
      assertThatThrownBy(() -> VideoUpscaler.builder(upscaler).build().upscale(in, out))
          .isInstanceOf(UnfitContainerException.class)
          .hasMessageContaining("expected a container and codec that keep alpha, as .webm")
          .hasMessageNotContaining("[");
      assertThat(out).doesNotExist();
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler).dropUnfit().build().upscale(in, out);
      assertThat(work.dropped()).containsExactly("alpha");
    }
    assertThat(Survey.frames(out)).hasSize(TIMES.length);
  }

  @Test
  void droppedAlphaLeavesNoTag() throws IOException {
    Path in = clip("in.webm", "libvpx-vp9", "yuva420p");
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).codec("h264").dropUnfit().build().upscale(in, out);
    }
    try (ClipReader reader = ClipReader.open(out, ClipReader.Range.ALL, 1)) {
      assertThat(Alpha.isTold(reader.header().stream(reader.header().video()))).isFalse();
      assertThat(reader.header().facts().format().hasAlpha()).isFalse();
    }
  }

  @Test
  void picturesKeepAlpha() throws IOException {
    Path in = clip("in.mkv", "ffv1", "yuva420p");
    try (Upscaler upscaler = open()) {
      VideoUpscaler video = VideoUpscaler.builder(upscaler).build();
      video.upscale(in, folder.resolve("%d.png"));
      video.upscale(in, folder.resolve("out.gif"));
      video.upscale(in, folder.resolve("out.webp"));
    }
    double[] before = alpha(in, 2);
    Picture third = PictureFiles.read(folder.resolve("3.png"));
    BufferedImage first = ImageIO.read(folder.resolve("out.gif").toFile());
    double[] ofFirst = alpha(in, 0);
    double difference = 0;
    int wrong = 0;
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 96; x++) {
        difference += Math.abs(third.at(x, y, 3) - before[y / 2 * 48 + x / 2]);
        boolean seen = first.getRGB(x, y) >>> 24 != 0;
        // A GIF's samples are seen or aren't.
        boolean opaque = ofFirst[y / 2 * 48 + x / 2] >= 128;
        wrong += seen == opaque ? 0 : 1;
      }
    }
    assertThat(third.channels()).isEqualTo(4);
    assertThat(difference / (96 * 64)).isLessThan(9);
    assertThat(wrong).isLessThan(96 * 64 / 20);
    // Of WebP's extended header: bit 4 tells of alpha.
    assertThat(Files.readAllBytes(folder.resolve("out.webp"))[20] & 0x10).isEqualTo(0x10);
  }

  @Test
  void aResumedRunKeepsTheAlphaOfTheFirst() throws IOException {
    Path in = clip("in.webm", "libvpx-vp9", "yuva420p");
    Path whole = folder.resolve("whole.webm");
    Path out = folder.resolve("out.webm");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).build().upscale(in, whole);
      AtomicLong written = new AtomicLong();
      VideoUpscaler.builder(upscaler)
          .keepUnfinished(false)
          .listener((count, part) -> written.set(count))
          .stop(() -> written.get() >= 1)
          .build()
          .upscale(in, out);
      Files.delete(out);
      try (FileChannel journal =
          FileChannel.open(VideoUpscaler.unfinished(out), StandardOpenOption.WRITE)) {
        journal.truncate(journal.size() - 3);
      }
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler).keepUnfinished(true).build().upscale(in, out);
      assertThat(work.resumed()).isPositive();
    }
    List<Planes> undisturbed = Survey.frames(whole);
    List<Planes> resumed = Survey.frames(out);
    assertThat(resumed).hasSize(TIMES.length);
    assertThat(resumed.get(0).same(undisturbed.get(0))).isTrue();
    assertThat(difference(alpha(in, 0), alpha(out, 0)))
        .isCloseTo(difference(alpha(in, 0), alpha(whole, 0)), within(0.001));
  }
}
