package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.ModelTraits.Origin;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.testing.TinyModel.Flaw;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {
  private static OnnxNetwork open(byte[] onnx, NetworkOptions options) throws IOException {
    return OnnxNetwork.open(new Model("a/tiny.onnx", onnx, null), Device.CPU, options).network();
  }

  private static ModelTraits probe(byte[] onnx, NetworkOptions options) throws IOException {
    try (OnnxNetwork network = open(onnx, options)) {
      return network.traits();
    }
  }

  private static ModelTraits probe(TinyModel model) throws IOException {
    return probe(model.card(null).onnx(), NetworkOptions.DEFAULT);
  }

  private static TinyModel tiny(int scale, Colour colour) {
    return new TinyModel(scale, colour).names("input", "result");
  }

  /** What a tile of noise becomes is what the model is made to do. */
  private static void requireRight(OnnxNetwork network, int width, int height, double tolerance) {
    int scale = network.traits().scale();
    int channels = network.traits().channels();
    float[][][] lr = new float[channels][height][width];
    Random random = new Random(1);
    try (Tile tile = network.tile(width * height + 5)) {
      tile.resize(width, height);
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            lr[c][y][x] = random.nextInt(200) / 255f;
          }
          tile.setRow(y, c, lr[c][y], width);
        }
      }
      network.run(tile);
      float[] row = new float[width * scale - 1];
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height * scale; y++) {
          tile.getRow(y, 1, row.length, c, row);
          for (int x = 1; x < width * scale; x++) {
            int step = (y % scale * scale + x % scale) * TinyModel.STEP;
            assertThat((double) row[x - 1])
                .isCloseTo(
                    lr[c][y / scale][x / scale] + step / 255.0,
                    org.assertj.core.data.Offset.offset(tolerance));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,Y", "2,Y", "3,RGB", "4,Y", "4,RGB"})
  void findsScaleAndColour(int scale, Colour colour) throws IOException {
    try (OnnxNetwork network =
        open(tiny(scale, colour).card(null).onnx(), NetworkOptions.DEFAULT)) {
      ModelTraits traits = network.traits();
      assertThat(traits.name()).isEqualTo("tiny");
      assertThat(traits.scale()).isEqualTo(scale);
      assertThat(traits.colour()).isEqualTo(colour);
      assertThat(traits.layout()).isEqualTo(TensorLayout.NCHW);
      assertThat(traits.element()).isEqualTo(ElementType.FLOAT32);
      assertThat(traits.receptiveRadius()).hasValue(0);
      assertThat(traits.multiple()).isEqualTo(1);
      assertThat(traits.input()).isEqualTo("input");
      assertThat(traits.output()).isEqualTo("result");
      assertThat(traits.fixedWidth()).isEmpty();
      assertThat(traits.origins())
          .containsEntry("scale", Origin.PROBED)
          .containsEntry("layout", Origin.FILE)
          .containsEntry("colour", colour == Colour.Y ? Origin.ASSUMED : Origin.PROBED);
      assertThat(network.card().scale()).isEqualTo(scale);
      assertThat(network.card().degradation()).isEqualTo("unknown");
      requireRight(network, 7, 5, 1e-6);
      requireRight(network, 1, 1, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Y", "RGB"})
  void findsTheLayout(Colour colour) throws IOException {
    for (TinyModel model :
        new TinyModel[] {
          tiny(2, colour).channelsLast(),
          tiny(2, colour).channelsLast().inputShape("N", "H", "W", "C"),
          tiny(2, colour).inputShape("N", "C", "H", "W")
        }) {
      try (OnnxNetwork network = open(model.card(null).onnx(), NetworkOptions.DEFAULT)) {
        assertThat(network.traits().colour()).isEqualTo(colour);
        requireRight(network, 7, 5, 1e-6);
      }
    }
  }

  @Test
  void findsTheRange() throws IOException {
    try (OnnxNetwork network =
        open(tiny(2, Colour.RGB).values(0, 255).card(null).onnx(), NetworkOptions.DEFAULT)) {
      assertThat(network.traits().valueRange()).isEqualTo(ValueRange.BYTES);
      requireRight(network, 7, 5, 1e-6);
    }
  }

  @Test
  void usesTheGivenRange() throws IOException {
    byte[] onnx = tiny(2, Colour.Y).values(-1, 1).card(null).onnx();
    try (OnnxNetwork network =
        open(onnx, NetworkOptions.DEFAULT.withValueRange(ValueRange.SIGNED))) {
      assertThat(network.traits().origins()).containsEntry("valueRange", Origin.GIVEN);
      requireRight(network, 7, 5, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsFloat16AndBytes(boolean channelsLast) throws IOException {
    for (TinyModel model :
        new TinyModel[] {tiny(2, Colour.RGB).half(), tiny(3, Colour.RGB).bytes()}) {
      if (channelsLast) {
        model.channelsLast();
      }
      try (OnnxNetwork network = open(model.card(null).onnx(), NetworkOptions.DEFAULT)) {
        boolean bytes = network.traits().element() == ElementType.UINT8;
        assertThat(network.traits().pixels()).isEqualTo(bytes && channelsLast);
        requireRight(network, 7, 5, bytes ? 1e-6 : 2e-3);
      }
    }
  }

  @Test
  void aPixelModelTakesPixels() throws IOException {
    byte[] onnx = tiny(2, Colour.RGB).bytes().channelsLast().card(null).onnx();
    try (OnnxNetwork network = open(onnx, NetworkOptions.DEFAULT);
        Tile tile = network.tile(6)) {
      tile.resize(3, 2);
      for (int y = 0; y < 2; y++) {
        for (int c = 0; c < 3; c++) {
          tile.setRow(y, c, new float[] {at(y, 0, c), at(y, 1, c), at(y, 2, c)}, 3);
        }
      }
      network.run(tile);
      // The second and third pixel of the last row, with the steps of a block's lower half.
      for (int c = 0; c < 3; c++) {
        float[] result = new float[4];
        tile.getRow(3, 2, 4, c, result);
        for (int x = 0; x < 4; x++) {
          int step = (x % 2 == 0 ? 2 : 3) * TinyModel.STEP;
          assertThat(255 * result[x]).isCloseTo(255 * at(1, 1 + x / 2, c) + step, within(1e-3f));
        }
      }
    }
  }

  private static float at(int y, int x, int c) {
    return (200 - 9 * y - 3 * x - c) / 255f;
  }

  @Test
  void theCardOfAPixelModelIsItsNetworks() throws IOException {
    TinyModel model =
        new TinyModel(2, Colour.RGB)
            .bytes()
            .channelsLast()
            .names("image", "upscaled")
            .card(TinyModel.card(2, Colour.Y).toJson());
    try (OnnxNetwork network = open(model.onnx(), NetworkOptions.DEFAULT)) {
      assertThat(network.card().colour()).isEqualTo(Colour.Y);
      assertThat(network.traits().colour()).isEqualTo(Colour.RGB);
      assertThat(network.traits().pixels()).isTrue();
      // Chroma is enlarged by bicubic, which looks farther than this network.
      assertThat(network.traits().receptiveRadius()).hasValue(2);
      requireRight(network, 7, 5, 1e-6);
    }
  }

  @Test
  void aModelWithACardMayHaveItsChannelsLast() throws IOException {
    try (OnnxNetwork network =
        open(new TinyModel(3, Colour.RGB).channelsLast().onnx(), NetworkOptions.DEFAULT)) {
      assertThat(network.traits().layout()).isEqualTo(TensorLayout.NHWC);
      assertThat(network.traits().origins()).containsEntry("scale", Origin.CARD);
      requireRight(network, 7, 5, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 31, 32, 100})
  void findsTheReceptiveRadiusToOneSide(int radius) throws IOException {
    assertThat(probe(tiny(2, Colour.Y).looksRight(radius)).receptiveRadius()).hasValue(radius);
  }

  @Test
  void aGlobalModelHasNoRadius() throws IOException {
    // By its mean it gets brighter than results may be, unless the range is given.
    ModelTraits traits =
        probe(
            tiny(2, Colour.Y).with(Flaw.GLOBAL).card(null).onnx(),
            NetworkOptions.DEFAULT.withValueRange(ValueRange.UNIT));
    assertThat(traits.receptiveRadius()).isEmpty();
  }

  @Test
  void usesTheGivenRadius() throws IOException {
    byte[] onnx = tiny(2, Colour.Y).looksRight(7).card(null).onnx();
    ModelTraits traits = probe(onnx, NetworkOptions.DEFAULT.withReceptiveRadius(20));
    assertThat(traits.receptiveRadius()).hasValue(20);
    assertThat(traits.origins()).containsEntry("receptiveRadius", Origin.GIVEN);
  }

  @Test
  void findsTheMultipleOfSides() throws IOException {
    ModelTraits traits = probe(tiny(2, Colour.Y).forEvenSidesOnly());
    assertThat(traits.multiple()).isEqualTo(2);
    assertThat(traits.scale()).isEqualTo(2);
    assertThat(traits.receptiveRadius()).hasValue(2);
  }

  @Test
  void findsFixedSizes() throws IOException {
    ModelTraits traits = probe(tiny(3, Colour.Y).looksRight(4).inputShape("N", "1", "48", "64"));
    assertThat(traits.fixedWidth()).hasValue(64);
    assertThat(traits.fixedHeight()).hasValue(48);
    assertThat(traits.receptiveRadius()).hasValue(4);
  }

  @Test
  void givenTraitsOverrideTheCard() throws IOException {
    byte[] onnx = new TinyModel(2, Colour.Y).onnx();
    ModelTraits traits =
        probe(
            onnx,
            NetworkOptions.DEFAULT
                .withColour(Colour.Y_STUDIO)
                .withReceptiveRadius(3)
                .withValueRange(ValueRange.BYTES));
    assertThat(traits.colour()).isEqualTo(Colour.Y_STUDIO);
    assertThat(traits.receptiveRadius()).hasValue(3);
    assertThat(traits.valueRange()).isEqualTo(ValueRange.BYTES);
    assertThat(traits.origins().values()).contains(Origin.GIVEN, Origin.CARD);
    assertThatThrownBy(() -> probe(onnx, NetworkOptions.DEFAULT.withScale(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("by the card's scale 3");
  }

  private static void assertRefused(TinyModel model, String expected, String received) {
    assertThatThrownBy(() -> probe(model))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("a/tiny.onnx: ")
        .hasMessageContaining(" " + expected + ", received " + received);
  }

  @Test
  void rejectsOtherThanSuperResolutionModels() {
    assertRefused(tiny(2, Colour.Y).with(Flaw.TWO_INPUTS), "one input", "[input, sigma]");
    assertRefused(
        tiny(2, Colour.Y).with(Flaw.CLASSES),
        "an image, [N,C,H,W] or [N,H,W,C]",
        "FLOAT [any, 4], 2 axes");
    assertRefused(
        tiny(2, Colour.Y).with(Flaw.OTHER_SCALE_OF_COLUMNS),
        "both sides larger by the same integer scale",
        "64x384 of 64x192 pixels");
    assertRefused(
        tiny(2, Colour.Y).with(Flaw.MORE_CHANNELS),
        "both sides larger by the same integer scale",
        "[1, 4, 192, 64] of [1, 1, 192, 64]");
    assertRefused(
        tiny(2, Colour.Y).inputType(7), "FLOAT or FLOAT16 or UINT8", "INT64 [any, 1, any, any]");
    assertRefused(
        tiny(2, Colour.Y).inputShape("N", "4", "H", "W"),
        "1 or 3 channels",
        "FLOAT [any, 4, any, any]");
    assertRefused(
        tiny(2, Colour.Y).times(-1), "a result similar to the input", "one that differs by 404 %");
    assertRefused(
        tiny(2, Colour.Y).times(0), "a result similar to the input", "one that differs by 375 %");
  }

  @Test
  void probingAgreesWithTheCardsOfShippedModels() throws IOException {
    for (String name : Pretrained.names()) {
      String text = new String(Pretrained.onnx(name), StandardCharsets.ISO_8859_1);
      byte[] cardless =
          text.replace(ModelCard.METADATA_KEY, "another.card1")
              .getBytes(StandardCharsets.ISO_8859_1);
      ModelCard card = Pretrained.card(name);
      ModelTraits traits = probe(cardless, NetworkOptions.DEFAULT);
      assertThat(traits.scale()).as(name).isEqualTo(card.scale());
      assertThat(traits.channels()).as(name).isEqualTo(card.channels());
      assertThat(traits.valueRange()).as(name).isEqualTo(ValueRange.UNIT);
      assertThat(traits.receptiveRadius()).as(name).hasValue(card.receptiveRadius());
      assertThat(traits.multiple()).as(name).isEqualTo(1);
    }
  }

  @Test
  void probesThirdPartyModels() throws IOException {
    Path folder = RealData.folder("third-party-models");
    try (Upscaler upscaler =
        Upscaler.builder().model(folder.resolve("sub-pixel-cnn-x3-224.onnx")).open()) {
      ModelTraits traits = upscaler.traits();
      assertThat(traits.scale()).isEqualTo(3);
      assertThat(traits.colour()).isEqualTo(Colour.Y);
      assertThat(traits.fixedWidth()).isEqualTo(OptionalInt.of(224));
      assertThat(traits.fixedHeight()).isEqualTo(OptionalInt.of(224));
      assertThat(traits.receptiveRadius()).hasValue(5);
    }
    try (Upscaler upscaler =
        Upscaler.builder().model(folder.resolve("2x_AnimeJaNai_HD_V3_UltraCompact.onnx")).open()) {
      ModelTraits traits = upscaler.traits();
      assertThat(traits.scale()).isEqualTo(2);
      assertThat(traits.colour()).isEqualTo(Colour.RGB);
      assertThat(traits.valueRange()).isEqualTo(ValueRange.UNIT);
      assertThat(traits.receptiveRadius()).hasValue(10);
      assertThat(traits.multiple()).isEqualTo(1);
    }
  }
}
