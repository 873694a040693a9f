package io.subpixel.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate} of a clip, whose frames lie beside it as pictures. */
class EvaluateClipTest {
  private static final int WIDTH = 98;
  private static final int HEIGHT = 85;
  private static final Picture[] FRAMES = {card(5), card(6), card(7), card(8), card(9)};

  @TempDir Path temporary;
  private Path clip;
  private Path pictures;
  private final Commands commands = new Commands();

  private static Picture card(int seed) {
    return DrawnClip.card(WIDTH, HEIGHT, seed);
  }

  @BeforeEach
  void drawClip() throws IOException {
    clip = DrawnClip.write(temporary.resolve("data/card.y4m"), FRAMES);
    pictures = temporary.resolve("pictures");
    for (int i = 0; i < FRAMES.length; i++) {
      PictureFiles.write(pictures.resolve(i + ".png"), FRAMES[i]);
    }
  }

  /** Chance starts from a frame's time, and from a picture's place: both begin with 0. */
  @Test
  void chanceSpoilsTheFirstFrameAsTheFirstPicture() {
    String noise = "--degradation=bicubic-uint8-clamp+noise:5";
    JsonNode expected = json("--data", pictures, "--json", noise).get(0);
    JsonNode received = json("--data", clip, "--json", noise).get(0);
    for (String figure : List.of("psnr", "ssim", "bicubicPsnr")) {
      assertThat(received.get(figure).asDouble())
          .as(figure)
          .isCloseTo(expected.get(figure).asDouble(), within(1e-12));
    }
  }

