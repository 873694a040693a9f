package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands with the models that travel with the library. */
class PretrainedTest {
  @Test
  void upscalesByTheDefault(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("a.png");
    Path output = folder.resolve("b.png");
    PictureFiles.write(input, Pictures.drawn(160, 120));
    CommandOutput done = CommandOutput.of("upscale", input, "-o", output);
    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.out().get(0)).contains("160x120 to 320x240 by " + Pretrained.DEFAULT + " (");
    assertThat(PictureFiles.read(output)).hasToString("320x240x3");
  }

  @Test
  void listsThemAll() {
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
