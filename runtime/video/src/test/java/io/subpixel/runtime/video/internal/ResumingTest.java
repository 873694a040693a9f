package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clips that are begun by one run and ended by another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumingTest {
  private static final int FRAMES = 24;

  /** Of a constant rate, as some containers want it. */
  private static final long[] TIMES = LongStream.range(0, FRAMES).map(i -> i * 512).toArray();

  @TempDir private Path folder;
  private Upscaler upscaler;

  @BeforeAll
  void open() throws IOException {
    upscaler = open(1);
  }

  @AfterAll
  void close() {
    upscaler.close();
  }

  private static Upscaler open(float gain) throws IOException {
    return Upscaler.builder()
        .model(new TinyModel(2, Colour.Y).times(gain).onnx())
        .device(Device.CPU)
        .open();
  }

  private Path clip() {
    Path file = folder.resolve("in.mkv");
    if (!Files.exists(file)) {
      try (ClipMaker maker = new ClipMaker(file)) {
        maker
            .video("ffv1", "yuv420p", 64, 48, new Ratio(1, 12800), ClipMaker.Look.PLAIN, TIMES)
            .audio("aac", 0.9)
            .chapters(0, 200, 900)
            .write();
      }
    }
    return file;
  }

  private VideoUpscaler.Builder builder(String codec, boolean resume) {
    VideoUpscaler.Builder builder = VideoUpscaler.builder(upscaler).dropUnfit();
    return builder.codec(codec).keepUnfinished(resume);
  }

  /** Ends a run after some frames, and cuts off its journal in the midst of the last packet. */
  private void interrupt(VideoUpscaler.Builder builder, Path out, int frames) throws IOException {
    AtomicLong written = new AtomicLong();
    VideoUpscaler.Work work =
        builder
            .listener((count, part) -> written.set(count))
            .stop(() -> written.get() >= frames)
            .build()
            .upscale(clip(), out);
    assertThat(work.stopped()).isTrue();
    assertThat(work.frames()).isBetween((long) frames, FRAMES - 1L);
    // As if the process had been killed: no output, and half a packet.
    Files.delete(out);
    try (FileChannel journal =
        FileChannel.open(VideoUpscaler.unfinished(out), StandardOpenOption.WRITE)) {
      journal.truncate(journal.size() - 3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mkv, ffv1",
    "mp4, h264",
    "mkv, h264",
    "webm, vp9",
    "mp4, av1",
    "avi, mpeg4",
    "mkv, mpeg4",
    "mov, h264",
    "avi, ffv1",
    "mp4, libaom-av1",
    "mkv, libaom-av1",
    "y4m, rawvideo"
  })
  void aResumedRunGivesTheResultOfAnUninterruptedOne(String ending, String codec)
      throws IOException {
    Path whole = folder.resolve("whole." + ending);
    Path out = folder.resolve("out-" + codec + "." + ending);
    builder(codec, false).build().upscale(clip(), whole);
    interrupt(builder(codec, false), out, 7);
    VideoUpscaler.Work work = builder(codec, true).build().upscale(clip(), out);
    assertThat(work.stopped()).isFalse();
    assertThat(work.frames()).isEqualTo(FRAMES);
    assertThat(work.resumed()).isBetween(1L, FRAMES - 1L);
    assertThat(VideoUpscaler.unfinished(out)).doesNotExist();

    Survey undisturbed = Survey.of(whole);
    Survey resumed = Survey.of(out);
    assertThat(resumed.times()).isEqualTo(undisturbed.times()).hasSize(FRAMES);
    assertThat(resumed.packets()).isEqualTo(undisturbed.packets());
    assertThat(resumed.chapters()).isEqualTo(undisturbed.chapters());
    assertThat(resumed.streams()).isEqualTo(undisturbed.streams());
    if (codec.equals("ffv1") || codec.equals("rawvideo")) {
      assertThat(resumed.pictures()).isEqualTo(undisturbed.pictures());
      return;
    }
    assertThat(difference(whole, out)).isLessThan(4);
    // Of AV1 and x264, what is encoded of a frame depends on those behind it.
    boolean looksAhead =
        codec.contains("av1") || (codec.equals("h264") && GplTest.h264().equals("libx264"));
    if (!looksAhead) {
      assertThat(resumed.pictures().subList(0, (int) work.resumed()))
          .isEqualTo(undisturbed.pictures().subList(0, (int) work.resumed()));
    }
  }

  /** Mean absolute difference of luma, in code values. */
  private static double difference(Path one, Path other) throws IOException {
    long sum = 0;
    long samples = 0;
    try (ClipReader a = ClipReader.open(one, ClipReader.Range.ALL, 1);
        ClipReader b = ClipReader.open(other, ClipReader.Range.ALL, 1)) {
      for (byte[] x = luma(a), y = luma(b); x != null && y != null; x = luma(a), y = luma(b)) {
        for (int i = 0; i < x.length; i++) {
          sum += Math.abs((x[i] & 0xff) - (y[i] & 0xff));
        }
        samples += x.length;
      }
    }
    return (double) sum / samples;
  }

  private static byte @Nullable [] luma(ClipReader reader) throws IOException {
    for (Item item = reader.next(); item != null; item = reader.next()) {
      try (Item each = item) {
        if (each instanceof Frame frame) {
          return Planes.of(frame).rows().get(0).bytes();
        }
      }
    }
    return null;
  }

  @Test
  void aResumedRunMayBeInterruptedToo() throws IOException {
    Path out = folder.resolve("twice.mkv");
    interrupt(builder("ffv1", false), out, 5);
    interrupt(builder("ffv1", true), out, 12);
    assertThat(builder("ffv1", true).build().upscale(clip(), out).resumed()).isGreaterThan(8);
    Path whole = folder.resolve("once.mkv");
    builder("ffv1", false).build().upscale(clip(), whole);
    assertThat(Survey.of(out).pictures()).isEqualTo(Survey.of(whole).pictures());
  }

  @Test
  void damagedPacketsOfAJournalAreEncodedAgain() throws IOException {
    Path out = folder.resolve("damaged.mkv");
    interrupt(builder("ffv1", false), out, 9);
    Path journal = VideoUpscaler.unfinished(out);
    byte[] bytes = Files.readAllBytes(journal);
    bytes[bytes.length / 2] ^= 1;
    Files.write(journal, bytes);
    assertThat(builder("ffv1", true).build().upscale(clip(), out).resumed()).isBetween(2L, 8L);
    Path whole = folder.resolve("undamaged.mkv");
    builder("ffv1", false).build().upscale(clip(), whole);
    assertThat(Survey.of(out).pictures()).isEqualTo(Survey.of(whole).pictures());
  }

  @Test
  void thePartialOutputOfAKilledRunIsDeleted() throws IOException {
    Path out = folder.resolve("left.mkv");
    interrupt(builder("ffv1", false), out, 5);
    String journal = Files.readString(VideoUpscaler.unfinished(out), StandardCharsets.ISO_8859_1);
    Matcher name = Pattern.compile("\\.[0-9a-f-]{36}\\.part\\.mkv").matcher(journal);
    assertThat(name.find()).isTrue();
    Path part = Files.createFile(folder.resolve(name.group()));
    builder("ffv1", true).build().upscale(clip(), out);
    assertThat(part).doesNotExist();
  }

  @Test
  void anEmptyJournalHoldsNothingToResume() throws IOException {
    Path out = folder.resolve("full.mkv");
    Path journal = Files.createFile(VideoUpscaler.unfinished(out));
    builder("ffv1", false).build().upscale(clip(), out);
    assertThat(out).isNotEmptyFile();
    assertThat(journal).doesNotExist();
  }

  @Test
  void otherWorkIsRejectedAndTheJournalIsKept() throws IOException {
    Path out = folder.resolve("other.mkv");
    interrupt(builder("ffv1", false), out, 5);
    Path journal = VideoUpscaler.unfinished(out);
    byte[] before = Files.readAllBytes(journal);
    assertThatThrownBy(() -> builder("ffv1", false).build().upscale(clip(), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            journal + ": expected no unfinished run, or the option to resume it, received one");
    try (Upscaler other = open(0.5f)) {
      VideoUpscaler.Builder otherModel =
          VideoUpscaler.builder(other).codec("ffv1").dropUnfit().keepUnfinished(true);
      assertRefused(otherModel, out);
    }
    assertRefused(builder("h264", true), out);
    assertRefused(builder("ffv1", true).range(0.1, 0.5), out);
    assertThat(journal).hasBinaryContent(before);
    assertThat(out).doesNotExist();
    assertThat(builder("ffv1", true).build().upscale(clip(), out).resumed()).isPositive();
  }

  private void assertRefused(VideoUpscaler.Builder builder, Path out) {
    assertThatThrownBy(() -> builder.build().upscale(clip(), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            VideoUpscaler.unfinished(out)
                + ": expected an unfinished run of the same video, model and options; delete it to"
                + " start over, received one of another");
  }

  @Test
  void aFileThatIsNoJournalStaysAsItIs() throws IOException {
    Path out = folder.resolve("foreign.mkv");
    Path journal = Files.writeString(VideoUpscaler.unfinished(out), "a text of mine");
    assertThatThrownBy(() -> builder("ffv1", true).build().upscale(clip(), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received another file");
    assertThat(journal).hasContent("a text of mine");
  }

  @Test
  void twoRunsDontShareAJournal() throws IOException {
    Path out = folder.resolve("shared.mkv");
    interrupt(builder("ffv1", false), out, 5);
    VideoUpscaler.Builder second = builder("ffv1", true);
    AtomicLong refused = new AtomicLong();
    builder("ffv1", true)
        .listener(
            (count, part) -> {
              if (refused.get() == 0) {
                assertThatThrownBy(() -> second.build().upscale(clip(), out))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith(
                        "expected a run that has ended, received one that is still running");
                refused.incrementAndGet();
              }
            })
        .build()
        .upscale(clip(), out);
    assertThat(refused).hasValue(1);
    assertThat(Survey.of(out).times()).hasSize(FRAMES);
  }

  @ParameterizedTest
  @CsvSource({"gif, gif", "webp, webp"})
  void anAnimationStartsOver(String ending, String codec) throws IOException {
    Path out = folder.resolve("out." + ending);
    AtomicLong written = new AtomicLong();
    builder(codec, false)
        .listener((count, part) -> written.set(count))
        .stop(() -> written.get() >= 5)
        .build()
        .upscale(clip(), out);
    assertThat(VideoUpscaler.unfinished(out)).doesNotExist();
    Path whole = folder.resolve("whole." + ending);
    builder(codec, false).build().upscale(clip(), whole);
    VideoUpscaler.Work work = builder(codec, true).build().upscale(clip(), out);
    assertThat(work.resumed()).isZero();
    assertThat(Files.mismatch(out, whole)).isEqualTo(-1);
  }

  @Test
  void aSequenceContinuesAfterExistingFrames() throws IOException {
    Path out = folder.resolve("frames-%/%03d.png");
    builder("png", false).build().upscale(clip(), out);
    byte[][] whole = new byte[FRAMES + 1][];
    for (int i = 1; i <= FRAMES; i++) {
      Path frame = folder.resolve("frames-%%/%03d.png".formatted(i));
      whole[i] = Files.readAllBytes(frame);
      if (i > 9) {
        Files.delete(frame);
      }
    }
    assertThatThrownBy(() -> builder("png", false).build().upscale(clip(), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected a location without frames, or the option to resume");
    // A kill leaves the frame that was being written; a shorter part may need no more frames.
    Path part = Files.write(folder.resolve("frames-%/010.png.tmp"), new byte[] {1, 2});
    builder("png", true).range(0, 0.36).build().upscale(clip(), out);
    assertThat(part).doesNotExist();
    VideoUpscaler.Work work = builder("png", true).build().upscale(clip(), out);
    assertThat(work.resumed()).isEqualTo(9);
    assertThat(work.frames()).isEqualTo(FRAMES);
    for (int i = 1; i <= FRAMES; i++) {
      assertThat(folder.resolve("frames-%%/%03d.png".formatted(i))).hasBinaryContent(whole[i]);
    }
    assertThat(folder.resolve("frames-%").toFile().list()).hasSize(FRAMES);
  }
}
