package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.internal.condition.Condition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a named model, each picture gets the one that suits it. */
class ChoosingTest {
  private static final String WEB = "web-x2";

  @TempDir private Path folder;

  private Path jpeg(Picture picture, int quality) throws IOException {
    Path file = folder.resolve("picture-" + quality + ".jpg");
    PictureLayout layout = PictureLayout.of(picture);
    WriteOptions options = WriteOptions.DEFAULTS.withQuality(quality);
    try (PictureWriter writer =
        PictureWriter.create(file, PictureFormat.JPEG, layout, Metadata.NONE, options)) {
      writer.write(Rows.of(picture), 0, layout.height());
      writer.commit();
    }
    return file;
  }

  private Picture upscaledBy(String model, Path file) throws IOException {
    Path out = folder.resolve(model + ".png");
    try (Upscaler named = Upscaler.builder().model(model).open()) {
      assertThat(named.isChoosing()).isFalse();
      assertThat(named.upscale(file, out).chosen().choice()).isEmpty();
    }
    return PictureFiles.read(out);
  }

  @Test
  void aJpegOfLowQualityGetsTheModelForCompressedPicturesAndACleanOneDoesNot() throws IOException {
    Picture picture = PictureFiles.read(Path.of("../../docs/sample.png"));
    Path out = folder.resolve("out.png");
    try (Upscaler upscaler = Upscaler.builder().open()) {
      Path spoilt = jpeg(picture, 40);
      Choice choice = upscaler.upscale(spoilt, out).chosen().choice().orElseThrow();
      assertThat(choice.model()).isEqualTo(WEB);
      assertThat(choice.toString()).startsWith("web-x2 at strength 1.0 (JPEG about 40");
      assertThat(PictureFiles.read(out)).isEqualTo(upscaledBy(WEB, spoilt));

      Path clean = folder.resolve("clean.png");
      PictureFiles.write(clean, picture);
      assertThat(upscaler.upscale(clean, out).chosen().choice().orElseThrow().model())
          .isEqualTo(Pretrained.DEFAULT);
      assertThat(PictureFiles.read(out)).isEqualTo(upscaledBy(Pretrained.DEFAULT, clean));

      Path fine = jpeg(picture, 98);
      assertThat(upscaler.upscale(fine, out).chosen().choice().orElseThrow().model())
          .isEqualTo(Pretrained.DEFAULT);
    }
  }

  @Test
  void blocksAreDetectedWithoutAFile() throws IOException {
    Picture spoilt = PictureFiles.read(jpeg(Pictures.drawn(320, 240), 20));
    try (Upscaler upscaler = Upscaler.builder().open();
        Upscaler web = Upscaler.builder().model(WEB).open()) {
      assertThat(upscaler.choose(Condition.of(spoilt)).choice().orElseThrow().model())
          .isEqualTo(WEB);
      assertThat(upscaler.upscale(spoilt)).isEqualTo(web.upscale(spoilt));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // quality, noise, blocks, sharpness, strength, model
    "0, 0, 0, NaN, 0, sesr-m11-x2",
    "0, 0.9, 0.01, 0.5, 0, sesr-m11-x2",
    "0, 0.9, 0.03, 0.5, 0.25, web-x2",
    "96, 0, 0.15, 0.6, 0, sesr-m11-x2",
    "90, 0, 0, 0.6, 0.5, web-x2",
    "80, 0, 0, 0.6, 1, web-x2",
    "80, 1.4, 0, 0.6, 1, web-x2",
    "80, 1.6, 0, 0.6, 1, photo-x2",
    "80, 0, 0, 0.25, 1, web-x2",
    "90, 0, 0, 0.25, 1, photo-x2",
    "0, 2, 0, 0.6, 0.5, photo-x2",
    "0, 3, 0, 0.6, 1, photo-x2",
    "0, 0, 0.1, 0.6, 1, web-x2",
    "0, 0, 0, 0.2, 1, photo-x2",
    "98, 0, 0.4, 0.6, 1, web-x2"
  })
  void anySignIsEnough(
      int quality, double noise, double blocks, double sharpness, double strength, String model) {
    OptionalInt jpeg = quality == 0 ? OptionalInt.empty() : OptionalInt.of(quality);
    Condition condition = new Condition(jpeg, noise, blocks, sharpness, false);
    Choice choice = ChoicePolicy.choose(condition, 2);
    assertThat(choice.model()).isEqualTo(model);
    assertThat(choice.strength().orElse(0)).isEqualTo(strength);
    assertThat(ChoicePolicy.choose(condition, 3).model()).isEqualTo("sesr-m11-x3");
  }

  @ParameterizedTest
  @CsvSource({
    // noise, blocks, sharpness, scale, model
    "0, 0, 0.6, 2, sesr-m11-x2",
    "0, 0.04, 0.6, 2, web-x2",
    "0, 0.06, 0.6, 2, clip-x2",
    "1.5, 0.2, 0.6, 2, clip-x2",
    "0, 0, 0.2, 2, clip-x2",
    "3, 0, 0.6, 2, photo-x2",
    "3, 0.2, 0.6, 2, photo-x2",
    "0, 0.2, 0.6, 3, sesr-m11-x3",
    "0, 0.2, 0.6, 4, web-x4"
  })
  void aClipThatItsCodecSpoiltGetsAModelOfItsOwn(
      double noise, double blocks, double sharpness, int scale, String model) {
    Condition condition = new Condition(OptionalInt.empty(), noise, blocks, sharpness, false);
    assertThat(ChoicePolicy.chooseForClip(condition, scale).model()).isEqualTo(model);
  }

