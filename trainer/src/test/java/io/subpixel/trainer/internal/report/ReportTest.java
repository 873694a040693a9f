package io.subpixel.trainer.internal.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.testing.JvmWithoutFonts;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.internal.data.FrameChoice;
import io.subpixel.trainer.internal.data.PicturePair;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.trainer.internal.validation.Measurement;
import io.subpixel.trainer.internal.validation.Validator;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {
  private static final String AWKWARD = "<b>&amp;\"'\u0001";

  /** A network whose result is known: it repeats pixels. */
  private static final PixelPath.Network NEAREST =
      lr ->
          new Plane[] {
            Resampler.enlarging(lr[0].width(), lr[0].height(), 2, Kernel.NEAREST).apply(lr[0])
          };

  @TempDir Path folder;

  @Test
  void thePageNeedsNothingElse() throws Exception {
    Report.write(folder, result(card("espcn-x2"), 3));
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(
            page.replace("xmlns=\"http://www.w3.org/1999/xhtml\"", "")
                .replaceAll("base64,[^\"]*", ""))
        .doesNotContain("http:", "https:", "file:", "url(", "<script", "@import", "%s", "null");
    for (Element source : elements(parse(page), "img", "source")) {
      String uri = source.getAttribute(source.hasAttribute("src") ? "src" : "srcset");
      assertThat(uri).startsWith("data:image/png;base64,");
      byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
      assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();
    }
  }

  /** HTML, unlike XML, takes what is in a style literally. */
  @Test
  void theStyleNeedsNoEscapes() throws IOException {
    try (InputStream css = requireNonNull(Report.class.getResourceAsStream("report.css"))) {
      assertThat(new String(css.readAllBytes(), StandardCharsets.UTF_8))
          .doesNotContain("<", ">", "&", "\"");
    }
  }

  @Test
  void namesAreEscapedAndWhatXmlCannotHoldIsReplaced() throws Exception {
    RunResult plain = result(card(AWKWARD), 1);
    Quality odd = new Quality(AWKWARD, 30, 0.9, 28, 0.8, 29, 0.85);
    Report.write(
        folder,
        new RunResult(
            plain.card(),
            Map.of("Data", AWKWARD),
            plain.history(),
            List.of(new Measurement(odd, List.of(odd))),
            List.of()));
    Document page = parse(Files.readString(folder.resolve("report.html")));
    String shown = AWKWARD.replace('\u0001', '\ufffd');
    assertThat(elements(page, "h1")).extracting(Element::getTextContent).containsExactly(shown);
    assertThat(elements(page, "td")).extracting(Element::getTextContent).contains(shown);
    assertThat(elements(page, "b")).isEmpty();
  }

  @Test
  void theTablesSayWhatWasMeasured() throws Exception {
    RunResult result = result(card("espcn-x2"), 2);
    Report.write(folder, result);
    Document page = parse(Files.readString(folder.resolve("report.html")));
    List<String> rows = elements(page, "tr").stream().map(Element::getTextContent).toList();
    Picture hr = TestCard.draw(160, 140, 1);
    Picture lr = Degradation.DEFAULT.apply(hr, 2, 0);
    Picture sr = PixelPath.upscale(lr, result.card(), NEAREST);
    Picture bilinear = Resampler.enlarging(80, 70, 2, Kernel.LINEAR).apply(lr);
    assertThat(rows)
        .anySatisfy(
            row ->
                assertThat(row)
                    .contains(
                        "one.png",
                        format("%.2f / %.4f", Metrics.psnr(hr, sr, 2), Metrics.ssim(hr, sr, 2)),
                        format(
                            "%.2f / %.4f",
                            Metrics.psnr(hr, bilinear, 2), Metrics.ssim(hr, bilinear, 2)),
                        format("%+.2f", Metrics.psnr(hr, sr, 2) - Metrics.psnr(hr, bilinear, 2))));
    assertThat(rows).anySatisfy(row -> assertThat(row).contains("val", "/"));
    assertThat(rows).anySatisfy(row -> assertThat(row).contains("SHA-256 of the data", "5ha"));
    assertThat(rows).anySatisfy(row -> assertThat(row).contains("Parameters", "58,212"));
  }

  @Test
  void withoutValidationThePageSaysSo() throws Exception {
    Report.write(
        folder,
        new RunResult(
            card("espcn-x2"),
            Map.of(),
            List.of(new Epoch(1, 10, 1, 1e-3, 0.01, 100, 0, List.of())),
            List.of(),
            List.of()));
    assertThat(
            parse(Files.readString(folder.resolve("report.html")))
                .getDocumentElement()
                .getTextContent())
        .contains("no validation set", "no pictures to compare");
    assertThat(folder.resolve("loss.png")).exists();
    assertThat(folder.resolve("psnr.png")).doesNotExist();
  }

  @Test
  void aLossThatIsNoNumberIsReportedAndNotDrawn() throws Exception {
    Report.write(folder, result(card("espcn-x2"), 2));
    assertThat(folder.resolve("loss.png")).exists();
    List<Epoch> astray =
        List.of(
            new Epoch(1, 10, 1, 1e-3, Double.NaN, 100, 0, List.of()),
            new Epoch(2, 20, 2, 1e-3, Double.POSITIVE_INFINITY, 100, 0, List.of()));
    Report.write(folder, new RunResult(card("espcn-x2"), Map.of(), astray, List.of(), List.of()));
    assertThat(Files.readString(folder.resolve("report.html"))).contains("epoch 1, 2");
    assertThat(folder.resolve("loss.png")).doesNotExist();
  }

  @Test
  void anAdversarialTrainingShowsBothLossesAndSamples() throws Exception {
    RunResult plain = result(card("espcn-x2"), 1);
    Report.write(folder, plain);
    assertThat(folder.resolve("adversarial.png")).doesNotExist();
    assertThat(folder.resolve("terms.png")).doesNotExist();
    assertThat(Files.readString(folder.resolve("report.html"))).doesNotContain("Samples over time");

    List<Epoch> history = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      Map<String, Double> losses =
          Map.of("l1", 0.03, "adversarial", 0.7 + 0.01 * i, "discriminator", 0.68 - 0.01 * i);
      history.add(new Epoch(i, 100L * i, 1, 1e-3, 0.1, losses, 80, 0, List.of()));
    }
    for (int epoch = 0; epoch <= 20; epoch++) {
      if (Samples.isDue(epoch)) {
        Samples.add(folder, epoch, 100L * epoch, plain.gallery());
      }
    }
    Report.write(
        folder, new RunResult(plain.card(), Map.of(), history, plain.measured(), plain.gallery()));
    assertThat(ImageIO.read(folder.resolve("adversarial.png").toFile())).isNotNull();
    assertThat(ImageIO.read(folder.resolve("terms.png").toFile())).isNotNull();
    Document page = parse(Files.readString(folder.resolve("report.html")));
    assertThat(elements(page, "figcaption"))
        .extracting(caption -> caption.getTextContent().strip().replace('\n', ' '))
        .containsSubsequence(
            "Start step 0",
            "Epoch 4 step 400",
            "Epoch 8 step 800",
            "Epoch 20 step 2,000",
            "HR original");
  }

  /** Nine at most, evenly spaced, however long the training. */
  @Test
  void samplesStayFew() throws Exception {
    List<Comparison> gallery = result(card("espcn-x2"), 1).gallery();
    for (int epoch = 0; epoch <= 100; epoch++) {
      if (Samples.isDue(epoch)) {
        Samples.add(folder, epoch, epoch, gallery);
      }
    }
    assertThat(Samples.all(folder))
        .extracting(Samples.Sample::epoch)
        .containsExactly(0, 16, 32, 48, 64, 80, 96);
    // Back to a checkpoint, and on from there with other steps.
    Samples.add(folder, 32, 31, gallery);
    assertThat(Samples.all(folder)).extracting(Samples.Sample::steps).containsExactly(0L, 16L, 31L);
    Picture strip = PictureFiles.read(Samples.all(folder).get(0).file());
    Picture first = gallery.get(0).sr();
    assertThat(strip.crop(0, 0, first.width(), first.height()).samples()[0])
        .isEqualTo(first.samples()[0]);
    assertThat(strip.width()).isEqualTo(first.width() + 4 + gallery.get(1).sr().width());
  }

  @Test
  void aRunWithoutAnEpochHasAPage() throws Exception {
    Report.write(
        folder, new RunResult(card("espcn-x2"), Map.of(), List.of(), List.of(), List.of()));
    assertThat(Files.readString(folder.resolve("report.html"))).contains("No epoch has ended yet");
  }

  @Test
  void aPartOfTheGalleryIsThatOfTheWholePicture() {
    ModelCard card = card("nearest-x2");
    Picture hr = TestCard.draw(300, 280, 5);
    Picture lr = Degradation.DEFAULT.apply(hr, 2, 0);
    Comparison part = Comparison.of("val", "a.png", new PicturePair(hr, lr), card, NEAREST);
    int x = part.x();
    int y = part.y();
    assertThat(part.hr()).isEqualTo(hr.crop(x, y, 128, 128));
    assertThat(part.bicubic())
        .isEqualTo(Resampler.enlarging(150, 140, 2, Kernel.CUBIC).apply(lr).crop(x, y, 128, 128));
    assertThat(part.sr()).isEqualTo(PixelPath.upscale(lr, card, NEAREST).crop(x, y, 128, 128));
    assertThat(part.psnr(part.hr())).isInfinite();
    assertThat(part.psnr(part.bicubic())).isBetween(5.0, 60.0);
  }

  @Test
  void thePartIsWhereTheDetailIs() {
    byte[] samples = new byte[100 * 80];
    for (int y = 50; y < 60; y++) {
      for (int x = 70; x < 80; x++) {
        samples[y * 100 + x] = (byte) ((x + y) % 2 * 255);
      }
    }
    Detail found = Detail.find(new Picture(100, 80, 1, samples), 14, 14, 1);
    assertThat(found.x()).isBetween(65, 70);
    assertThat(found.y()).isBetween(45, 50);
  }

  @Test
  void theSummaryComparesTheBestEpoch() {
    List<Epoch> history =
        List.of(
            epoch(1, 1e-2, 31),
            epoch(2, 5e-3, 36.5),
            new Epoch(
                3,
                300,
                65,
                1e-4,
                4e-3,
                80,
                0.25,
                List.of(new Quality("val", 36.25, 0.95, 32, 0.9, 33.5, 0.93))));
    assertThat(String.join("\n", Summary.lines(history, Path.of("run"), List.of("model.fb"))))
        .contains("val", "36.50 dB", "(+3.00)", "(+4.50)", "epoch 2 of 3", "36.25 dB", "0:01:05")
        .contains("waiting for data", "model.fb in run");
    assertThat(Summary.lines(List.of(), Path.of("run"), List.of("model.fb"))).hasSize(1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutFontsThePageHasNoCurves() throws Exception {
    assertThat(JvmWithoutFonts.run(folder, Writing.class, folder.toString())).isEmpty();
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    assertThat(folder.resolve("loss.png")).doesNotExist();
  }

  /** Writes a report of one epoch. */
  static final class Writing {
    private Writing() {}

    public static void main(String[] args) throws IOException {
      Report.write(
          Path.of(args[0]),
          new RunResult(
              card("espcn-x2"), Map.of(), List.of(epoch(1, 0.1, 30)), List.of(), List.of()));
    }
  }

  private RunResult result(ModelCard card, int epochs) throws IOException {
    Path val = folder.resolve("val");
    PictureFiles.write(val.resolve("one.png"), TestCard.draw(160, 140, 1));
    PictureFiles.write(val.resolve("two.png"), TestCard.draw(40, 36, 2));
    Validator validator =
        new Validator(
            TrainingData.sets(List.of(val), FrameChoice.DIFFERING), Degradation.DEFAULT, 2);
    List<Epoch> history = new ArrayList<>();
    for (int i = 1; i <= epochs; i++) {
      history.add(epoch(i, 1e-2 / i, 30 + i));
    }
    return new RunResult(
        card,
        Map.of("Seed", "1"),
        history,
        validator.measure(card, NEAREST),
        Comparison.gallery(validator.sets(), card, NEAREST));
  }

  static Epoch epoch(int number, double loss, double psnr) {
    return new Epoch(
        number,
        100L * number,
        10 * number,
        1e-3,
        loss,
        80,
        0.1,
        List.of(new Quality("val", psnr, 0.95, 32, 0.9, 33.5, 0.93)));
  }

  private static ModelCard card(String name) {
    return new ModelCard(
        name,
        2,
        Colour.Y,
        1,
        List.of(0.0, 1.0),
        1,
        58212,
        58048,
        "any",
        new ModelCard.Training(
            List.of("T91"), 91, "5ha", "espcn", "mse", 300, 16, 32, 1e-3, 1, null),
        List.of(),
        "none",
        null,
        Map.of());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document page, String... tags) {
    List<Element> found = new ArrayList<>();
    for (String tag : tags) {
      NodeList nodes = page.getElementsByTagName(tag);
      for (int i = 0; i < nodes.getLength(); i++) {
        found.add((Element) nodes.item(i));
      }
    }
    return found;
  }
}
