package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clips that are upscaled in parts and joined, beside ones that are upscaled in one run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartsTest {
  private static final int FRAMES = 34;

  /** Of a variable rate. */
  private static final long[] TIMES =
      LongStream.range(0, FRAMES).map(i -> i * 512 + (i % 5 == 3 ? 128 : 0)).toArray();

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

  /** A clip with B-frames, key frames every six frames, and groups that refer to each other. */
  private Path clip(String encoder) {
    Path file = folder.resolve(encoder + ".mkv");
    if (!Files.exists(file)) {
      try (ClipMaker maker = new ClipMaker(file)) {
        maker
            .coding("bf", "2")
            .video(encoder, "yuv420p", 64, 48, new Ratio(1, 12800), ClipMaker.Look.PLAIN, TIMES)
            .audio("aac", 1.3)
            .chapters(0, 200, 1200)
            .tag("title", "Film")
            .write();
      }
    }
    return file;
  }

  private VideoUpscaler.Builder builder(String codec) {
    return VideoUpscaler.builder(upscaler).dropUnfit().codec(codec);
  }

  private ClipPlan plan(Path clip, Path out, String codec, int count) throws IOException {
    ClipPlan plan = builder(codec).build().plan(clip, out, count);
    Path file = folder.resolve("plan.json");
    plan.write(file);
    return ClipPlan.read(file);
  }

  /** Upscales all parts, the last first. */
  private List<Path> parts(ClipPlan plan, Path clip, Path out) throws IOException {
    List<Path> parts = new ArrayList<>();
    for (int i = plan.parts().size(); i > 0; i--) {
      Path part = out.resolveSibling(out.getFileName() + "." + i);
      part(plan, i, clip, part);
      parts.add(part);
    }
    return parts;
  }

  private VideoUpscaler.Work part(ClipPlan plan, int number, Path clip, Path part)
      throws IOException {
    return plan.upscale(number, clip, part, upscaler, (frames, share) -> {}, () -> false);
  }

  @ParameterizedTest
  @CsvSource({
    "mpeg4, mkv, ffv1",
    "mpeg2video, mkv, ffv1",
    "mpeg4, mp4, h264",
    "mpeg2video, mkv, h264",
    "mpeg4, webm, vp9",
    "mpeg4, mkv, vp9",
    "mpeg4, mp4, av1",
    "mpeg4, mkv, libaom-av1",
    "mpeg4, mov, prores",
    "mpeg4, mp4, mpeg4"
  })
  void joinedPartsAreWhatOneRunGives(String source, String ending, String codec)
      throws IOException {
    Path clip = clip(source);
    Path whole = folder.resolve("whole-" + source + codec + "." + ending);
    Path out = folder.resolve("out-" + source + codec + "." + ending);
    builder(codec).build().upscale(clip, whole);
    ClipPlan plan = plan(clip, out, codec, 4);
    assertThat(plan.parts()).hasSize(4);
    List<Path> parts = parts(plan, clip, out);
    assertThat(plan.join(clip, parts, out).frames()).isEqualTo(FRAMES);

    Survey undisturbed = Survey.of(whole);
    Survey joined = Survey.of(out);
    assertThat(joined.times()).isEqualTo(undisturbed.times()).hasSize(FRAMES);
    assertThat(joined.packets()).isEqualTo(undisturbed.packets());
    assertThat(joined.chapters()).isEqualTo(undisturbed.chapters());
    assertThat(joined.streams()).isEqualTo(undisturbed.streams());
    assertThat(joined.tags()).isEqualTo(undisturbed.tags());
    assertThat(joined.look()).isEqualTo(undisturbed.look());
    assertThat(joined.facts().frameRate()).isEqualTo(undisturbed.facts().frameRate());
    if (codec.equals("ffv1") || codec.equals("prores")) {
      assertThat(joined.pictures()).isEqualTo(undisturbed.pictures());
    }
    // Decoders find in the joined stream what each part has on its own.
    List<String> alone = new ArrayList<>();
    Collections.reverse(parts);
    for (Path part : parts) {
      alone.addAll(decoded(part, out));
    }
    assertThat(joined.pictures()).isEqualTo(alone);
  }

  /** Decodes a part by itself, with the header of the joined clip. */
  private static List<String> decoded(Path part, Path joined) throws IOException {
    List<String> pictures = new ArrayList<>();
    AVPacket packet = av_packet_alloc();
    try (Demuxer header = Demuxer.open(joined, ImageSequence.RATE);
        PartFile.Reader reader = new PartFile.Reader(part)) {
      AVCodecContext decoder =
          avcodec_alloc_context3(avcodec_find_decoder(header.videoStream().codecpar().codec_id()));
      AVCodecParameters parameters = header.videoStream().codecpar();
      if (parameters.codec_id() == AV_CODEC_ID_H264) {
        startCodes(parameters);
      }
      avcodec_parameters_to_context(decoder, parameters);
      avcodec_open2(decoder, decoder.codec(), (AVDictionary) null);
      boolean more = true;
      while (more) {
        more = reader.read(packet);
        avcodec_send_packet(decoder, more ? packet : null);
        AVFrame frame = av_frame_alloc();
        while (avcodec_receive_frame(decoder, frame) == 0) {
          PixelFormat format = Objects.requireNonNull(PixelFormat.of(frame.format()));
          try (Frame own = new Frame(frame, format)) {
            pictures.add(Survey.md5(Survey.planes(own)));
          }
          frame = av_frame_alloc();
        }
      }
      avcodec_free_context(decoder);
    } finally {
      av_packet_free(packet);
    }
    return pictures;
  }

  /** Gives the container's header the form that encoders give it. */
  private static void startCodes(AVCodecParameters parameters) {
    try (PointerPointer<AVBSFContext> made = new PointerPointer<>(1)) {
      av_bsf_alloc(av_bsf_get_by_name("h264_mp4toannexb"), made);
      AVBSFContext filter = made.get(AVBSFContext.class, 0);
      avcodec_parameters_copy(filter.par_in(), parameters);
      av_bsf_init(filter);
      avcodec_parameters_copy(parameters, filter.par_out());
      av_bsf_free(filter);
    }
  }

  @ParameterizedTest
  @CsvSource({"mpeg4, mp4, h264", "mpeg2video, mkv, ffv1", "mpeg4, webm, vp9"})
  void ffprobeFindsTheSamePackets(String source, String ending, String codec) throws Exception {
    Path clip = clip(source);
    Path whole = folder.resolve("probed." + ending);
    Path out = folder.resolve("probed-joined." + ending);
    builder(codec).build().upscale(clip, whole);
    ClipPlan plan = plan(clip, out, codec, 3);
    plan.join(clip, parts(plan, clip, out), out);
    assertThat(probed(out)).isEqualTo(probed(whole)).contains("packet", "stream");
  }

  private static String probed(Path file) throws Exception {
    List<String> command =
        List.of(
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "packet=stream_index,pts_time,dts_time,duration_time"
                + ":stream=codec_name,profile,width,height,time_base,nb_read_frames"
                + ":format=duration:format_tags",
            "-of",
            "compact",
            file.toString());
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("no ffprobe");
      return "";
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    // Streams may be interleaved in another way.
    return said.lines().sorted().toList().toString();
  }

  @Test
  void aPlanMatchesOneOfTheSameClipAndSettingsAlone() throws IOException {
    Path clip = clip("mpeg4");
    Path out = folder.resolve("match.mkv");
    ClipPlan plan = builder("ffv1").build().plan(clip, out, 3);
    ClipPlan read =
        ClipPlan.read(
            new ByteArrayInputStream(plan.toJson().getBytes(StandardCharsets.UTF_8)), "a stream");
    assertThat(plan.matches(read)).isTrue();
    assertThat(plan.matches(builder("ffv1").build().plan(clip, out, 2))).isFalse();
    assertThat(plan.matches(builder("mpeg4").build().plan(clip, out, 3))).isFalse();
    VideoUpscaler range = builder("ffv1").range(0, 2).build();
    assertThat(plan.matches(range.plan(clip, out, 3))).isFalse();
    try (Upscaler another = open(0.5f)) {
      VideoUpscaler video = VideoUpscaler.builder(another).dropUnfit().codec("ffv1").build();
      assertThat(plan.matches(video.plan(clip, out, 3))).isFalse();
    }
  }

  @Test
  void aRangeAndASizeApplyToAllParts() throws IOException {
    Path clip = clip("mpeg4");
    Path whole = folder.resolve("range.mkv");
    Path out = folder.resolve("range-joined.mkv");
    VideoUpscaler video = builder("ffv1").range(0.13, 1.1).target(TargetSize.width(90)).build();
    video.upscale(clip, whole);
    ClipPlan plan = video.plan(clip, out, 3);
    assertThat(plan.parts()).hasSize(3);
    plan.join(clip, parts(plan, clip, out), out);
    assertThat(Survey.of(out)).isEqualTo(Survey.of(whole));
  }

  @Test
  void tagsAreStrippedInOneRunAndInParts() throws IOException {
    Path clip = clip("mpeg4");
    Path whole = folder.resolve("stripped.mkv");
    Path out = folder.resolve("stripped-joined.mkv");
    VideoUpscaler video = builder("ffv1").strip().target(TargetSize.shorter(72)).build();
    assertThat(Survey.of(clip).tags()).containsEntry("title", "Film");
    assertThat(video.upscale(clip, whole).srHeight()).isEqualTo(72);
    ClipPlan plan = video.plan(clip, out, 2);
    plan.write(folder.resolve("stripped.json"));
    ClipPlan read = ClipPlan.read(folder.resolve("stripped.json"));
    read.join(clip, parts(read, clip, out), out);
    assertThat(Survey.of(whole).tags().keySet()).doesNotContain("title");
    assertThat(Survey.of(whole).chapters()).isEqualTo(Survey.of(clip).chapters());
    assertThat(Survey.of(out)).isEqualTo(Survey.of(whole));
  }

  @Test
  void everySizeIsPlanned() throws IOException {
    Path clip = clip("mpeg4");
    Path file = folder.resolve("size.json");
    for (TargetSize size :
        List.of(
            TargetSize.ofModel(),
            TargetSize.times(1.5),
            TargetSize.width(100),
            TargetSize.height(90),
            TargetSize.shorter(90),
            TargetSize.megapixels(0.01),
            TargetSize.box(100, 80, TargetSize.Fit.AT_LEAST))) {
      builder("ffv1").target(size).build().plan(clip, folder.resolve("x.mkv"), 1).write(file);
      assertThat(PlanFacts.read(file).target()).isEqualTo(size);
    }
  }

  @Test
  void aClipWithOneKeyFrameIsOnePart() throws IOException {
    Path clip = folder.resolve("one-key.mkv");
    try (ClipMaker maker = new ClipMaker(clip)) {
      maker
          .coding("g", "100")
          .video("mpeg4", "yuv420p", 32, 32, new Ratio(1, 12800), ClipMaker.Look.PLAIN, TIMES)
          .write();
    }
    Path out = folder.resolve("one-key-out.mkv");
    ClipPlan plan = plan(clip, out, "ffv1", 5);
    assertThat(plan.parts()).singleElement().extracting(ClipPlan.Part::number).isEqualTo(1);
    assertThat(plan.join(clip, parts(plan, clip, out), out).frames()).isEqualTo(FRAMES);
  }

  @Test
  void aClipWithoutTimestampsIsOnePart() throws IOException {
    Path clip = folder.resolve("untimed.avi");
    long[] times = LongStream.range(0, FRAMES).toArray();
    try (ClipMaker maker = new ClipMaker(clip)) {
      maker
          .video("mpeg4", "yuv420p", 32, 32, new Ratio(1, 25), ClipMaker.Look.PLAIN, times)
          .write();
    }
    Path out = folder.resolve("untimed.mkv");
    ClipPlan plan = plan(clip, out, "ffv1", 3);
    assertThat(plan.parts()).hasSize(1);
    assertThat(plan.join(clip, parts(plan, clip, out), out).frames()).isEqualTo(FRAMES);
  }

  @Test
  void foreignMissingAndDamagedPartsAreRefused() throws IOException {
    Path clip = clip("mpeg4");
    Path out = folder.resolve("refused.mkv");
    ClipPlan other = plan(clip, out, "ffv1", 2);
    List<Path> others = parts(other, clip, folder.resolve("others.mkv"));
    ClipPlan plan = plan(clip, out, "ffv1", 4);
    List<Path> parts = parts(plan, clip, out);
    refused(plan, clip, parts.subList(1, 3), out, "all 4 parts, received none of number 1, 4");
    refused(plan, clip, List.of(others.get(0)), out, "received one of another plan");
    List<Path> twice = new ArrayList<>(parts);
    twice.add(parts.get(0));
    refused(plan, clip, twice, out, "received part 4 twice");
    refused(plan, clip, List.of(clip), out, "received another file");
    refused(plan, clip, List.of(folder.resolve("none")), out, "received no such file");

    byte[] part = Files.readAllBytes(parts.get(1));
    Files.write(parts.get(1), Arrays.copyOf(part, part.length - 5));
    refused(plan, clip, parts, out, "received one that is damaged after frame");
    byte[] changed = part.clone();
    changed[part.length / 2] ^= 1;
    Files.write(parts.get(1), changed);
    refused(plan, clip, parts, out, "received one that is damaged after frame");
    Files.write(parts.get(1), part);

    Path changedClip = folder.resolve("changed.mkv");
    byte[] film = Files.readAllBytes(clip);
    film[film.length / 2] ^= 1;
    Files.write(changedClip, film);
    refused(plan, changedClip, parts, out, "expected the plan's video, mpeg4.mkv of");
    assertThatThrownBy(() -> part(plan, 1, changedClip, parts.get(0)))
        .hasMessageContaining("expected the plan's video, mpeg4.mkv of");
    try (Upscaler another = open(0.5f)) {
      assertThatThrownBy(
              () ->
                  plan.upscale(1, clip, parts.get(0), another, (frames, share) -> {}, () -> false))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected the plan's model");
    }
    refused(plan, clip, parts, folder.resolve("refused.mp4"), "ends in .mkv, as planned");
    assertThat(plan.join(clip, parts, out).frames()).isEqualTo(FRAMES);
  }

  private static void refused(
      ClipPlan plan, Path clip, List<Path> parts, Path out, String message) {
    assertThatThrownBy(() -> plan.join(clip, parts, out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
    assertThat(out).doesNotExist();
  }

  @Test
  void aPartThatEndsEarlyLeavesNothingAndIsDoneAgain() throws IOException {
    Path clip = clip("mpeg4");
    Path out = folder.resolve("again.mkv");
    ClipPlan plan = plan(clip, out, "ffv1", 2);
    Path part = folder.resolve("again/part");
    AtomicLong written = new AtomicLong();
    VideoUpscaler.Work work =
        plan.upscale(
            2, clip, part, upscaler, (count, share) -> written.set(count), () -> written.get() > 4);
    assertThat(work.stopped()).isTrue();
    assertThat(part.getParent()).isEmptyDirectory();
    part(plan, 2, clip, part);
    Path again = folder.resolve("again/part2");
    part(plan, 2, clip, again);
    assertThat(part).hasSameBinaryContentAs(again);
  }

  @Test
  void filesThatAreNoPlansAreRefused() throws IOException {
    Path clip = clip("mpeg4");
    Path file = folder.resolve("plan.json");
    plan(clip, folder.resolve("x.mkv"), "ffv1", 3);
    String plan = Files.readString(file);
    for (String wrong :
        new String[] {
          "",
          "{}",
          "[]",
          "not JSON",
          plan.replace("\"mkv\"", "\"gif\""),
          plan.replace("\"size\" : \"model\"", "\"size\" : \"times 99\""),
          plan.replace("\"size\" : \"model\"", "\"size\" : \"\""),
          plan.replace("\"from\" : 0", "\"from\" : 9999999"),
          plan.replace("\"25/1\"", "\"25/0\""),
          plan.replace("Subpixel plan 1", "Subpixel plan 9")
        }) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> ClipPlan.read(file))
          .as(wrong)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + ": expected a plan of a video, received ");
    }
  }
}
