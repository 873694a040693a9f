package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbered and animated pictures as clips. */
class NumberedAndAnimatedTest {
  private static final int FRAMES = 6;

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  private Path sequence(String pixels, String name) throws IOException {
    Path in = folder.resolve("in.mkv");
    long[] times = new long[FRAMES];
    for (int i = 0; i < FRAMES; i++) {
      times[i] = 512L * i;
    }
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", pixels, 32, 16, new Ratio(1, 12800), ClipMaker.Look.PLAIN, times).write();
    }
    Path pattern = folder.resolve("50%").resolve(name);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).build().upscale(in, pattern);
    }
    return pattern;
  }

  @ParameterizedTest
  @CsvSource({
    // PNG's colour type 2 is RGB, 0 is grey.
    "yuv444p, 8, 2, yuv444p",
    "yuv444p10le, 16, 2, yuv444p12le",
    "gray10le, 16, 0, gray12le"
  })
  void numberedPicturesAreAClip(String pixels, int bits, int colour, String read)
      throws IOException {
    Path pattern = sequence(pixels, "frame-%03d.png");
    // The sequence starts at the first number that exists.
    Files.delete(Container.frame(pattern, 1));
    Files.delete(Container.frame(pattern, 2));
    Files.writeString(pattern.resolveSibling("frame-1.png"), "of another pattern");
    assertThat(ClipFrames.isClip(pattern)).isTrue();
    byte[] png = Files.readAllBytes(Container.frame(pattern, 3));
    assertThat(List.of((int) png[24], (int) png[25])).containsExactly(bits, colour);
    assertThat(Survey.of(pattern).facts().pixelFormat()).isEqualTo(read);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler)
              .frameRate(24000, 1001)
              .codec("ffv1")
              .keepUnfinished(false)
              .build()
              .upscale(pattern, out);
      assertThat(work.frames()).isEqualTo(FRAMES - 2);
    }
    List<Double> seconds = Survey.of(out).seconds();
    for (int i = 0; i < FRAMES - 2; i++) {
      assertThat(seconds.get(i)).isCloseTo(i * 1001 / 24000.0, within(1e-3));
    }
  }

  @Test
  void aMissingPictureIsNamed() throws IOException {
    Path pattern = sequence("yuv444p", "%d.png");
    Files.delete(Container.frame(pattern, 4));
    assertThatThrownBy(() -> Survey.of(pattern))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            pattern + ": expected images numbered 1 to 6 without a gap, received none of number 4");
    assertThatThrownBy(() -> Survey.of(folder.resolve("absent/%d.png")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(
            "%d.png: expected images of that pattern, numbered without a gap, received none");
  }

  /** Of hundredths of a second; how often it plays is after the name of the extension. */
  private Path gif(int repeats) throws IOException {
    Path in = folder.resolve("in.gif");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video(
              "gif", "gray", 32, 24, new Ratio(1, 100), ClipMaker.Look.PLAIN, 0, 10, 15, 40, 60, 70)
          .write();
    }
    byte[] bytes = Files.readAllBytes(in);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("NETSCAPE2.0") + 13;
    bytes[at] = (byte) repeats;
    bytes[at + 1] = (byte) (repeats >> 8);
    return Files.write(in, bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "gif, 0, 0",
    "gif, 4, 5",
    "gif, 300, 301",
    "apng, 0, 0",
    "apng, 4, 5",
    "webp, 4, 5",
    "webp, 0, 0"
  })
  void animatedPicturesKeepTimesAndLoops(String ending, int repeats, int plays) throws IOException {
    Path in = gif(repeats);
    Path out = folder.resolve("out." + ending);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.Work work =
          VideoUpscaler.builder(upscaler).dropUnfit().build().upscale(in, out);
      assertThat(work.frames()).isEqualTo(FRAMES);
      assertThat(List.of(work.srWidth(), work.srHeight())).containsExactly(64, 48);
    }
    if (ending.equals("webp")) {
      byte[] bytes = Files.readAllBytes(out);
      int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("ANIM") + 12;
      assertThat((bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8).isEqualTo(plays);
      return;
    }
    assertThat(Loops.of(out)).hasValue(plays);
    List<Double> before = Survey.of(in).seconds();
    List<Double> after = Survey.of(out).seconds();
    assertThat(after).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      assertThat(after.get(i)).isCloseTo(before.get(i), within(1e-3));
    }
  }

  /** FFmpeg's muxers learn from the next frame how long one is shown. */
  @ParameterizedTest
  @ValueSource(strings = {"gif", "apng", "webp"})
  void theLastFrameKeepsItsDuration(String ending) throws IOException {
    Path in = gif(0);
    byte[] bytes = Files.readAllBytes(in);
    int control = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("!\u00f9\u0004");
    bytes[control + 4] = 123;
    bytes[control + 5] = 0;
    Files.write(in, bytes);
    Path out = folder.resolve("out." + ending);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).dropUnfit().build().upscale(in, out);
    }
    byte[] written = Files.readAllBytes(out);
    String text = new String(written, StandardCharsets.ISO_8859_1);
    ByteBuffer little = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = ByteBuffer.wrap(written);
    double seconds =
        switch (ending) {
          case "gif" -> little.getShort(text.lastIndexOf("!\u00f9\u0004") + 4) / 100.0;
          case "webp" -> (little.getInt(text.lastIndexOf("ANMF") + 20) & 0xffffff) / 1000.0;
          default -> {
            int at = text.lastIndexOf("fcTL") + 24;
            yield (double) big.getShort(at) / big.getShort(at + 2);
          }
        };
    assertThat(seconds).isEqualTo(1.23);
  }

  @Test
  void filesWithoutLoopsAreKnown() throws IOException {
    Path in = gif(0);
    byte[] bytes = Files.readAllBytes(in);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("NETSCAPE");
    bytes[at] = 'M';
    assertThat(Loops.of(Files.write(in, bytes))).hasValue(1);
    assertThat(Loops.of(Files.writeString(folder.resolve("text"), "acTL"))).isEmpty();
    assertThat(Loops.of(Files.write(folder.resolve("none"), new byte[0]))).isEmpty();
  }
}
