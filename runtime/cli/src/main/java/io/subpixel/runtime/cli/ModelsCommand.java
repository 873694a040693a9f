package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.models.Colour;
import io.subpixel.models.ModelCard;
import io.subpixel.models.Pretrained;
import io.subpixel.models.cli.ExitStatus;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the models that travel with the library. */
@Command(name = "models", description = "Lists the models that --model takes by name.")
final class ModelsCommand implements Callable<Integer> {
  private static final String SCORED_SET = "Set5";

  @Mixin private final Output output = new Output();

  /** The part of a card by which one chooses; PSNR in dB. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(
      String name,
      int scale,
      Colour colour,
      long parameters,
      long macsPerLrPixel,
      String degradation,
      @Nullable Double set5Psnr) {
    static Line of(ModelCard card) {
      Double psnr =
          card.scores().stream()
              .filter(score -> score.data().equalsIgnoreCase(SCORED_SET))
              .map(ModelCard.Score::psnr)
              .findFirst()
              .orElse(null);
      return new Line(
          card.name(),
          card.scale(),
          card.colour(),
          card.parameters(),
          card.macsPerLrPixel(),
          card.degradation(),
          psnr);
    }

    @Override
    public String toString() {
      String score = set5Psnr == null ? "" : String.format(Locale.ROOT, ", Set5 %.2f dB", set5Psnr);
      return String.format(
          Locale.ROOT,
          "%s: x%d, %s, %,d parameters, %,d MACs per LR pixel, %s%s",
          name,
          scale,
          colour.id(),
          parameters,
          macsPerLrPixel,
          degradation,
          score);
    }
  }

  @Override
  public Integer call() {
    for (String name : Pretrained.names()) {
      Line line = Line.of(Pretrained.card(name));
      output.print(line.toString(), line);
    }
    return ExitStatus.DONE;
  }
}
