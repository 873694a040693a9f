package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.internal.codec.Samples;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BatchCommandTest {
  @TempDir private Path folder;
  private Workspace work;

  @BeforeEach
  void prepare() throws IOException {
    work = Workspace.in(folder);
  }

  @Test
  void patternsKeepTheTreeBelowTheirFolder() throws IOException {
    Path a = work.picture("a b.png");
    Path b = work.picture("x/\u00fc.PNG");
    work.picture("x/c.bmp");
    work.upscaled(work.in() + "/**/*.png", "-o", work.out());
    assertThat(work.written()).containsExactly("a b.png", "x/\u00fc.PNG");
    work.assertUpscaled(a, "a b.png");
    work.assertUpscaled(b, "x/\u00fc.PNG");
    CommandOutput none = work.upscale(work.in() + "/*.jpg", "-o", work.out());
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err().get(0))
        .endsWith("expected a pattern that images match, received none that do");
  }

  /** Writes a TIFF of several pages with the JDK's writer. */
  private static void writePages(Path file, List<Picture> pages) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (Picture page : pages) {
        writer.writeToSequence(new IIOImage(Samples.of(page), null, null), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  @Test
  void everyPageGetsAFileOfItsOwn() throws IOException {
    List<Picture> pages = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      pages.add(Pictures.random(6 + i, 5, 3, i));
    }
    writePages(work.in().resolve("scan.tif"), pages);
    work.picture("a.png");
    work.upscaled(work.in(), "-o", work.out(), "--jobs", 2);
    assertThat(work.written()).hasSize(11).contains("a.png", "scan-01.tif", "scan-10.tif");
    CommandOutput again = work.upscaled(work.in(), "-o", work.out(), "--skip-existing");
    assertThat(again.out()).hasSize(11).allMatch(line -> line.endsWith("there already"));
    Path scan = work.in().resolve("scan.tif");
    Path one = work.out().resolve("one");
    CommandOutput output = work.upscaled(scan, "-o", one.resolve("large.png"), "--json");
    assertThat(output.out().get(0))
        .contains("\"input\":\"" + scan + "\",\"page\":1,\"output\":\"" + one + "/large-01.png\"");
    work.upscaled(scan, "-o", one, "--name", "{name}x{width}.{ext}", "--format", "png");
    for (int i = 1; i <= 10; i++) {
      Picture expected = TinyModel.expected(pages.get(i - 1), 2);
      String number = i < 10 ? "0" + i : "10";
      assertThat(PictureFiles.read(work.out().resolve("scan-" + number + ".tif")))
          .isEqualTo(expected);
      assertThat(PictureFiles.read(one.resolve("large-" + number + ".png"))).isEqualTo(expected);
      assertThat(one.resolve("scan-" + number + "x" + expected.width() + ".png")).exists();
    }
  }

  @Test
  void aStreamTakesOnePage() throws IOException {
    Path scan = work.in().resolve("scan.tif");
    writePages(scan, List.of(Pictures.random(6, 5, 3, 1), Pictures.random(6, 5, 3, 2)));
    CommandOutput output = work.upscale(scan, "-o", "-");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err())
        .containsExactly(
            "runtime: "
                + scan
                + ": expected one page for standard output, or a file or folder, received 2 pages");
  }

  @Test
  void foldersBelowAreLeftOutOnRequest() throws IOException {
    work.picture("a.png");
    work.picture("x/b.png");
    work.upscaled(work.in(), "-o", work.out(), "--no-recurse");
    assertThat(work.written()).containsExactly("a.png");
  }

  @Test
  void namesFollowTheTemplate() throws IOException {
    work.picture("deep/a.png", 10, 6, 3);
    work.upscaled(
        work.in(),
        "-o",
        work.out(),
        "--name",
        "{parent}/{name}-x{scale}-{width}x{height}-{model}.{ext}",
        "--scale",
        "1.5");
    assertThat(work.written()).containsExactly("deep/deep/a-x1.5-15x9-tiny-x2.png");
  }

  @Test
  void rejectsTemplatesOutsideTheFolder() throws IOException {
    work.picture("a.png");
    work.picture("b.png");
    work.refused(
        "--name: expected a path below OUT",
        work.in(),
        "-o",
        work.out(),
        "--name",
        "../{name}.{ext}");
    work.refused(
        "--name: expected fields out of [{name}, ",
        work.in(),
        "-o",
        work.out(),
        "--name",
        "{x}.{ext}");
    work.refused("would both become", work.in(), "-o", work.out(), "--name", "same.{ext}");
    work.refused("would replace an input", work.in(), "-o", work.in(), "--name", "a.{ext}");
    work.refused(
        "--format: expected that of --name",
        work.in(),
        "-o",
        work.out(),
        "--name",
        "{name}.png",
        "--format",
        "tiff");
  }

  @ParameterizedTest
  @CsvSource({"png, 89504e47", "jpeg, ffd8ff", "tiff, 49492a00", "bmp, 424d", "pnm, 50"})
  void writesTheFormatAskedFor(String format, String start) throws IOException {
    work.picture("a.png");
    work.upscaled(work.in(), "-o", work.out(), "--format", format);
    assertThat(work.written()).hasSize(1);
    Path output = work.out().resolve(work.written().get(0));
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(output))).startsWith(start);
    assertThat(PictureFiles.read(output)).hasToString("14x10x3");
  }

  @Test
  void refusesFormatsThatContradict() throws IOException {
    Path a = work.picture("a.png");
    work.refused("--format", a, "-o", work.out(), "--format", "gif");
    work.refused(
        "--format: expected that of ", a, "-o", work.out().resolve("a.png"), "--format", "bmp");
    work.refused("--quality: expected 1 to 100, received 0", a, "-o", work.out(), "--quality", "0");
    work.refused("--compression", a, "-o", work.out(), "--compression", "none");
  }

  @Test
  void qualityAndCompressionReachTheWriter() throws IOException {
    Path drawn = work.in().resolve("a.png");
    PictureFiles.write(drawn, Pictures.drawn(100, 80));
    work.upscaled(drawn, "-o", work.out().resolve("low.jpg"), "--quality", "20");
    work.upscaled(drawn, "-o", work.out().resolve("high.jpg"), "--quality", "98");
    assertThat(Files.size(work.out().resolve("low.jpg")))
        .isLessThan(Files.size(work.out().resolve("high.jpg")) / 2);
    work.upscaled(drawn, "-o", work.out().resolve("fast.png"), "--compression", "fast");
    work.upscaled(drawn, "-o", work.out().resolve("small.png"), "--compression", "small");
    assertThat(Files.size(work.out().resolve("small.png")))
        .isLessThan(Files.size(work.out().resolve("fast.png")));
  }

  @ParameterizedTest
  @CsvSource({"--scale, 4, 28x20", "--scale, 8, 56x40"})
  void severalPassesAreThoseOfTheModel(String option, String value, String size)
      throws IOException {
    Path a = work.picture("a.png");
    work.upscaled(a, "-o", work.out(), option, value);
    Picture sr = PictureFiles.read(work.out().resolve("a.png"));
    Picture expected = PictureFiles.read(a);
    while (expected.width() < sr.width()) {
      expected = TinyModel.expected(expected, 2);
    }
    assertThat(sr).hasToString(size + "x3").isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"--scale, 1.5, 11, 8", "--width, 9, 9, 6", "--height, 7, 10, 7"})
  void otherSizesAreReducedByBicubic(String option, String value, int width, int height)
      throws IOException {
    Path a = work.picture("a.png");
    work.upscaled(a, "-o", work.out(), option, value);
    Picture sr = TinyModel.expected(PictureFiles.read(a), 2);
    Resampler resampler =
        new Resampler(sr.width(), sr.height(), width, height, Kernel.CUBIC, Edge.MIRROR);
    assertThat(PictureFiles.read(work.out().resolve("a.png"))).isEqualTo(resampler.apply(sr));
  }

  @Test
  void refusesScalesOutOfRange() throws IOException {
    Path a = work.picture("a.png");
    for (String scale : List.of("1", "0.5", "-2", "16.1", "1e999", "NaN", "two")) {
      work.refused("--scale", a, "-o", work.out(), "--scale", scale);
    }
    work.refused("--width: expected 1 or more", a, "-o", work.out(), "--width", "0");
    work.refused(
        "--scale: expected no --width", a, "-o", work.out(), "--width", "9", "--scale", "3");
    CommandOutput small = work.upscale(a, "-o", work.out(), "--width", "7");
    assertThat(small.status()).isEqualTo(1);
    assertThat(small.err().get(0)).contains("a.png: expected a width of at least 1 and below 7");
    Path same = new TinyModel(1, Colour.RGB).write(folder.resolve("same.onnx"));
    assertThat(
            CommandOutput.of(
                    "upscale",
                    "--model",
                    same,
                    "--device",
                    "cpu",
                    a,
                    "-o",
                    work.out(),
                    "--scale",
                    "2")
                .err())
        .singleElement()
        .asString()
        .contains("--scale: expected a model that enlarges, received tiny-x1");
  }

  @Test
  void aScaleAloneTakesTheModelThatHasIt() throws IOException {
    Path a = work.picture("a.png", 20, 16, 3);
    CommandOutput three = CommandOutput.of("upscale", a, "-o", work.out(), "--scale", "3");
    assertThat(three.out().get(0)).contains("20x16 to 60x48 by sesr-m11-x3 (");
    CommandOutput six =
        CommandOutput.of("upscale", a, "-o", work.out(), "--scale", "6", "--dry-run");
    assertThat(six.out().get(0)).contains("20x16 to 120x96 by photo-x2 at strength ");
  }

  @Test
  void existingOutputsAreSkippedUnlessOldOrOfAnotherSize() throws IOException {
    Path a = work.picture("a.png");
    work.upscaled(work.in(), "-o", work.out());
    Path output = work.out().resolve("a.png");
    FileTime written = Files.getLastModifiedTime(output);
    Object[] again = {work.in(), "-o", work.out(), "--skip-existing"};
    assertThat(work.upscaled(again).out()).singleElement().asString().endsWith("there already");
    assertThat(Files.getLastModifiedTime(output)).isEqualTo(written);
    assertThat(work.upscaled(work.in(), "-o", work.out(), "--skip-existing", "--json").out().get(0))
        .contains("\"skipped\":true");

    Files.setLastModifiedTime(a, FileTime.fromMillis(written.toMillis() + 10_000));
    assertThat(work.upscaled(again).out().get(0)).contains("7x5 to 14x10");
    Files.setLastModifiedTime(a, FileTime.fromMillis(0));
    assertThat(
            work.upscaled(work.in(), "-o", work.out(), "--skip-existing", "--scale", "3")
                .out()
                .get(0))
        .contains("7x5 to 21x15");
    Files.writeString(output, "no picture");
    assertThat(work.upscaled(again).out().get(0)).contains("7x5 to 14x10");
    work.assertUpscaled(a, "a.png");
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Path a = work.picture("a.png");
    work.picture("b.png");
    CommandOutput plain = work.upscaled(work.in(), "-o", work.out(), "--dry-run");
    assertThat(plain.out()).hasSize(2);
    assertThat(plain.out().get(0))
        .startsWith(a + " -> " + work.out().resolve("a.png") + ": 7x5 to 14x10 by tiny-x2");
    JsonNode json =
        new JsonMapper()
            .readTree(work.upscaled(a, "-o", work.out(), "--dry-run", "--json").out().get(0));
    assertThat(json.propertyNames())
        .containsExactly("input", "output", "lr", "sr", "model", "device", "dryRun");
    assertThat(work.written()).isEmpty();
  }

  @Test
  void failFastStopsAtTheFirstFailure() throws IOException {
    Path a = work.picture("a.png");
    Path broken = Files.writeString(work.in().resolve("b.png"), "no picture");
    work.picture("c.png");
    CommandOutput output = work.upscale(work.in(), "-o", work.out(), "--fail-fast", "--jobs", "1");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err()).singleElement().asString().contains(broken.toString());
    assertThat(work.written()).containsExactly("a.png");
    work.assertUpscaled(a, "a.png");
    CommandOutput absent =
        work.upscale(folder.resolve("no/*.png"), a, "-o", work.out().resolve("x"), "--fail-fast");
    assertThat(absent.status()).isEqualTo(1);
    assertThat(work.written()).containsExactly("a.png");
  }

  @Test
  void concurrentResultsAreReportedInOrder() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      names.add(String.format("%02d.png", i));
      work.picture(names.get(i), 5 + (i * 37) % 200, 4 + (i * 53) % 150, 1 + 2 * (i % 2));
    }
    Files.writeString(work.in().resolve("07.png"), "no picture");
    CommandOutput output = work.upscale(work.in(), "-o", work.out(), "--jobs", "7", "--json");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err()).hasSize(1);
    assertThat(output.out()).hasSize(40);
    for (int i = 0; i < 40; i++) {
      JsonNode line = new JsonMapper().readTree(output.out().get(i));
      assertThat(line.get("input").asString()).endsWith(names.get(i));
      assertThat(line.has("error")).isEqualTo(i == 7);
      if (i != 7) {
        work.assertUpscaled(work.in().resolve(names.get(i)), names.get(i));
      }
    }
    assertThat(work.written()).hasSize(39);
  }

  @Test
  void quietPrintsOnlyFailures() throws IOException {
    work.picture("a.png");
    Files.writeString(work.in().resolve("b.png"), "no picture");
    CommandOutput output = work.upscale(work.in(), "-o", work.out(), "--quiet");
    assertThat(output.out()).isEmpty();
    assertThat(output.err()).hasSize(1);
    assertThat(work.written()).containsExactly("a.png");
  }

  @Test
  void oddNamesKeepLinesWhole() throws IOException {
    Path odd = work.picture("-a\nb\r\n \u00e9.png");
    CommandOutput output = work.upscaled(odd, "-o", work.out());
    assertThat(output.out()).hasSize(1);
    work.assertUpscaled(odd, odd.getFileName().toString());
    Path longest = work.picture("x".repeat(240) + ".png");
    CommandOutput tooLong = work.upscale(longest, "-o", work.out(), "--name", "{name}{name}.{ext}");
    assertThat(tooLong.status()).isEqualTo(1);
    assertThat(tooLong.err()).singleElement().asString().contains("too long");
    assertThat(work.written()).hasSize(1);
  }

  @Test
  void largePicturesAreRefusedByTheirHeader() throws IOException {
    Path a = work.picture("a.png");
    CommandOutput output = work.upscale(a, "-o", work.out(), "--max-pixels", "34");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err().get(0)).contains(a + ": expected at most 34 pixels, received 35");
    work.upscaled(a, "-o", work.out(), "--max-pixels", "35");
  }

  @Test
  void theEngineIsSetUpAsAsked() throws IOException {
    Path a = work.picture("a.png", 100, 100, 3);
    CommandOutput tiles =
        work.upscaled(a, "-o", work.out(), "--tile", "40", "--memory", "256M", "--json");
    assertThat(new JsonMapper().readTree(tiles.out().get(0)).get("tiles").asInt()).isEqualTo(9);
    work.assertUpscaled(a, "a.png");
    for (String[] wrong :
        new String[][] {
          {"--tile", "0"},
          {"--memory", "1"},
          {"--memory", "lots"},
          {"--jobs", "0"},
          {"--max-pixels", "0"}
        }) {
      CommandOutput output = work.upscale(a, "-o", work.out(), wrong[0], wrong[1]);
      assertThat(output.status()).as(wrong[0]).isEqualTo(2);
      assertThat(output.err())
          .singleElement()
          .asString()
          .contains(wrong[0], "expected ", "received " + wrong[1]);
    }
  }

  @Test
  void transparentPicturesAreFlattenedOnRequest() throws IOException {
    Path clear = work.in().resolve("a.png");
    byte[] samples = {(byte) 200, 0, 0, (byte) 255, 10, 20, 30, 0};
    PictureFiles.write(clear, new Picture(2, 1, 4, samples));
    work.upscaled(clear, "-o", work.out().resolve("a.bmp"), "--background", "#0000ff");
    Picture flat = new Picture(2, 1, 3, new byte[] {(byte) 200, 0, 0, 0, 0, (byte) 255});
    assertThat(PictureFiles.read(work.out().resolve("a.bmp")))
        .isEqualTo(TinyModel.expected(flat, 2));

    Path grey = work.in().resolve("grey.png");
    PictureFiles.write(grey, new Picture(1, 1, 2, new byte[] {100, 51}));
    work.upscaled(grey, "-o", work.out(), "--background", "white");
    assertThat(PictureFiles.read(work.out().resolve("grey.png")))
        .isEqualTo(TinyModel.expected(new Picture(1, 1, 1, new byte[] {(byte) 224}), 2));
  }

  @Test
  void comparesADetail() throws IOException {
    Path drawn = work.in().resolve("a.png");
    PictureFiles.write(drawn, Pictures.drawn(400, 300));
    work.picture("tiny/b.png", 3, 2, 1);
    CommandOutput output = work.upscaled(work.in(), "-o", work.out(), "--compare", "--json");
    assertThat(work.written())
        .containsExactly("a.compare.png", "a.png", "tiny/b.compare.png", "tiny/b.png");
    assertThat(new JsonMapper().readTree(output.out().get(0)).get("comparison").asString())
        .isEqualTo(work.out().resolve("a.compare.png").toString());
    assertThat(PictureFiles.read(work.out().resolve("a.compare.png"))).hasToString("992x352x3");
    assertThat(PictureFiles.read(work.out().resolve("tiny/b.compare.png")).width())
        .isBetween(100, 1200);
    work.picture("a.compare.png");
    work.upscaled(work.in(), "-o", work.out(), "--skip-existing");
    assertThat(work.upscale(work.in(), "-o", work.out(), "--compare").err().get(0))
        .contains("would both become");
  }

  @Test
  void theShorterSideOrMegapixelsSetTheSize() throws IOException {
    Path a = work.picture("a.png");
    work.upscaled(a, "-o", work.out().resolve("b.png"), "--shorter", "9");
    Picture shorter = PictureFiles.read(work.out().resolve("b.png"));
    assertThat(shorter.width()).isEqualTo(13);
    assertThat(shorter.height()).isEqualTo(9);
    work.upscaled(a, "-o", work.out().resolve("c.png"), "--megapixels", "0.00014");
    Picture area = PictureFiles.read(work.out().resolve("c.png"));
    assertThat(area.width()).isEqualTo(14);
    assertThat(area.height()).isEqualTo(10);
    CommandOutput output =
        work.upscale(a, "-o", work.out().resolve("d.png"), "--megapixels", "0.00001");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err())
        .containsExactly(
            "runtime: "
                + a
                + ": expected 1 to 10 pixels, to become 0.00001 megapixels, received 7x5");
  }

  @Test
  void lengthsArePrintedAtTheDensity() throws IOException {
    Path a = work.picture("a.png");
    for (String ending : List.of("png", "jpg", "tif", "bmp", "webp")) {
      Path out = work.out().resolve("b." + ending);
      work.upscaled(a, "-o", out, "--width", "0.5cm", "--dpi", "72");
      try (PictureReader reader = PictureReader.open(out, PictureReader.MAX_PIXELS)) {
        // 0.5 / 2.54 * 72 = 14.17
        assertThat(reader.layout().width()).isEqualTo(14);
        assertThat(reader.metadata().density()).isEqualTo(new Density(72, 72));
      }
    }
    Path c = work.out().resolve("c.png");
    work.upscaled(
        a, "-o", c, "--width", "10", "--height", "0.25in", "--dpi", "100", "--fit", "exact");
    assertThat(PictureFiles.read(c)).hasToString("10x25x3");
    Path d = work.out().resolve("d.png");
    work.upscaled(a, "-o", d, "--dpi", "300");
    assertThat(PictureFiles.read(d)).hasToString("14x10x3");
  }

  @Test
  void lengthsWithoutADensityAndOtherUnitsAreRefused() throws IOException {
    Path a = work.picture("a.png");
    Path out = work.out().resolve("b.png");
    work.refused("--width: expected --dpi with a printed length", a, "-o", out, "--width", "5cm");
    work.refused("20cm, 200mm or 8in, received 5ft", a, "-o", out, "--width", "5ft", "--dpi", "9");
    work.refused("received 5.5", a, "-o", out, "--height", "5.5");
    work.refused("1 to 10000, received 0.0", a, "-o", out, "--dpi", "0");
    work.refused("1 or more, received 0", a, "-o", out, "--width", "0.1mm", "--dpi", "72");
  }

  @Test
  void severalSizesAreRefused() throws IOException {
    Path a = work.picture("a.png");
    work.refused(
        "--shorter", a, "-o", work.out().resolve("b.png"), "--shorter", "9", "--width", "9");
    work.refused(
        "--megapixels", a, "-o", work.out().resolve("b.png"), "--megapixels", "1", "--scale", "2");
    work.refused("1 or more", a, "-o", work.out().resolve("b.png"), "--shorter", "0");
    work.refused("more than 0", a, "-o", work.out().resolve("b.png"), "--megapixels", "-1");
  }
}
