package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands with the models that travel with the library. */
class PretrainedTest {
  @Test
  void upscalesWithTheDefaultModel(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("a.png");
    Path output = folder.resolve("b.png");
    PictureFiles.write(input, Pictures.drawn(160, 120));
    CommandOutput done = CommandOutput.of("upscale", input, "-o", output);
    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.out().get(0))
        .contains("160x120 to 320x240 by " + Pretrained.DEFAULT + " (drawing)");
    assertThat(PictureFiles.read(output)).hasToString("320x240x3");
  }

  @Test
  void aFixedStrengthIsReported(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("a.png");
    PictureFiles.write(input, Pictures.drawn(40, 30));
    Object[] half = {"upscale", input, "-o", folder.resolve("b.png"), "--strength", "0.5"};
    assertThat(CommandOutput.of(half).out().get(0))
        .contains("40x30 to 80x60 by photo-x2 at strength 0.5 on ");
    String named =
        CommandOutput.of(
                "upscale",
                input,
                "-o",
                folder.resolve("out"),
                "--model",
                "photo-x2",
                "--json",
                "--dry-run")
            .out()
            .get(0);
    assertThat(new JsonMapper().readTree(named).get("strength").asDouble()).isEqualTo(1);
    String clean =
        CommandOutput.of(
                "upscale",
                input,
                "-o",
                folder.resolve("out"),
                "--model",
                "sesr-m5-x2",
                "--json",
                "--dry-run")
            .out()
            .get(0);
    assertThat(new JsonMapper().readTree(clean).has("strength")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"--scale 3, --scale for models of x3", "--model sesr-m5-x2, --model sesr-m5-x2"})
  void aStrengthThatNoModelHasIsWrongUsage(String options, String received, @TempDir Path folder)
      throws IOException {
    Path input = folder.resolve("a.png");
    PictureFiles.write(input, Pictures.drawn(40, 30));
    List<Object> all = new ArrayList<>(List.of("upscale", input, "-o", folder.resolve("b.png")));
    all.addAll(List.of(options.split(" ")));
    all.addAll(List.of("--strength", "0.5"));
    CommandOutput refused = CommandOutput.of(all.toArray());
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err().get(0))
        .contains(
            "--strength: expected a model with strength, such as photo-x2 or photo-x4 or web-x2 or web-x4,"
                + " received "
                + received);
  }

  @Test
  void listsAllModels() {
    CommandOutput listed = CommandOutput.of("models", "--json");
    assertThat(listed.status()).as(listed.toString()).isZero();
    List<JsonNode> lines = listed.out().stream().map(new JsonMapper()::readTree).toList();
    assertThat(lines)
        .extracting(line -> line.get("name").asString())
        .containsExactlyElementsOf(Pretrained.names());
    for (JsonNode line : lines) {
      ModelCard card = Pretrained.card(line.get("name").asString());
      assertThat(line.get("scale").asInt()).isEqualTo(card.scale());
      assertThat(line.get("parameters").asLong()).isEqualTo(card.parameters());
      assertThat(line.get("macsPerLrPixel").asLong()).isEqualTo(card.macsPerLrPixel());
      assertThat(line.get("degradation").asString()).isEqualTo(card.degradation());
      assertThat(line.has("set5Psnr")).as("a score on Set5").isTrue();
    }
    assertThat(CommandOutput.of("models").out()).hasSameSizeAs(Pretrained.names());
  }
}
