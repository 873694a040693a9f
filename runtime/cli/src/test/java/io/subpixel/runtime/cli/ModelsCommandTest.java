package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
  private static final ModelCard CARD = TinyModel.card(2, Colour.Y);

  @Test
  void showsTheTraitsForChoosing() {
    assertThat(ModelsCommand.Line.of(CARD))
        .hasToString("tiny-x2: x2, y, 1 parameters, 1 MACs per LR pixel, none");
  }

  @Test
  void showsTheScoreOnSet5() {
    ModelCard scored =
        CARD.withScores(
            List.of(
                new ModelCard.Score("Set14", 32.5, 0.9, 30.2, "c"),
                new ModelCard.Score("Set5", 36.666, 0.95, 33.66, "c")));
    assertThat(ModelsCommand.Line.of(scored).toString()).endsWith(", none, Set5 36.67 dB");
    assertThat(ModelsCommand.Line.of(scored).set5Psnr()).isEqualTo(36.666);
  }

  @Test
  void showsProbedTraitsOnePerLine(@TempDir Path folder) throws IOException {
    Path model = new TinyModel(2, Colour.Y).write(folder.resolve("tiny.onnx"));
    CommandOutput output = CommandOutput.of("models", "--probe", model);
    assertThat(output.status()).as(output.toString()).isZero();
    assertThat(output.out())
        .hasSize(12)
        .startsWith("tiny-x2")
        .anyMatch(line -> line.matches("\\s*scale +2 \\(card\\)"))
        .anyMatch(line -> line.matches("\\s*colour +y \\(card\\)"));
    assertThat(CommandOutput.of("models", "--probe", model, "--json").out())
        .singleElement()
        .asString()
        .contains("\"scale\":2");
  }
}
