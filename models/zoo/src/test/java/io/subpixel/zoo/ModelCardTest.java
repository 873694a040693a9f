package io.subpixel.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
  private static final ModelCard CARD =
      new ModelCard(
          "espcn-x2",
          2,
          Colour.Y,
          1,
          List.of(0.0, 1.0),
          5,
          21_284,
          58_048,
          "bicubic-uint8-clamp",
          new ModelCard.Training(
              List.of("T91"),
              91,
              "ab12",
              "espcn",
              "mse",
              20_000,
              16,
              17,
              1e-3,
              7,
              "trainer fit --data T91"),
          List.of(new ModelCard.Score("Set5", 36.5, 0.954, 33.66, "MATLAB Y")),
          "CC0-1.0",
          "cd34",
          Map.of());

  @Test
  void survivesARoundTrip() throws IOException {
    assertThat(ModelCard.fromJson(CARD.toJson(), "card.json")).isEqualTo(CARD);
  }

  @Test
  void survivesARoundTripWithoutWhatIsOptional() throws IOException {
    ModelCard bare =
        new ModelCard(
            "m",
            ModelCard.MAX_SCALE,
            Colour.RGB,
            3,
            List.of(0.0, 1.0),
            0,
            0,
            0,
            "",
            null,
            List.of(),
            "",
            null,
            Map.of());
    assertThat(ModelCard.fromJson(bare.toJson(), "card.json")).isEqualTo(bare);
    assertThat(bare.toJson()).doesNotContain("null").endsWith("}\n");
  }

  @Test
  void isReadFromAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("card.json"), CARD.toJson());
    assertThat(ModelCard.read(file)).isEqualTo(CARD);
  }

  @Test
  void statesTheFieldsThatOtherLanguagesRead() {
    assertThat(CARD.toJson())
        .contains("\"name\" : \"espcn-x2\"", "\"scale\" : 2", "\"colour\" : \"y\"")
        .contains("\"channels\" : 1", "\"receptiveRadius\" : 5", "\"macsPerLrPixel\" : 58048")
        .contains("\"weightsSha256\" : \"cd34\"", "\"learningRate\" : 0.001");
  }

  @Test
  void keepsFieldsThatItDoesntKnow() throws IOException {
    String json =
        CARD.toJson()
            .replaceFirst("\\{", "{\"future\": {\"a\": [1, {\"b\": null}], \"c\": 0.1},")
            .replace("\"network\"", "\"optimiser\": \"adam\", \"network\"")
            .replace("\"psnr\"", "\"lpips\": 0.25, \"psnr\"");
    ModelCard card = ModelCard.fromJson(json, "card.json");
    assertThat(card.unknown()).containsOnlyKeys("future");
    assertThat(card.toJson().replaceAll("\\s", ""))
        .contains("\"future\":{\"a\":[1,{\"b\":null}],\"c\":0.1}")
        .contains("\"optimiser\":\"adam\"")
        .contains("\"lpips\":0.25");
    assertThat(ModelCard.fromJson(card.toJson(), "card.json")).isEqualTo(card);
  }

  @Test
  void takesOtherScores() {
    ModelCard.Score score = new ModelCard.Score("Set14", 32.1, 0.9, 30.24, "MATLAB Y");
    ModelCard other = CARD.withScores(List.of(score));
    assertThat(other.scores()).containsExactly(score);
    assertThat(other.withScores(CARD.scores())).isEqualTo(CARD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"scale\" : 2 | \"scale\" : \"two\" | scale: expected a whole number, received \"two\"",
        "\"scale\" : 2 | \"scale\" : \"2\" | scale: expected a whole number, received \"2\"",
        "\"scale\" : 2 | \"scale\" : 2.5 | scale: expected a whole number, received 2.5",
        "\"scale\" : 2 | \"scale\" : 0 | scale: expected 1 to 16, received 0",
        "\"scale\" : 2 | \"scale\" : 99 | scale: expected 1 to 16, received 99",
        "\"scale\" : 2 | \"scale\" : null | scale: expected a whole number, received null",
        "\"scale\" : 2 | \"scale\" : true | scale: expected a whole number, received true",
        "\"scale\" : 2 | \"scale\" : 3000000000 | scale: expected a whole number, received 3000000000",
        "\"scale\" : 2, | '' | scale: expected a whole number, received nothing",
        "\"name\" : \"espcn-x2\", | '' | name: expected text, received nothing",
        "\"name\" : \"espcn-x2\" | \"name\" : null | name: expected text, received null",
        "\"name\" : \"espcn-x2\" | \"name\" : \" \" | name: expected some text, received \" \"",
        "\"name\" : \"espcn-x2\" | \"name\" : [1] | name: expected text, received [1]",
        "\"colour\" : \"y\" | \"colour\" : \"cmyk\" | colour: expected \"y\" or \"y-studio\" or \"rgb\", received \"cmyk\"",
        "\"colour\" : \"y\" | \"colour\" : null | colour: expected \"y\" or \"y-studio\" or \"rgb\", received null",
        "\"colour\" : \"y\" | \"colour\" : 0 | colour: expected \"y\" or \"y-studio\" or \"rgb\", received 0",
        "\"channels\" : 1 | \"channels\" : 3 | channels: expected 1 for colour y, received 3",
        "0.0, 1.0 | 0, 255 | valueRange: expected [0.0, 1.0], received [0,255]",
        "0.0, 1.0 | 0, null | valueRange[1]: expected a value, received nothing",
        "[ 0.0, 1.0 ] | 1 | valueRange: expected a list, received 1",
        "[ 0.0, 1.0 ] | null | valueRange: expected a list, received null",
        "\"psnr\" : 36.5 | \"psnr\" : \"36.5\" | scores[0].psnr: expected a number, received \"36.5\"",
        "\"psnr\" : 36.5, | '' | scores[0].psnr: expected a number, received nothing",
        "\"data\" : \"Set5\", | '' | scores[0].data: expected text, received nothing",
        "\"data\" : [ \"T91\" ] | \"data\" : [ null ] | training.data[0]: expected a value, received nothing",
        "\"sha256\" : \"ab12\" | \"sha256\" : null | training.sha256: expected text, received null",
        "\"seed\" : 7 | \"seed\" : {} | training.seed: expected a whole number, received {}",
        "\"receptiveRadius\" : 5 | \"receptiveRadius\" : -1 | receptiveRadius: expected 0 to 1024, received -1",
        "\"parameters\" : 21284 | \"parameters\" : -1 | parameters: expected 0 or more, received -1",
        "\"macsPerLrPixel\" : 58048 | \"macsPerLrPixel\" : -1 | macsPerLrPixel: expected 0 or more, received -1",
        "\"licence\" : \"CC0-1.0\" | \"licence\" : 1 | licence: expected text, received 1",
        "\"degradation\" : \"bicubic-uint8-clamp\", | '' | degradation: expected text, received nothing",
      })
  void aBrokenFieldIsNamed(String right, String wrong, String message) {
    String json = CARD.toJson();
    assertThat(json).contains(right);
    assertThatThrownBy(() -> ModelCard.fromJson(json.replace(right, wrong), "card.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("card.json: " + message);
  }

  @Test
  void aScoreThatIsNullIsNamed() {
    String json = CARD.toJson().replaceFirst("(?s)\"scores\" : .*?]", "\"scores\" : [ null ]");
    assertThatThrownBy(() -> ModelCard.fromJson(json, "card.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("card.json: scores[0]: expected a value, received nothing");
  }

  @Test
  void aMessageIsOneShortLineWhateverWasReceived() {
    String json = CARD.toJson().replace(": 2,", ": \"" + "two\\nlines".repeat(100) + "\",");
    assertThatThrownBy(() -> ModelCard.fromJson(json, "card.json"))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .hasSizeLessThan(200)
        .doesNotContain("\n")
        .endsWith("...");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a card (a JSON object), received nothing",
        "' ' | a card (a JSON object), received nothing",
        "null | a card (a JSON object), received null",
        "[1] | a card (a JSON object), received [1]",
        "2 | a card (a JSON object), received 2",
        "hello | a card (JSON), received text that isn't JSON at line 1",
        "{\"name\": | a card (JSON), received text that isn't JSON at line 1",
      })
  void invalidCardsAreRejected(String json, String message) {
    assertThatThrownBy(() -> ModelCard.fromJson(json, "card.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("card.json: expected " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "{}", "]", "1"})
  void trailingGarbageIsRefused(String garbage) {
    assertThatThrownBy(() -> ModelCard.fromJson(CARD.toJson() + garbage, "card.json"))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .startsWith("card.json: expected a card (JSON), received text that isn't JSON at line");
  }

  @Test
  void aCardCutAnywhereIsRefused() {
    String json = CARD.toJson().strip();
    for (int length = 0; length < json.length(); length++) {
      String cut = json.substring(0, length);
      InvalidInputException refusal =
          catchThrowableOfType(
              InvalidInputException.class, () -> ModelCard.fromJson(cut, "card.json"));
      assertThat(refusal).as(cut).isNotNull();
      assertThat(refusal.getMessage()).startsWith("card.json: expected ").hasLineCount(1);
    }
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> ModelCard.fromJson("[".repeat(1_000_000), "card.json"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void bytesThatAreNoUtf8AreRefused(@TempDir Path folder) throws IOException {
    Path file =
        Files.write(
            folder.resolve("card.json"),
            CARD.toJson().replace("espcn", "\u00e9spcn").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ModelCard.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected a card (JSON), received bytes that aren't UTF-8");
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("card.json");
    assertThatThrownBy(() -> ModelCard.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected a card, received no such file");
  }

  @Test
  void aFolderIsNoCard(@TempDir Path folder) {
    assertThatThrownBy(() -> ModelCard.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder + ": expected a card, received a folder");
  }

  @Test
  void aCardCantBeChangedThroughWhatItWasMadeOf() {
    assertThatThrownBy(() -> CARD.scores().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> CARD.unknown().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
