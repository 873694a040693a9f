package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_ASS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_SUBRIP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBVTT;

import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clips have beside frames of one size from 0 on. */
class OtherStreamsTest {
  private static final Ratio FILM = new Ratio(1, 12800);
  private static final long[] TIMES = LongStream.range(0, 25).map(each -> each * 512).toArray();

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  private VideoUpscaler.Work upscale(Path in, Path out) throws IOException {
    try (Upscaler upscaler = open()) {
      return VideoUpscaler.builder(upscaler).build().upscale(in, out);
    }
  }

  private static ClipFacts.Copied copied(ClipReader reader, Packet packet) {
    return Objects.requireNonNull(reader.header().copied(packet.stream()));
  }

  /** The texts of subtitles, as their codec has them. */
  private static List<String> texts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    try (ClipReader reader = ClipReader.open(file, ClipReader.Range.ALL, 1)) {
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          if (each instanceof Packet packet && copied(reader, packet).kind().equals("subtitle")) {
            AVPacket coded = packet.nativePacket();
            byte[] data = new byte[coded.size()];
            coded.data().get(data);
            boolean counted = copied(reader, packet).codec().equals("mov_text");
            int from = counted ? 2 : 0;
            int length = counted ? ((data[0] & 0xff) << 8) | (data[1] & 0xff) : data.length;
            if (length > 0) {
              texts.add(new String(data, from, length, StandardCharsets.UTF_8));
            }
          }
        }
      }
    }
    return texts;
  }

  /** As `ffmpeg -c:s` converts them. */
  @ParameterizedTest
  @CsvSource({
    "mp4, mov_text, mkv, subrip",
    "mov, mov_text, mkv, subrip",
    "mp4, mov_text, webm, webvtt",
    "mkv, subrip, mp4, mov_text",
    "mkv, subrip, mov, mov_text",
    "mkv, subrip, webm, webvtt",
    "mkv, ass, mp4, mov_text",
    "webm, webvtt, mp4, mov_text"
  })
  void textSubtitlesAreConverted(String ending, String codec, String newEnding, String newCodec)
      throws IOException {
    Path in = folder.resolve("in." + ending);
    int id =
        switch (codec) {
          case "mov_text" -> AV_CODEC_ID_MOV_TEXT;
          case "ass" -> AV_CODEC_ID_ASS;
          case "webvtt" -> AV_CODEC_ID_WEBVTT;
          default -> AV_CODEC_ID_SUBRIP;
        };
    String encoder = ending.equals("webm") ? "libvpx-vp9" : "mpeg4";
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video(encoder, "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES);
      maker.subtitles(id).write();
    }
    Path out = folder.resolve("out." + newEnding);
    assertThat(upscale(in, out).dropped()).isEmpty();
    Survey after = Survey.of(out);
    assertThat(after.facts().copied())
        .extracting(ClipFacts.Copied::codec)
        .containsExactly(newCodec);
    assertThat(texts(out)).containsExactly("Zeile 0", "Zeile 1");
    List<Survey.Coded> shown =
        after.packets("subtitle").stream().filter(each -> each.duration() > 0.15).toList();
    assertThat(shown.get(0).pts()).isCloseTo(0.1, within(0.001));
    assertThat(shown.get(0).duration()).isCloseTo(0.2, within(0.001));
  }

  @Test
  void aviHoldsNoSubtitles() {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES);
      maker.subtitles(AV_CODEC_ID_SUBRIP).write();
    }
    assertThatThrownBy(() -> upscale(in, folder.resolve("out.avi")))
        .isInstanceOf(UnfitContainerException.class)
        .hasMessageContaining("received subtitle subrip (stream 1)");
  }

  /** As telephones have them: a track of data whose codec nobody but they know. */
  @ParameterizedTest
  @CsvSource({"out.mov", "out.mp4", "out.mkv"})
  void unsupportedDataIsOmittedAndReported(String name) throws IOException {
    Path in = folder.resolve("in.mov");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES)
          .audio("aac", 0.9)
          .tag("timecode", "01:00:00:00")
          .write();
    }
    // A time code is another's business; under this name nobody knows what it is.
    String bytes = new String(Files.readAllBytes(in), StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains("tmcd");
    Files.write(in, bytes.replace("tmcd", "mebx").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(upscale(in, folder.resolve(name)).dropped()).containsExactly("data mebx");
    Survey after = Survey.of(folder.resolve(name));
    assertThat(after.times()).hasSize(TIMES.length);
    assertThat(after.packets()).containsOnlyKeys("audio");
  }

  @ParameterizedTest
  @CsvSource({"wmav2, asf", "adpcm_ms, avi"})
  void windowsAudioGoesIntoMatroska(String codec, String ending) throws IOException {
    Path in = folder.resolve("in." + ending);
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES);
      maker.audio(codec, 0.9).write();
    }
    upscale(in, folder.resolve("out.mkv"));
    Survey before = Survey.of(in);
    Survey after = Survey.of(folder.resolve("out.mkv"));
    assertThat(after.packets("audio").stream().map(Survey.Coded::data))
        .isNotEmpty()
        .containsExactlyElementsOf(
            before.packets("audio").stream().map(Survey.Coded::data).toList());
    assertThat(after.facts().copied()).extracting(ClipFacts.Copied::codec).containsExactly(codec);
  }

  /** What FFmpeg's demuxer has no timestamps for, as they are less than 0. */
  @ParameterizedTest
  @CsvSource({"out.mkv", "out.mp4", "out.mov"})
  void audioStaysInSyncWithFramesBeforeZero(String name) throws IOException {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .option("avoid_negative_ts", "disabled")
          .option("output_ts_offset", "-0.5")
          .video("mpeg4", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES)
          .audio("pcm_s16le", 0.9)
          .write();
    }
    Survey before = Survey.of(in);
    // The first frame is where clips begin.
    assertThat(before.seconds().get(0)).isZero();
    assertThat(before.seconds().get(24)).isCloseTo(0.96, within(0.001));
    assertThat(before.packets("audio").get(0).pts()).isCloseTo(0, within(0.001));
    upscale(in, folder.resolve(name));
    Survey after = Survey.of(folder.resolve(name));
    double late = after.seconds().get(0) - after.packets("audio").get(0).pts();
    assertThat(late).isCloseTo(0, within(0.002));
    assertThat(after.times()).hasSize(TIMES.length);
    assertThat(after.seconds().get(24) - after.seconds().get(0)).isCloseTo(0.96, within(0.002));
  }

  /** As a station does between a film and what comes behind it. */
  @ParameterizedTest
  @CsvSource({"out.mkv", "out.mp4", "%d.png"})
  void framesOfAnotherSizeAreMadeAsTheFirst(String name) throws IOException {
    Path in = folder.resolve("in.ts");
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    for (int part = 0; part < 2; part++) {
      Path file = folder.resolve(part + ".ts");
      long begin = 12800L * part;
      try (ClipMaker maker = new ClipMaker(file)) {
        maker
            .video(
                "libopenh264",
                "yuv420p",
                part == 0 ? 64 : 32,
                part == 0 ? 48 : 24,
                FILM,
                ClipMaker.Look.PLAIN,
                LongStream.range(0, 25).map(each -> begin + each * 512).toArray())
            .write();
      }
      both.writeBytes(Files.readAllBytes(file));
    }
    Files.write(in, both.toByteArray());
    VideoUpscaler.Work work = upscale(in, folder.resolve(name));
    assertThat(work.frames()).isEqualTo(50);
    assertThat(work.notes())
        .singleElement()
        .asString()
        .isEqualTo("from 1.000 s on frames of 32x24 yuv420p are made 64x48 yuv420p");
    if (!name.endsWith("png")) {
      Survey after = Survey.of(folder.resolve(name));
      assertThat(after.times()).hasSize(50);
      assertThat(after.facts().format().width()).isEqualTo(128);
    }
  }

  /** Recordings that were joined: each begins at the same time. */
  @ParameterizedTest
  @CsvSource({"out.mkv, 0.002", "out.mp4, 0.0001"})
  void timeContinuesWhereItJumpsBackAtASeam(String name, double tolerance) throws IOException {
    Path part = folder.resolve("part.ts");
    try (ClipMaker maker = new ClipMaker(part)) {
      maker
          .video("libopenh264", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, TIMES)
          .audio("aac", 1)
          .write();
    }
    ByteArrayOutputStream thrice = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      thrice.writeBytes(Files.readAllBytes(part));
    }
    Path in = Files.write(folder.resolve("in.ts"), thrice.toByteArray());
    VideoUpscaler.Work work = upscale(in, folder.resolve(name));
    assertThat(work.frames()).isEqualTo(75);
    Survey once = Survey.of(part);
    Survey after = Survey.of(folder.resolve(name));
    List<Double> seconds = after.seconds();
    for (int i = 1; i < seconds.size(); i++) {
      // At a seam, what sound has behind the last frame is waited for: at most a frame of AAC.
      double rest = i % 25 == 0 ? 1024.0 / 48000 + 0.01 : 0;
      assertThat(seconds.get(i) - seconds.get(i - 1))
          .as("%d", i)
          .isBetween(0.04 - tolerance, 0.04 + rest + tolerance);
    }
    List<Survey.Coded> sound = after.packets("audio");
    List<Survey.Coded> own = once.packets("audio");
    assertThat(sound).hasSize(3 * own.size());
    for (int i = 0; i < sound.size(); i++) {
      double before = own.get(i % own.size()).pts() - once.seconds().get(0);
      double begin = seconds.get(i / own.size() * 25);
      assertThat(sound.get(i).pts() - begin).as("%d", i).isCloseTo(before, within(tolerance));
    }
  }

  /** Each encoder has sizes that it doesn't take: there is another one, or a line that says so. */
  @ParameterizedTest
  @CsvSource({
    "1, 1", "1, 2", "2, 1", "2, 2", "3, 3", "3, 5", "7, 64", "8, 8", "5, 4", "16, 1", "17, 9"
  })
  void smallClipsAreWritten(int width, int height) throws IOException {
    Path in = folder.resolve("in.nut");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("rawvideo", "yuv420p", width, height, FILM, ClipMaker.Look.PLAIN, 0, 512, 1024)
          .write();
    }
    for (String name :
        List.of("o.mp4", "o.mkv", "o.webm", "o.mov", "o.avi", "o.y4m", "o.gif", "o.webp")) {
      VideoUpscaler.Work work = upscale(in, folder.resolve(name));
      assertThat(work.frames()).as(name).isEqualTo(3);
      if (!name.endsWith("gif") && !name.endsWith("webp")) {
        assertThat(Survey.of(folder.resolve(name)).facts().format().width()).isEqualTo(2 * width);
      }
    }
  }

  @Test
  void pausesRepeatFramesAtAConstantRate() throws IOException {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video(
              "ffv1", "yuv420p", 64, 48, FILM, ClipMaker.Look.PLAIN, 0, 512, 1024, 2560, 3072, 3584)
          .write();
    }
    assertThat(upscale(in, folder.resolve("out.y4m")).frames()).isEqualTo(6);
    List<Planes> frames = Survey.frames(folder.resolve("out.y4m"));
    assertThat(frames).hasSize(8);
    assertThat(frames.get(3).same(frames.get(2))).isTrue();
    assertThat(frames.get(4).same(frames.get(2))).isTrue();
    assertThat(frames.get(5).same(frames.get(2))).isFalse();
  }
}
