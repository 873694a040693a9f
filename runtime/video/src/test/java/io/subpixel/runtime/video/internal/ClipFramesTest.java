package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.testing.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Luma of clips that FFmpeg made, by its own formula. */
class ClipFramesTest {
  private static final Ratio UNIT = new Ratio(1, 1000);

  /** More than a group of pictures, at irregular times. */
  private static final long[] TIMES = {
    0, 40, 120, 160, 200, 240, 280, 320, 400, 440, 480, 520, 600
  };

  @TempDir private Path folder;

  private Path clip(
      String name, String encoder, String pixels, int range, Ratio unit, long... times) {
    Path file = folder.resolve(name);
    ClipMaker.Look look = new ClipMaker.Look(range, 1, 1, 1, 1, new Ratio(1, 1));
    try (ClipMaker maker = new ClipMaker(file)) {
      maker.video(encoder, pixels, 50, 34, unit, look, times).audio("aac", 0.7).write();
    }
    return file;
  }

  /** Range 1 is studio's, 2 is full. */
  @ParameterizedTest
  @CsvSource({
    "yuv420p, 1",
    "yuv420p, 2",
    "yuv444p, 1",
    "gray, 2",
    "yuv420p10le, 1",
    "yuv420p10le, 2",
    "yuv422p12le, 1"
  })
  void lumaHasFullRange(String pixels, int range) throws IOException {
    int depth = pixels.contains("10") ? 10 : pixels.contains("12") ? 12 : 8;
    double black = range == 1 ? 16 << (depth - 8) : 0;
    double white = range == 1 ? 235 << (depth - 8) : (1 << depth) - 1;
    List<ClipFrame> frames = read(clip("in.mkv", "ffv1", pixels, range, UNIT, TIMES));
    assertThat(frames).hasSize(TIMES.length);
    for (int i = 0; i < TIMES.length; i++) {
      ClipFrame frame = frames.get(i);
      assertThat(frame.seconds()).isCloseTo(TIMES[i] / 1e3, within(1e-9));
      assertThat(frame.luma().toString()).isEqualTo("50x34x1");
      for (int y = 0; y < 34; y++) {
        for (int x = 0; x < 50; x++) {
          double level = 255 * (ClipMaker.code(0, x, y, i, depth) - black) / (white - black);
          double expected = Math.min(Math.max(level, 0), 255);
          assertThat((double) frame.luma().at(x, y, 0)).isCloseTo(expected, within(0.501));
        }
      }
    }
  }

  /** In an order that makes each of them a search of its own. */
  @ParameterizedTest
  @CsvSource({
    "in.mp4, libopenh264",
    "in.mkv, mpeg4",
    "in.mkv, libvpx-vp9",
    "in.avi, ffv1",
    "in.mp4, mpeg4"
  })
  void aFrameByItsTimeIsTheSameAsInOrder(String name, String encoder) throws IOException {
    // AVI takes a constant rate alone.
    boolean constant = name.endsWith("avi");
    long[] times = constant ? LongStream.range(0, 13).toArray() : TIMES;
    Path clip = clip(name, encoder, "yuv420p", 1, constant ? new Ratio(1, 25) : UNIT, times);
    List<ClipFrame> frames = read(clip);
    assertThat(frames).hasSize(times.length);
    for (int i = 0; i < frames.size(); i++) {
      ClipFrame expected = frames.get(i * 5 % frames.size());
      ClipFrame found = ClipFrames.at(clip, expected.seconds());
      assertThat(found.seconds()).isEqualTo(expected.seconds());
      assertThat(found.luma()).isEqualTo(expected.luma());
    }
  }

  @Test
  void aRangeStartsAndEndsAsRequested() throws IOException {
    Path clip = clip("in.mkv", "ffv1", "yuv420p", 1, UNIT, TIMES);
    List<ClipFrame> all = read(clip);
    try (ClipFrames part = ClipFrames.open(clip, 0.13, 0.4)) {
      assertThat(rest(part)).isEqualTo(all.subList(3, 8));
    }
    assertThatThrownBy(() -> ClipFrames.open(clip, 7, 8))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("in.mkv: expected a start before the end");
  }

  @Test
  void undecodablePartsAreReported() throws IOException {
    Path clip = clip("in.mkv", "ffv1", "yuv420p", 1, UNIT, TIMES);
    byte[] bytes = Files.readAllBytes(clip);
    for (int i = bytes.length / 4; i < bytes.length / 4 + 200; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(clip, bytes);
    try (ClipFrames frames = ClipFrames.open(clip)) {
      assertThat(rest(frames).size()).isBetween(1, TIMES.length);
      assertThat(frames.faults()).isPositive();
      assertThat(frames.fault()).isPresent();
    }
  }

  @Test
  void brokenClipsAreRejectedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no clip at all");
    assertThatThrownBy(() -> ClipFrames.open(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("text.mp4: expected a video clip");
    Path floats = clip("floats.mkv", "ffv1", "gbrpf32le", 2, UNIT, TIMES);
    assertThatThrownBy(() -> ClipFrames.open(floats))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("floats.mkv: expected frames of YUV, RGB or grey of integers");
  }

  @ParameterizedTest
  @CsvSource({"a.mp4, true", "b/c.MKV, true", "a.png, false", "a.mp4.txt, false"})
  void aClipIsKnownByItsEnding(Path file, boolean clip) {
    assertThat(ClipFrames.isClip(file)).isEqualTo(clip);
  }

  /** Codecs with frames that refer to later ones, from other encoders than ours. */
  @ParameterizedTest
  @CsvSource({
    "clips/bikes.mp4, 60",
    "clips/carphone_pristine.mp4, 30",
    "clips/bigbuckbunny.mp4, 40"
  })
  void realClipsCanBeReadByTime(String name, int step) throws IOException {
    Path clip = RealData.folder("clips").resolveSibling(name);
    int number = 0;
    try (ClipFrames frames = ClipFrames.open(clip)) {
      for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
        if (number++ % step == 7) {
          assertThat(ClipFrames.at(clip, frame.seconds())).isEqualTo(frame);
        }
      }
    }
    assertThat(number).isGreaterThan(2 * step);
  }

  private static List<ClipFrame> read(Path clip) throws IOException {
    try (ClipFrames frames = ClipFrames.open(clip)) {
      return rest(frames);
    }
  }

  private static List<ClipFrame> rest(ClipFrames frames) throws IOException {
    List<ClipFrame> all = new ArrayList<>();
    for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
      all.add(frame);
    }
    return all;
  }
}