  @Test
  void aDrawingIsNamedAndTreatedAsAPhotograph() throws IOException {
    Path out = folder.resolve("out.png");
    try (Upscaler upscaler = Upscaler.builder().open()) {
      Choice choice = upscaler.upscale(jpeg(bricks(), 40), out).chosen().choice().orElseThrow();
      assertThat(choice.toString()).startsWith("web-x2 at strength 1.0 (drawing, JPEG about 40");
    }
  }

  /** A wall in two colours with black joints. */
  private static Picture bricks() {
    int side = 160;
    byte[] samples = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      int x = i % side + i / side / 20 * 13;
      int y = i / side;
      boolean joint = x % 30 < 2 || y % 20 < 2;
      for (int c = 0; c < 3; c++) {
        samples[3 * i + c] = (byte) (joint ? 0 : 120 + 40 * c * (x / 30 % 2));
      }
    }
    return new Picture(side, side, 3, samples);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void everyScaleHasItsModels(int scale) throws IOException {
    try (Upscaler upscaler = Upscaler.builder().choosing(scale).open()) {
      assertThat(upscaler.traits().scale()).isEqualTo(scale);
      assertThat(upscaler.choose(Condition.CLEAN).upscaler()).isSameAs(upscaler);
    }
    assertThatThrownBy(() -> Upscaler.builder().choosing(5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closingClosesWhatWasChosen() throws IOException {
    Condition spoilt = new Condition(OptionalInt.of(30), 0, 0, 0.5, false);
    Upscaler upscaler = Upscaler.builder().open();
    Upscaler chosen = upscaler.choose(spoilt).upscaler();
    assertThat(upscaler.choose(spoilt).upscaler()).isSameAs(chosen).isNotSameAs(upscaler);
    upscaler.close();
    Picture picture = Pictures.drawn(40, 40);
    assertThatThrownBy(() -> chosen.upscale(picture)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> upscaler.choose(spoilt)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void lookingAheadKeepsTheRows() throws IOException {
    Picture picture = Pictures.random(30, 50, 3, 1);
    AtomicInteger closed = new AtomicInteger();
    // Memory for 7 rows and a half.
    try (LookAhead ahead = new LookAhead(source(picture, closed), 16L * 90 * 15 / 2)) {
      assertThat(ahead.condition(OptionalInt.of(33)).jpegQuality()).hasValue(33);
      Rows rows = new Rows(50, ahead.layout());
      int at = 0;
      for (int count : new int[] {3, 0, 9, 38}) {
        ahead.read(rows, at, count);
        at += count;
      }
      assertThat(rows.bytes()).isEqualTo(picture.samples());
    }
    assertThat(closed).hasValue(1);
  }

  private static RowSource source(Picture picture, AtomicInteger closed) {
    return new RowSource() {
      private int next;

      @Override
      public PictureLayout layout() {
        return PictureLayout.of(picture);
      }

      @Override
      public void read(Rows into, int at, int count) {
        Rows.of(picture).copyTo(next, into, at, count);
        next += count;
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }

  @Test
  void strengthRequiresAModelThatHasIt() {
    assertThatThrownBy(() -> Upscaler.builder().model("sesr-m5-x2").strength(0.5).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "sesr-m5-x2: expected a model with strength, which also holds weights for clean"
                + " images, received none");
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> Upscaler.builder().strength(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("strength: expected 0 to 1, received " + wrong);
    }
  }

  @Test
  void degradedPicturesAreDistinguishedFromCleanOnes() throws IOException {
    Path spoilt = RealData.folder("real-life/Set14/x2");
    try (Upscaler upscaler = Upscaler.builder().open()) {
      for (String recipe : List.of("j75", "j40", "n5j75", "twice", "webp50", "h264", "phone")) {
        assertThat(corrected(upscaler, spoilt.resolve(recipe)))
            .as(recipe)
            .isGreaterThanOrEqualTo(10);
      }
      assertThat(corrected(upscaler, RealData.folder("lr-bicubic/Set5/x2"))).isZero();
      // foreman is a frame of a clip, whose codec's blocks are in the HR picture.
      assertThat(corrected(upscaler, RealData.folder("lr-bicubic/Set14/x2")))
          .isLessThanOrEqualTo(1);
    }
  }

  private static int corrected(Upscaler upscaler, Path pictures) throws IOException {
    int count = 0;
    for (Path file : PictureFiles.list(pictures)) {
      try (PictureReader reader = PictureReader.open(file, PictureReader.MAX_PIXELS)) {
        Upscaler.Chosen chosen = upscaler.prepare(reader, reader.jpegQuality()).chosen();
        count += chosen.choice().orElseThrow().strength().orElse(0) >= 0.5 ? 1 : 0;
      }
    }
    return count;
  }
}
