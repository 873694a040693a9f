package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenModelTest {
  private static final String CARD_2Y = TinyModel.card(2, Colour.Y).toJson();

  @TempDir private Path folder;

  private static InvalidInputException refusal(Upscaler.Builder builder) {
    InvalidInputException refusal =
        catchThrowableOfType(InvalidInputException.class, () -> builder.open().close());
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
    return refusal;
  }

  private static InvalidInputException refusal(TinyModel model) {
    return refusal(Upscaler.builder().model(model.onnx()));
  }

  private InvalidInputException refusalOfFile(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), content);
    InvalidInputException refusal = refusal(Upscaler.builder().model(file));
    assertThat(refusal.where()).startsWith(file.toString());
    return refusal;
  }

  @Test
  void refusesFilesThatAreNoModels() throws IOException {
    assertThat(refusalOfFile(new byte[0])).hasMessageEndingWith("received an empty file");
    for (byte[] content :
        new byte[][] {
          new byte[4096],
          "# A text file\nof two lines\n".getBytes(StandardCharsets.UTF_8),
          noise(10_000)
        }) {
      assertThat(refusalOfFile(content))
          .hasMessageEndingWith(
              "expected an ONNX model, received something else, or one that is cut short ("
                  + content.length
                  + " bytes)");
    }
  }

  @Test
  void refusesAModelCutShortAtAnyByte() {
    byte[] whole = new TinyModel(2, Colour.Y).onnx();
    // The card is last: cut there, the rest is a whole model without one.
    int cardless = new TinyModel(2, Colour.Y).card(null).onnx().length;
    for (int length = 0; length < whole.length; length++) {
      if (length != cardless) {
        assertThat(refusal(Upscaler.builder().model(Arrays.copyOf(whole, length)))).isNotNull();
      }
    }
  }

  @Test
  void rejectsOtherThanFiles() {
    assertThat(refusal(Upscaler.builder().model(folder.resolve("absent.onnx"))))
        .hasMessageEndingWith("absent.onnx: expected an ONNX model, received no such file");
    assertThat(refusal(Upscaler.builder().model(folder)))
        .hasMessageEndingWith("expected an ONNX model, received a folder");
  }

  @Test
  void refusesANameThatIsUnknown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Upscaler.builder().model("espcn-x9"))
        .withMessageContaining(Pretrained.names().toString());
  }

  @Test
  void takesTheCardBesideTheFileIfThereIsNoneInIt() throws IOException {
    Path file = new TinyModel(2, Colour.Y).card(null).write(folder.resolve("model.onnx"));
    Picture lr = Pictures.random(4, 3, 1, 1);
    try (Upscaler upscaler = Upscaler.builder().model(file).open()) {
      assertThat(upscaler.card().name()).isEqualTo("model");
      assertThat(upscaler.card().licence()).isEqualTo("unknown");
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, 2));
    }
    Files.writeString(folder.resolve(ModelCard.FILE_NAME), CARD_2Y);
    try (Upscaler upscaler = Upscaler.builder().model(file).open()) {
      assertThat(upscaler.card()).isEqualTo(TinyModel.card(2, Colour.Y));
      assertThat(upscaler.upscale(lr)).isEqualTo(TinyModel.expected(lr, 2));
    }
  }

  @Test
  void theCardInTheFileWins() throws IOException {
    Path file = new TinyModel(2, Colour.Y).write(folder.resolve("model.onnx"));
    Files.writeString(folder.resolve(ModelCard.FILE_NAME), "not this one");
    try (Upscaler upscaler = Upscaler.builder().model(file).open()) {
      assertThat(upscaler.card()).isEqualTo(TinyModel.card(2, Colour.Y));
    }
  }

  @Test
  void refusesABrokenCard() {
    assertThat(refusal(new TinyModel(2, Colour.Y).card("{\"name\": 1}")).where())
        .startsWith("model: metadata " + ModelCard.METADATA_KEY);
    assertThat(refusal(new TinyModel(2, Colour.Y).card("")).where())
        .startsWith("model: metadata " + ModelCard.METADATA_KEY);
  }

  @Test
  void refusesOtherNames() {
    assertThat(refusal(new TinyModel(2, Colour.Y).names("input", "sr")))
        .hasMessage("model: expected one input, lr, received [input]");
    assertThat(refusal(new TinyModel(2, Colour.Y).names("lr", "output")))
        .hasMessage("model: expected one output, sr, received [output]");
  }

  @Test
  void refusesOtherTypesAndShapes() {
    assertThat(refusal(new TinyModel(2, Colour.Y).half()))
        .hasMessage(
            "model: lr: expected FLOAT [N, 1, H, W] by its card,"
                + " received FLOAT16 [any, 1, any, any]");
    assertThat(refusal(new TinyModel(2, Colour.Y).inputShape("8", "1", "H", "W")).received())
        .isEqualTo("FLOAT [8, 1, any, any]");
    assertThat(refusal(new TinyModel(2, Colour.Y).inputShape("N", "1", "224", "224")))
        .hasMessage("model: lr: expected any height and width, received FLOAT [any, 1, 224, 224]");
  }

  @Test
  void refusesAModelOfOtherChannelsThanItsCard() {
    assertThat(refusal(new TinyModel(2, Colour.RGB).card(CARD_2Y)))
        .hasMessage(
            "model: lr: expected FLOAT [N, 1, H, W] by its card,"
                + " received FLOAT [any, 3, any, any]");
  }

  @Test
  void refusesAModelOfAnotherScaleThanItsCard() {
    assertThat(refusal(new TinyModel(3, Colour.Y).card(CARD_2Y)))
        .hasMessage(
            "model: sr of [1, 1, 6, 8]: expected [1, 1, 12, 16] by the card's scale 2,"
                + " received [1, 1, 18, 24]");
  }

  @Test
  void reportsTheSizeThatAModelFailsOnAndContinues() throws IOException {
    byte[] onnx = new TinyModel(2, Colour.Y).forEvenSidesOnly().onnx();
    try (Upscaler upscaler = Upscaler.builder().model(onnx).device(Device.CPU).open()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> upscaler.upscale(Pictures.random(5, 3, 1, 1)))
          .withMessageStartingWith("tiny-x2 on 5x3 pixels (cpu): ")
          .withMessageContaining("{1,1,6,10}")
          .withMessageContaining("{1,1,8,12}");
      assertThat(upscaler.upscale(Pictures.random(6, 4, 1, 1))).hasToString("12x8x1");
    }
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
