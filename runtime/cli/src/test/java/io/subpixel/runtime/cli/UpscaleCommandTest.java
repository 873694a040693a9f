package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.Pretrained;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UpscaleCommandTest {
  private static final String FORMATS =
      "PNG, JPEG, BMP, GIF, TIFF, WebP, PNM, HEIC, AVIF, JPEG 2000, OpenEXR";

  @TempDir private Path folder;
  private Path in;
  private Path out;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    in = folder.resolve("in");
    out = folder.resolve("out");
    model = new TinyModel(2, Colour.RGB).write(folder.resolve("tiny.onnx"));
  }

  private CommandOutput upscale(Object... args) {
    List<Object> all = new ArrayList<>(List.of("upscale", "--model", model));
    all.addAll(Arrays.asList(args));
    // A build for CUDA would say why it isn't used.
    if (!all.contains("--device")) {
      all.addAll(List.of("--device", "cpu"));
    }
    return CommandOutput.of(all.toArray());
  }

  /** Writes a picture of its own below {@code in}. */
  private Path picture(String name) throws IOException {
    return picture(name, 3);
  }

  private Path picture(String name, int channels) throws IOException {
    Path file = in.resolve(name);
    PictureFiles.write(file, Pictures.random(7, 5, channels, name.hashCode()));
    return file;
  }

  private static void assertUpscaled(Path input, Path output) throws IOException {
    Picture lr = PictureFiles.read(input);
    assertThat(PictureFiles.read(output))
        .as(output.toString())
        .isEqualTo(TinyModel.expected(lr, 2));
  }

  /** Every file below {@code out}, half-written ones too. */
  private Set<String> written() throws IOException {
    if (!Files.exists(out)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void assertOneLine(CommandOutput output, int status, String... parts) {
    assertThat(output.status()).as(output.toString()).isEqualTo(status);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0)).startsWith("runtime: ").contains(parts);
  }

  private void assertUsage(CommandOutput output, String... parts) throws IOException {
    assertThat(output.status()).as(output.toString()).isEqualTo(ExitStatus.USAGE);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0))
        .startsWith("runtime: ")
        .contains(parts)
        .endsWith("(try 'runtime upscale --help')");
    assertThat(output.out()).isEmpty();
    assertThat(written()).isEmpty();
  }

  @Test
  void onePictureBecomesTheFileNamed() throws IOException {
    Path input = picture("a.png");
    CommandOutput output = upscale(input, "-o", out.resolve("deep/b.bmp"));
    assertThat(output.status()).isZero();
    assertThat(output.err()).isEmpty();
    assertThat(output.out()).hasSize(1);
    assertThat(output.out().get(0))
        .startsWith(input + " -> " + out.resolve("deep/b.bmp") + ": 7x5 to 14x10 by tiny-x2 on ");
    assertUpscaled(input, out.resolve("deep/b.bmp"));
  }

  @Test
  void onePictureGoesIntoAFolder() throws IOException {
    Path input = picture("a.png");
    assertThat(upscale(input, "-o", out).status()).isZero();
    assertUpscaled(input, out.resolve("a.png"));
    assertThat(upscale(input, "-o", out + "/folder.png/").status()).isZero();
    assertUpscaled(input, out.resolve("folder.png/a.png"));
    assertThat(upscale(input, "-o", out.resolve("folder.png")).status()).isZero();
    assertThat(written()).containsExactly("a.png", "folder.png/a.png");
  }

  @Test
  void anExistingOutputIsReplaced() throws IOException {
    Path input = picture("a.png");
    Path output = out.resolve("a.png");
    Files.createDirectories(out);
    Files.writeString(output, "old");
    assertThat(upscale(input, "-o", output).status()).isZero();
    assertUpscaled(input, output);
  }

  @Test
  void formatsThatAreOnlyReadBecomePng() throws IOException {
    Path gif = Files.createDirectories(in.resolve("b")).resolve("a.GIF");
    BufferedImage image = new BufferedImage(5, 4, BufferedImage.TYPE_3BYTE_BGR);
    assertThat(ImageIO.write(image, "gif", gif.toFile())).isTrue();
    assertThat(upscale(in, "-o", out).status()).isZero();
    assertThat(written()).containsExactly("b/a.png");
    assertUpscaled(gif, out.resolve("b/a.png"));
  }

  /** The file is that of the video module's tests. */
  @Test
  void heicBecomesPngAndAvifStaysAvif() throws IOException {
    Path heic = Files.createDirectories(in).resolve("a.heic");
    try (InputStream photo = getClass().getResourceAsStream("photo.heic")) {
      Files.copy(Objects.requireNonNull(photo), heic);
    }
    Path avif = in.resolve("b.avif");
    CommandOutput first = upscale(heic, "-o", avif, "--lossless");
    assertThat(first.err()).isEmpty();
    assertUpscaled(heic, avif);
    assertThat(upscale(in, "-o", out, "--lossless").status()).isZero();
    assertThat(written()).containsExactly("a.png", "b.avif");
    assertUpscaled(heic, out.resolve("a.png"));
    assertUpscaled(avif, out.resolve("b.avif"));
  }

  @Test
  void foldersKeepTheirTree() throws IOException {
    picture("a.png");
    picture("b/c.bmp");
    picture("b/d/e.png", 1);
    Files.writeString(in.resolve("b/notes.txt"), "no picture");
    assertThat(upscale(in, "-o", out).status()).isZero();
    assertThat(written()).containsExactly("a.png", "b/c.bmp", "b/d/e.png");
    for (String name : written()) {
      assertUpscaled(in.resolve(name), out.resolve(name));
    }
  }

  @Test
  void outputsBelowTheInputAreNotInputs() throws IOException {
    picture("a.png");
    out = in.resolve("large");
    assertThat(upscale(in, "-o", out).status()).isZero();
    assertThat(upscale(in, "-o", out).status()).isZero();
    assertThat(written()).containsExactly("a.png");
    assertUpscaled(in.resolve("a.png"), out.resolve("a.png"));
    Files.delete(in.resolve("a.png"));
    assertOneLine(upscale(in, "-o", out), ExitStatus.INPUT_FAILED, "only images in it");
  }

  @Test
  void theInputMayLieBelowTheOutput() throws IOException {
    picture("deep/a.png");
    out = in;
    assertThat(upscale(in.resolve("deep"), "-o", in).status()).isZero();
    assertUpscaled(in.resolve("deep/a.png"), in.resolve("a.png"));
  }

  @Test
  void jpegStaysJpeg() throws IOException {
    Path input = in.resolve("a.jpg");
    PictureFiles.write(input, Pictures.drawn(64, 48));
    assertThat(upscale(input, "-o", out).status()).isZero();
    assertThat(PictureFiles.read(out.resolve("a.jpg"))).hasToString("128x96x3");
    byte[] start = Arrays.copyOf(Files.readAllBytes(out.resolve("a.jpg")), 2);
    assertThat(start).isEqualTo(new byte[] {(byte) 0xff, (byte) 0xd8});
  }

  @Test
  void failuresAreReportedAndTheRestIsWritten() throws IOException {
    Path whole = picture("whole.png");
    Path last = picture("z.png");
    Path cut = picture("cut.png");
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    Path text = Files.writeString(in.resolve("text.png"), "no picture");
    Path empty = Files.createFile(in.resolve("empty.png"));
    Path absent = in.resolve("absent.png");
    Path hollow = Files.createDirectory(folder.resolve("hollow"));
    CommandOutput output =
        upscale(hollow, cut, whole, text, empty, absent, last, "-o", out.resolve("new"));
    assertThat(output.status()).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(output.err())
        .containsExactly(
            "runtime: "
                + hollow
                + ": expected a folder of images ("
                + FORMATS
                + "), received none in it",
            "runtime: " + cut + ": expected a whole image, received one that is cut short",
            "runtime: "
                + text
                + ": expected an image ("
                + FORMATS
                + "), received something else (10 bytes)",
            "runtime: " + empty + ": expected an image (" + FORMATS + "), received an empty file",
            "runtime: " + absent + ": expected an image, received no such file");
    assertThat(output.out()).hasSize(2);
    assertThat(written()).containsExactly("new/whole.png", "new/z.png");
    assertUpscaled(whole, out.resolve("new/whole.png"));
    assertUpscaled(last, out.resolve("new/z.png"));
  }

  @Test
  void verboseAddsTheStackTrace() {
    CommandOutput output = upscale(in.resolve("absent.png"), "-o", out, "--verbose");
    assertThat(output.err()).hasSizeGreaterThan(2);
    assertThat(output.err().get(1)).contains("InvalidInputException");
  }

  @Test
  void alphaDoesNotFitIntoJpeg() throws IOException {
    Path input = picture("a.png", 4);
    Path target = out.resolve("a.jpg");
    assertOneLine(
        upscale(input, "-o", target),
        ExitStatus.INPUT_FAILED,
        target
            + ": expected a format that holds alpha, such as PNG, or a background, received JPEG");
    assertThat(written()).isEmpty();
  }

  @Test
  void alphaIsKept() throws IOException {
    Path input = picture("a.png", 4);
    assertThat(upscale(input, "-o", out).status()).isZero();
    assertThat(PictureFiles.read(out.resolve("a.png"))).hasToString("14x10x4");
  }

  @Test
  void anOutputBelowAFileFails() throws IOException {
    Path input = picture("a.png");
    Path file = Files.writeString(folder.resolve("file"), "content");
    assertOneLine(
        upscale(input, "-o", file.resolve("b.png")),
        ExitStatus.INPUT_FAILED,
        file.resolve("b.png")
            + ": expected a folder that may be written to, received a file at "
            + file);
    assertThat(file).hasContent("content");
  }

  @Test
  void refusesAFileWhereAFolderIsNeeded() throws IOException {
    Path a = picture("a.png");
    Path b = picture("b.png");
    assertUsage(upscale(a, b, "-o", out.resolve("c.png")), "expected a folder", "c.png");
    assertUsage(upscale(in, "-o", out.resolve("c.png")), "expected a folder", "c.png");
    Path file = Files.writeString(folder.resolve("file"), "content");
    assertUsage(upscale(a, b, "-o", file), "expected a folder", file.toString());
    assertUsage(upscale(a, "-o", file), "expected a file (.png, .jpg, ", file.toString());
    assertThat(file).hasContent("content");
  }

  @Test
  void refusesAFormatThatItCantWrite() throws IOException {
    assertUsage(
        upscale(picture("a.png"), "-o", out.resolve("a.gif")),
        "expected a file (.png, .jpg, ",
        "), or a folder",
        "a.gif");
  }

  @Test
  void refusesTwoInputsOfOneNameBeforeAnyWork() throws IOException {
    Path a = picture("a.png");
    Path other = picture("b/a.png");
    assertUsage(upscale(a, other, "-o", out), a + " and " + other + " would both become", "a.png");
    assertUsage(upscale(in, other, "-o", out), "would both become " + out.resolve("a.png"));
    assertUsage(upscale(a, a, "-o", out), "would both become");
  }

  @Test
  void refusesToReplaceAnInput() throws IOException {
    Path a = picture("a.png");
    byte[] before = Files.readAllBytes(a);
    assertUsage(upscale(a, "-o", a), a + " would replace an input");
    assertUsage(upscale(a, "-o", in), a + " would replace an input");
    assertUsage(upscale(in, "-o", in), a + " would replace an input");
    assertUsage(upscale(a, "-o", in.resolve("../in/a.png")), "would replace an input");
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), a);
    assertUsage(upscale(a, "-o", link), "would replace an input");
    assertThat(a).hasBinaryContent(before);
  }

  @Test
  void refusesUnknownNamesAndValues() throws IOException {
    Path a = picture("a.png");
    assertUsage(
        CommandOutput.of("upscale", a, "-o", out, "--model", "espcn-x9"),
        "--model: expected one of " + Pretrained.names() + ", received espcn-x9");
    assertUsage(upscale(a, "-o", out, "--device", "gpu"), "--device", "cuda:N", "gpu");
    assertUsage(upscale(a, "-o", out, "--threads", "0"), "--threads: expected 1 or more");
    assertUsage(upscale(a, "-o", out, "--threads", "two"), "--threads", "two");
    assertUsage(upscale(a), "--out");
    assertUsage(upscale("-o", out), "IN");
  }

  @Test
  void anUnusableModelIsReported() throws IOException {
    Path a = picture("a.png");
    Path absent = folder.resolve("absent.onnx");
    assertOneLine(
        CommandOutput.of("upscale", a, "-o", out, "--model", absent),
        ExitStatus.INPUT_FAILED,
        absent + ": expected an ONNX model, received no such file");
    Path zeros = Files.write(folder.resolve("zeros.onnx"), new byte[1000]);
    assertOneLine(
        CommandOutput.of("upscale", a, "-o", out, "--model", zeros),
        ExitStatus.INPUT_FAILED,
        zeros + ": expected an ONNX model, received something else");
    assertThat(written()).isEmpty();
  }

  @Test
  void aPictureThatTheModelFailsOnIsNamed() throws IOException {
    new TinyModel(2, Colour.RGB).forEvenSidesOnly().write(model);
    Path odd = picture("odd.png");
    Path even = in.resolve("even.png");
    PictureFiles.write(even, Pictures.random(8, 4, 3, 1));
    assertOneLine(
        upscale(odd, even, "-o", out),
        ExitStatus.INPUT_FAILED,
        "runtime: " + odd + ": tiny-x2 on 7x5 pixels");
    assertThat(written()).containsExactly("even.png");
  }

  @Test
  void missingCudaHasItsOwnStatus() throws IOException {
    Path a = picture("a.png");
    CommandOutput output = upscale(a, "-o", out, "--device", "cuda");
    if (Device.cuda(0).missing().isPresent()) {
      assertOneLine(
          output, ExitStatus.UNAVAILABLE, "cuda:0: " + Device.cuda(0).missing().orElseThrow());
      assertThat(written()).isEmpty();
    } else {
      assertThat(output.status()).isZero();
      assertThat(output.out().get(0)).contains(" on cuda:0;");
    }
  }

  @Test
  void jsonIsOneObjectPerLine() throws IOException {
    Path plain = picture("a.png");
    Path odd = picture("q\"uote, back\\slash, new\nline.png");
    CommandOutput output = upscale(plain, odd, "-o", out, "--json", "--device", "cpu");
    assertThat(output.status()).isZero();
    assertThat(output.out()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      Path input = List.of(plain, odd).get(i);
      JsonNode line = new JsonMapper().readTree(output.out().get(i));
      assertThat(line.propertyNames())
          .containsExactly(
              "input", "output", "lr", "sr", "milliseconds", "tiles", "model", "device");
      assertThat(line.get("input").asString()).isEqualTo(input.toString());
      assertThat(line.get("output").asString())
          .isEqualTo(out.resolve(input.getFileName()).toString());
      assertThat(line.at("/lr/width").asInt()).isEqualTo(7);
      assertThat(line.at("/lr/height").asInt()).isEqualTo(5);
      assertThat(line.at("/sr/width").asInt()).isEqualTo(14);
      assertThat(line.at("/sr/height").asInt()).isEqualTo(10);
      assertThat(line.at("/milliseconds/read").asDouble()).isPositive();
      assertThat(line.at("/milliseconds/network").asDouble()).isPositive();
      assertThat(line.at("/milliseconds/write").asDouble()).isPositive();
      assertThat(line.at("/milliseconds/total").asDouble())
          .isGreaterThan(line.at("/milliseconds/network").asDouble());
      assertThat(line.get("tiles").asInt()).isEqualTo(1);
      assertThat(line.get("model").asString()).isEqualTo("tiny-x2");
      assertThat(line.get("device").asString()).isEqualTo("cpu");
    }
  }

  @Test
  void jsonIsAsciiWhateverTheTerminal() throws IOException {
    Path input = picture("a.png");
    Path target = out.resolve("\u00e9\u20ac.png");
    CommandOutput output = upscale(input, "-o", target, "--json");
    assertThat(output.status()).isZero();
    assertThat(output.out().get(0)).matches("\\p{ASCII}+");
    assertThat(new JsonMapper().readTree(output.out().get(0)).get("output").asString())
        .isEqualTo(target.toString());
  }

  @Test
  void upscalesAFolderOfRealPictures() throws IOException {
    Path pictures = RealData.folder("lr-bicubic/Set5/x4");
    assertThat(upscale(pictures, "-o", out).status()).isZero();
    for (Path picture : PictureFiles.list(pictures)) {
      assertUpscaled(picture, out.resolve(pictures.relativize(picture)));
    }
    assertThat(written()).hasSize(5);
  }
}
