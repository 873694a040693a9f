package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clips through the command; the tests draw them as raw video. */
class ClipCommandTest {
  private static final int FRAMES = 5;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit calls first
  private Workspace workspace;

  @BeforeEach
  void prepare() throws IOException {
    workspace = Workspace.in(folder);
  }

  private Path clip(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("YUV4MPEG2 W32 H16 F25:1 Ip A1:1 C420mpeg2\n"));
    for (int i = 0; i < FRAMES; i++) {
      bytes.writeBytes(ascii("FRAME\n"));
      for (int k = 0; k < 32 * 16 * 3 / 2; k++) {
        bytes.write(16 + (k * 7 + i * 31) % 200);
      }
    }
    return Files.write(workspace.in().resolve(name), bytes.toByteArray());
  }

  /** Of 10 bits, which AVI has no encoder for, whatever the name says. */
  private Path deep(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("YUV4MPEG2 W32 H16 F25:1 Ip A1:1 C420p10\nFRAME\n"));
    for (int k = 0; k < 32 * 16 * 3 / 2; k++) {
      bytes.write(k);
      bytes.write(2);
    }
    return Files.write(workspace.in().resolve(name), bytes.toByteArray());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aClipBecomesTheFileThatIsNamed() throws IOException {
    Path in = clip("in.y4m");
    Path out = workspace.out().resolve("large.mp4");
    CommandOutput output = workspace.upscaled(in, "-o", out);
    assertThat(output.out()).hasSize(1);
    assertThat(output.out().get(0))
        .startsWith(in + " -> " + out + ": 5 frames of 32x16 to 64x32 by tiny-x2 on cpu, lib")
        // OpenH264, or x264 where the profile gpl brings it.
        .containsPattern("on cpu, lib(open|x)h?264");
    assertThat(Files.size(out)).isPositive();
  }

  @Test
  void severalClipsGoIntoAFolder() throws IOException {
    Path one = clip("one.y4m");
    Path two = clip("two.y4m");
    CommandOutput output =
        workspace.upscaled(
            one, two, "-o", workspace.out(), "--json", "--start", "0.04", "--end", "0.1");
    assertThat(output.out()).hasSize(2);
    JsonNode json = new JsonMapper().readTree(output.out().get(1));
    assertThat(json.get("frames").asInt()).isEqualTo(2);
    assertThat(json.get("lr").get("width").asInt()).isEqualTo(32);
    assertThat(json.get("sr").get("height").asInt()).isEqualTo(32);
    assertThat(json.get("milliseconds").get("total").asDouble()).isPositive();
    // Raw samples: two frames of 64x32 with half the chroma, and their headers.
    assertThat(Files.size(workspace.out().resolve("two.y4m")))
        .isBetween(2 * 64 * 32 * 3 / 2L, 2 * 64 * 32 * 3 / 2L + 200);
  }

  @ParameterizedTest
  @CsvSource({
    "--scale 3, 96, 48",
    "--scale 1.4, 44, 22",
    "--width 101, 101, 50",
    "--height 33, 66, 33",
    "--width 100 --height 100, 100, 50",
    "--width 100 --height 100 --fit at-least, 200, 100",
    "--width 100 --height 100 --fit cover, 100, 100",
    "--width 100 --height 100 --fit exact, 100, 100"
  })
  void sizesAreThoseOfPictures(String options, int width, int height) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of(clip("in.y4m"), "-o"));
    Path out = workspace.out().resolve("large.y4m");
    arguments.add(out);
    arguments.addAll(List.of(options.split(" ")));
    workspace.upscaled(arguments.toArray());
    try (ClipFrames frames = ClipFrames.open(out)) {
      assertThat(List.of(frames.width(), frames.height())).containsExactly(width, height);
    }
  }

  @Test
  void aPatternWritesOneFilePerFrame() throws IOException {
    Path in = clip("in.y4m");
    CommandOutput output = workspace.upscaled(in, "-o", workspace.out().resolve("f/%02d.png"));
    assertThat(output.out()).hasSize(1);
    assertThat(workspace.written())
        .containsExactly("f/01.png", "f/02.png", "f/03.png", "f/04.png", "f/05.png");
    Picture frame = PictureFiles.read(workspace.out().resolve("f/05.png"));
    assertThat(List.of(frame.width(), frame.height())).containsExactly(64, 32);
  }

  @Test
  void aPatternIsReadAsAClip() throws IOException {
    Path pattern = workspace.in().resolve("f/%02d.png");
    workspace.upscaled(clip("in.y4m"), "-o", pattern);
    Path out = workspace.out().resolve("large.y4m");
    CommandOutput output = workspace.upscaled(pattern, "-o", out, "--fps", "23.976");
    assertThat(output.out().get(0)).contains(": 5 frames of 64x32 to 128x64");
    assertThat(Files.readString(out, StandardCharsets.ISO_8859_1)).contains(" F24000:1001 ");
    workspace.upscaled(pattern, "-o", workspace.out() + "/");
    assertThat(workspace.written()).containsExactly("f.mkv", "large.y4m");
  }

  @Test
  void anAnimatedPictureBecomesTheClipThatIsNamed() throws IOException {
    Path gif = workspace.in().resolve("in.gif");
    workspace.upscaled(clip("in.y4m"), "-o", gif);
    CommandOutput output = workspace.upscaled(gif, "-o", workspace.out().resolve("large.gif"));
    assertThat(output.out().get(0)).contains("large.gif: 5 frames of 64x32 to 128x64");
    // One picture can't hold it.
    CommandOutput refused = workspace.upscale(gif, "-o", workspace.out().resolve("large.png"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err().get(0)).contains("received an animation");
  }

  @Test
  void animatedPicturesOfAFolderStayAnimated() throws IOException {
    Path clip = clip("../in.y4m");
    for (String name : List.of("a.gif", "b.apng", "c.webp")) {
      workspace.upscaled(clip, "-o", workspace.in().resolve(name));
    }
    Files.copy(workspace.in().resolve("b.apng"), workspace.in().resolve("d.png"));
    workspace.picture("e.png");
    List<String> dry = workspace.upscaled(workspace.in(), "-o", workspace.out(), "--dry-run").out();
    assertThat(dry).hasSize(5).allMatch(line -> line.endsWith(", not written (dry run)"));
    assertThat(dry)
        .contains(
            workspace.in().resolve("c.webp")
                + " -> "
                + workspace.out().resolve("c.webp")
                + ": 64x32 to 128x64, not written (dry run)");
    assertThat(workspace.written()).isEmpty();
    CommandOutput output = workspace.upscaled(workspace.in(), "-o", workspace.out());
    assertThat(output.out().stream().filter(line -> line.contains(": 5 frames of 64x32 to 128x64")))
        .hasSize(4);
    assertThat(workspace.written()).containsExactly("a.gif", "b.apng", "c.webp", "d.apng", "e.png");
    for (String name : List.of("a.gif", "b.apng", "c.webp", "d.apng")) {
      assertThat(ClipFrames.isAnimation(workspace.out().resolve(name))).as(name).isTrue();
    }
    // A still picture stays one.
    workspace.upscaled(
        workspace.in().resolve("e.png"), "-o", workspace.out().resolve("still.webp"));
    Path still = workspace.out().resolve("still.webp");
    workspace.upscaled(still, "-o", workspace.out().resolve("large.webp"));
    assertThat(PictureFiles.read(workspace.out().resolve("large.webp")).width()).isEqualTo(28);
  }

  @Test
  void previewsAreShownInPlaceOfTheClip() throws IOException {
    Path in = clip("in.y4m");
    CommandOutput output =
        workspace.upscaled(in, "-o", workspace.out().resolve("large.mp4"), "--preview", 2);
    assertThat(output.out())
        .containsExactly(
            in + " at 0.08 s -> " + workspace.out().resolve("large-preview-1.png"),
            in + " at 0.16 s -> " + workspace.out().resolve("large-preview-2.png"));
    assertThat(workspace.written()).containsExactly("large-preview-1.png", "large-preview-2.png");
    assertThat(PictureFiles.read(workspace.out().resolve("large-preview-2.png")).width())
        .isGreaterThan(2 * 64);
  }

  @Test
  void interlacedClipsAreRejectedOrDeinterlaced() throws IOException {
    Path in = clip("in.y4m");
    byte[] bytes = Files.readAllBytes(in);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Ip") + 1] = 't';
    Files.write(in, bytes);
    Path out = workspace.out().resolve("large.mkv");
    CommandOutput refused = workspace.upscale(in, "-o", out);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).hasSize(1);
    assertThat(refused.err().get(0)).contains("or the option to deinterlace");
    CommandOutput output = workspace.upscaled(in, "-o", out, "--deinterlace");
    assertThat(output.out().get(0)).contains(": 5 frames of 32x16 to 64x32");
  }

  @Test
  void unsupportedStreamsAreRejectedWithTheOptionToDropThem() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("YUV4MPEG2 W32 H16 F25:1 Ip A1:1 C444alpha\nFRAME\n"));
    bytes.writeBytes(new byte[32 * 16 * 4]);
    Path in = Files.write(workspace.in().resolve("in.y4m"), bytes.toByteArray());
    Path out = workspace.out().resolve("large.mp4");
    CommandOutput refused = workspace.upscale(in, "-o", out);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).hasSize(1);
    assertThat(refused.err().get(0))
        .contains(", or the option to drop it (--drop-streams), received ");
    CommandOutput output = workspace.upscaled(in, "-o", out, "--drop-streams");
    assertThat(output.out().get(0)).contains("; without alpha");
  }

  @Test
  void aFolderOfClipsBecomesAFolder() throws IOException {
    Files.createDirectories(workspace.in().resolve("deeper"));
    clip("one.y4m");
    clip("deeper/two.y4m");
    Path out = workspace.out();
    workspace.upscaled(workspace.in(), "-o", out);
    assertThat(workspace.written()).containsExactly("deeper/two.y4m", "one.y4m");
    // What lies below the output is no input.
    workspace.upscaled(folder.resolve("{in,out}/**/*.y4m"), "-o", out.resolve("again"));
    assertThat(workspace.written())
        .containsExactly(
            "again/in/deeper/two.y4m",
            "again/in/one.y4m",
            "again/out/deeper/two.y4m",
            "again/out/one.y4m",
            "deeper/two.y4m",
            "one.y4m");
  }

  @Test
  void fallsBackToMatroskaInAFolder() throws IOException {
    Path in = deep("one.avi");
    CommandOutput output = workspace.upscaled(in, clip("two.avi"), "-o", workspace.out() + "/");
    assertThat(workspace.written()).containsExactly("one.mkv", "two.avi");
    assertThat(output.out().get(0)).startsWith(in + " -> " + workspace.out().resolve("one.mkv"));
    // Under a name that was asked for it would be another file than the one that is expected.
    CommandOutput refused = workspace.upscale(in, "-o", workspace.out().resolve("one.avi"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).hasSize(1);
    assertThat(refused.err().get(0))
        .contains("one.avi: expected an encoder for .avi that takes yuv420p10le of 64x32, as .mkv")
        .doesNotContain("[");
  }

  @Test
  void anotherOutputIsNotReplaced() throws IOException {
    deep("one.avi");
    clip("one.mkv");
    CommandOutput output = workspace.upscale(workspace.in(), "-o", workspace.out());
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0)).contains("expected an encoder for .avi");
    assertThat(workspace.written()).containsExactly("one.mkv");
  }

  @Test
  void picturesAndClipsOfAFolderBecomeBoth() throws IOException {
    Files.createDirectory(workspace.in().resolve("deeper"));
    clip("deeper/one.y4m");
    Path photo = workspace.picture("photo.png");
    workspace.upscaled(workspace.in(), "-o", workspace.out(), "--compression", "small");
    assertThat(workspace.written()).containsExactly("deeper/one.y4m", "photo.png");
    workspace.assertUpscaled(photo, "photo.png");
    try (ClipFrames frames = ClipFrames.open(workspace.out().resolve("deeper/one.y4m"))) {
      assertThat(frames.width()).isEqualTo(2 * 32);
    }
    // Those that were written are no input.
    CommandOutput again = workspace.upscaled(folder, "-o", workspace.out(), "--skip-existing");
    assertThat(again.out()).hasSize(2);
    assertThat(again.err()).containsExactly("runtime: " + folder + ": skipped 1 file (1 .onnx)");
  }

  @Test
  void aPictureAndAClipThatAreNamedBecomeBoth() throws IOException {
    Path clip = clip("one.y4m");
    Path photo = workspace.picture("photo.png");
    workspace.upscaled(clip, photo, "-o", workspace.out());
    assertThat(workspace.written()).containsExactly("one.y4m", "photo.png");
  }

  @Test
  void brokenClipsAreReportedAndTheRestIsWritten() throws IOException {
    Path broken = Files.writeString(workspace.in().resolve("broken.mp4"), "no clip at all");
    Path whole = clip("whole.y4m");
    CommandOutput output = workspace.upscale(broken, whole, "-o", workspace.out());
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0)).startsWith("runtime: " + broken + ": expected ");
    assertThat(workspace.out().toFile().list()).containsExactly("whole.y4m");
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where nobody may write into /proc
  void anUnwritableFolderIsReported() throws IOException {
    CommandOutput output = workspace.upscale(clip("in.y4m"), "-o", "/proc/large.mp4");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0))
        .startsWith("runtime: /proc/large.mp4: expected a folder that may be written to");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "in.y4m -o OUT/a.png | --out: expected a name that ends in .mp4",
        "in.y4m in.png -o OUT/a.mp4 | --out: expected a folder for more than one image",
        "in.y4m in.png -o OUT/a.png | --out: expected a folder for more than one image",
        "in.y4m -o OUT/a.mp4 --scale 2 --width 64 | --scale: expected no --width and --height",
        "in.y4m -o OUT/a.mp4 --width 64 --fit cover | --fit: expected --width and --height with it",
        "in.y4m -o OUT/a.mp4 --width 64 --height 64 --fit tight | inside, at-least, cover or exact",
        "in.y4m -o OUT/a.mp4 --compare | --compare: expected images",
        "in.y4m -o OUT/a.mp4 --fail-fast | --fail-fast: expected images",
        "in.png -o OUT/a.png --crf 20 | --crf: expected videos",
        "in.y4m -o OUT/a.mp4 --crf 20 --bitrate 1M | --crf: expected one of --crf, --bitrate and",
        "in.y4m -o OUT/a.mp4 --target-size big | expected a size such as 512M or 2G",
        "in.y4m -o OUT/a.mp4 --fps 24 | --fps: expected a pattern of numbered images",
        "in.y4m -o OUT/a.mp4 --fps fast | frames per second such as 24, 23.976 or 30000/1001",
        "in.png -o OUT/a.png --preset fast | --preset: expected videos",
        "in.y4m -o OUT/a.mp4 --start 2 --end 1 | --start: expected less than --end 1.0",
        "in.y4m -o OUT/a.mp4 --start soon | expected seconds or [HH:]MM:SS",
        "in.y4m -o OUT/a.mp4 --bitrate fast | expected a rate such as 8M",
        "in.y4m -o OUT/a.mp4 --scale 17 | --scale: expected above 1, at most 16, received 17",
        "in.y4m in.y4m -o OUT/a.mp4 | --out: expected a folder for more than one video",
        "in.y4m -o OUT/%s.png | or %06d.png, or a folder",
        "in.y4m -o OUT/a.mp4 --preview -1 | --preview: expected 1 to 1000 frames, received -1",
        "in.png -o OUT/a.png --resume | --resume: expected videos",
        "in.y4m in.y4m -o OUT | would replace an input or another output"
      })
  void wrongUsageIsReported(String line, String message) throws IOException {
    clip("in.y4m");
    workspace.picture("in.png");
    Object[] arguments =
        Arrays.stream(line.split(" "))
            .map(
                word ->
                    word.startsWith("in.")
                        ? workspace.in().resolve(word).toString()
                        : word.replace("OUT", workspace.out().toString()))
            .toArray();
    workspace.refused(message, arguments);
  }

  @Test
  void aClipIsUpscaledInParts() throws IOException {
    Path in = clip("in.y4m");
    Path whole = workspace.out().resolve("whole.mkv");
    Path out = workspace.out().resolve("large.mkv");
    Path plan = folder.resolve("plan.json");
    workspace.upscaled(in, "-o", whole, "--codec", "ffv1");
    CommandOutput planned =
        workspace.upscaled(in, "-o", out, "--codec", "ffv1", "--plan", plan, "--parts", "2");
    assertThat(planned.out())
        .containsExactly(in + " -> " + plan + ": 2 parts of up to about 3 frames, for tiny-x2");
    assertThat(out).doesNotExist();
    for (int i = 1; i <= 2; i++) {
      workspace.upscaled(in, "-o", out, "--plan", plan, "--part", i + "/2");
    }
    CommandOutput joined = CommandOutput.of("join", in, "--plan", plan, "-o", out);
    assertThat(joined.status()).as(joined.toString()).isZero();
    assertThat(joined.out()).containsExactly(in + " -> " + out + ": 5 frames of 2 parts");
    assertThat(out).exists();
    assertThat(CommandOutput.of("join", in, out, "--plan", plan, "-o", out).status()).isEqualTo(1);
  }

  @Test
  void partsThatMakeNoSenseAreRefused() throws IOException {
    Path in = clip("in.y4m");
    Path out = workspace.out().resolve("large.mkv");
    Path plan = folder.resolve("plan.json");
    workspace.refused("--part: expected --plan", in, "-o", out, "--part", "1");
    workspace.refused("--parts: expected --plan", in, "-o", out, "--parts", "2");
    workspace.refused("expected 1 or more", in, "-o", out, "--plan", plan, "--parts", "0");
    workspace.refused("--bitrate", in, "-o", out, "--plan", plan, "--bitrate", "1M");
    workspace.upscaled(in, "-o", out, "--plan", plan, "--parts", "2");
    workspace.refused("expected 1 to 2", in, "-o", out, "--plan", plan, "--part", "3");
    workspace.refused("expected 1 to 2", in, "-o", out, "--plan", plan, "--part", "1/3");
    workspace.refused(
        "what the plan says", in, "-o", out, "--plan", plan, "--part", "1", "--crf", "9");
  }

  @Test
  void withoutAGraphicsCardAutoTakesAnotherEncoderAndSaysSo() throws IOException {
    boolean anyUsable =
        VideoUpscaler.hardwareEncoders().stream().anyMatch(each -> each.missing().isEmpty());
    Assumptions.assumeFalse(anyUsable, "a graphics card with encoders");
    Path out = workspace.out().resolve("large.mp4");
    CommandOutput output = workspace.upscaled(clip("in.y4m"), "-o", out, "--codec", "auto");
    assertThat(output.out().get(0))
        .contains("; no encoder of a graphics card could be used, so lib");
    assertThat(output.err()).isEmpty();
  }
}