  @Test
  void chanceSpoilsEachFrameAnew() throws IOException {
    Path still = DrawnClip.write(temporary.resolve("still.y4m"), FRAMES[0], FRAMES[0]);
    String noise = "--degradation=bicubic-uint8-clamp+noise:5";
    List<JsonNode> frames = json("--data", still, "--json", noise);
    assertThat(frames.get(0).get("psnr").asDouble())
        .isNotEqualTo(frames.get(1).get("psnr").asDouble());
    assertThat(json("--data", still, "--json", noise)).isEqualTo(frames);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--verbose", "--twice", "--degradation=bicubic-uint8-clamp+jpeg:60"})
  void aFrameHasTheFiguresOfTheSamePicture(String option) {
    List<JsonNode> expected = json("--data", pictures, "--json", option);
    List<JsonNode> received = json("--data", clip, "--json", option);
    assertThat(received).hasSize(FRAMES.length + 1);
    for (int i = 0; i < received.size(); i++) {
      for (String figure : List.of("psnr", "ssim", "bicubicPsnr", "bicubicSsim", "bilinearSsim")) {
        assertThat(received.get(i).get(figure).asDouble())
            .as(figure)
            .isCloseTo(expected.get(i).get(figure).asDouble(), within(1e-12));
      }
    }
    assertThat(received.get(3).get("seconds").asDouble()).isCloseTo(0.12, within(1e-9));
    assertThat(received.get(3).get("picture").asString()).isEqualTo("card.y4m");
    assertThat(received.get(FRAMES.length).get("frames").asInt()).isEqualTo(FRAMES.length);
  }

  @Test
  void whatIsWrittenIsWhatWasMeasured() throws IOException {
    Path csv = temporary.resolve("out/figures.csv");
    Path plot = temporary.resolve("out/psnr.png");
    Path worst = temporary.resolve("out/worst");
    Path split = temporary.resolve("out/split.y4m");
    List<JsonNode> frames =
        json(
            "--data",
            clip,
            "--json",
            "--csv",
            csv,
            "--plot",
            plot,
            "--worst",
            worst,
            "--worst-count",
            2,
            "--split",
            split);

    List<String> rows = Files.readAllLines(csv);
    assertThat(rows.get(0)).startsWith("seconds,psnr,ssim,bicubic_psnr,");
    assertThat(rows).hasSize(FRAMES.length + 1);
    for (int i = 0; i < FRAMES.length; i++) {
      String[] cells = rows.get(i + 1).split(",", -1);
      assertThat(Double.parseDouble(cells[0])).isCloseTo(0.04 * i, within(1e-6));
      assertThat(Double.parseDouble(cells[1]))
          .isCloseTo(frames.get(i).get("psnr").asDouble(), within(1e-4));
      assertThat(Double.parseDouble(cells[6]))
          .isCloseTo(frames.get(i).get("bilinearSsim").asDouble(), within(1e-5));
    }

    Picture drawn = PictureFiles.read(plot);
    assertThat(List.of(drawn.width(), drawn.height())).containsExactly(1000, 500);

    int least = 0;
    for (int i = 1; i < FRAMES.length; i++) {
      boolean less =
          frames.get(i).get("psnr").asDouble() < frames.get(least).get("psnr").asDouble();
      least = less ? i : least;
    }
    String name = String.format("card-worst-1-at-%.3fs.png", 0.04 * least);
    assertThat(names(worst)).hasSize(2).contains(name);
    Picture sheet = PictureFiles.read(worst.resolve(name));
    Picture hr = FRAMES[least].cropToMultiple(2);
    int panel = hr.width() + 8;
    assertThat(sheet.width()).isEqualTo(3 * panel - 8);
    assertThat(sheet.crop(0, 0, hr.width(), hr.height())).isEqualTo(bicubic(hr));
    assertThat(sheet.crop(panel, 0, hr.width(), hr.height())).isEqualTo(upscaled(hr));
    assertThat(sheet.crop(2 * panel, 0, hr.width(), hr.height())).isEqualTo(hr);

    try (ClipFrames halves = ClipFrames.open(split)) {
      assertThat(halves.framesPerSecond()).isEqualTo(25);
      for (Picture frame : FRAMES) {
        Picture luma = requireNonNull(halves.next()).luma();
        Picture original = frame.cropToMultiple(2);
        int middle = original.width() / 2;
        assertNear(luma, bicubic(original), 0, middle - 1);
        assertNear(luma, upscaled(original), middle + 1, original.width());
      }
      assertThat(halves.next()).isNull();
    }
  }

  @Test
  void aPartIsMeasuredInSteps() {
    List<JsonNode> all = json("--data", clip, "--json");
    List<JsonNode> part =
        json("--data", clip, "--json", "--start", "0.04", "--end", "0.16", "--every", 2);
    assertThat(part.subList(0, 2)).containsExactly(all.get(1), all.get(3));
    assertThat(part.get(2).get("frames").asInt()).isEqualTo(2);
    assertThat(part.get(2).get("psnr").asDouble())
        .isCloseTo(
            (all.get(1).get("psnr").asDouble() + all.get(3).get("psnr").asDouble()) / 2,
            within(1e-9));
  }

  /** As films begin: else the mean would be infinite. */
  @Test
  void blankFramesAreCountedAndLeftOutOfTheMean() throws IOException {
    Picture black = new Picture(WIDTH, HEIGHT, 1, new byte[WIDTH * HEIGHT]);
    Path film = DrawnClip.write(temporary.resolve("film.y4m"), black, FRAMES[0], black);
    Path plot = temporary.resolve("psnr.png");
    List<JsonNode> frames = json("--data", film, "--json", "--plot", plot);
    assertThat(frames.get(0).get("bicubicPsnr").asString()).isEqualTo("Infinity");
    assertThat(frames.get(3).get("psnr").asDouble())
        .isEqualTo(frames.get(1).get("psnr").asDouble());
    assertThat(frames.get(3).get("blank").asInt()).isEqualTo(2);
    assertThat(evaluate("--data", film)).isZero();
    assertThat(commands.out().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("mean of 3 frames")
        .endsWith("; without 2 that are blank");
  }

  @Test
  void whatCanNotBeMeasuredIsOneLineAndLeavesNothing() throws IOException {
    Path out = temporary.resolve("out");
    Object[] outputs = {
      "--csv", out.resolve("f.csv"), "--plot", out.resolve("p.png"), "--split", out.resolve("s.y4m")
    };
    Path text = Files.writeString(temporary.resolve("text.mp4"), "no clip");
    assertFails(1, "text.mp4: expected a video clip that FFmpeg reads", text, outputs);
    Path small = DrawnClip.write(temporary.resolve("small.y4m"), DrawnClip.card(40, 20, 1));
    assertFails(1, "small.y4m: expected an HR image of at least 32x32", small, outputs);
    assertFails(1, "absent.mp4: expected a video clip", temporary.resolve("absent.mp4"), outputs);
    assertThat(names(out)).isEmpty();
  }

  @Test
  void whatCanNotBeMeantIsWrongUsage() {
    assertFails(2, "--every: expected 1 or more, received 0", clip, "--every", 0);
    assertFails(2, "--start: expected less than --end", clip, "--start", 3, "--end", 2);
    assertFails(2, "--plot: expected a name that ends in .png", clip, "--plot", "a.jpg");
    assertFails(2, "--split: expected a name that ends in .y4m", clip, "--split", "a.mp4");
    assertFails(2, "none of them the clip", clip, "--split", clip);
    assertFails(2, "--csv: expected a clip as --data", pictures, "--csv", "a.csv");
    assertFails(2, "--start: expected a clip as --data", pictures, "--start", 1);
  }

  @Test
  void aRealClipGainsWhatTheModelPromises() {
    String data = System.getProperty("subpixel.data", "../../../shared/data");
    Path real = Path.of(data, "clips/carphone_pristine.mp4");
    assumeTrue(Files.exists(real), "no real clips here");
    List<JsonNode> frames = json("--data", real, "--json", "--every", 10);
    assertThat(frames).hasSize(13);
    for (JsonNode frame : frames) {
      double bicubic = frame.get("bicubicPsnr").asDouble();
      assertThat(frame.get("psnr").asDouble()).isGreaterThan(bicubic + 1);
      assertThat(frame.get("bilinearPsnr").asDouble()).isLessThan(bicubic);
    }
  }

  private static Picture bicubic(Picture hr) {
    Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, 2);
    return Resampler.enlarging(lr.width(), lr.height(), 2, Kernel.CUBIC).apply(lr);
  }

  private static Picture upscaled(Picture hr) throws IOException {
    try (Upscaler model = Upscaler.builder().model(Pretrained.DEFAULT).open()) {
      return model.upscale(MatlabBicubic.UINT8_CLAMP.downscale(hr, 2));
    }
  }

  /** Studio range has fewer levels. */
  private static void assertNear(Picture received, Picture expected, int from, int to) {
    for (int y = 0; y < expected.height(); y++) {
      for (int x = from; x < to; x++) {
        assertThat((double) received.at(x, y, 0)).isCloseTo(expected.at(x, y, 0), within(1.0));
      }
    }
  }

  private List<JsonNode> json(Object... options) {
    assertThat(evaluate(options)).as(commands.err()).isZero();
    JsonMapper mapper = new JsonMapper();
    return commands.out().lines().map(mapper::readTree).toList();
  }

  private void assertFails(int status, String line, Path data, Object... options) {
    Object[] all = Stream.of(new Object[] {"--data", data}, options).flatMap(Stream::of).toArray();
    assertThat(evaluate(all)).as(line).isEqualTo(status);
    assertThat(commands.err().strip()).contains(line).hasLineCount(1);
  }

  private int evaluate(Object... options) {
    return commands.run(
        new ConformanceCommand(),
        Stream.of(new Object[] {"evaluate"}, options).flatMap(Stream::of).toArray());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
