package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.ModelTraits;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the models of the library, or shows the traits of any model. */
@Command(
    name = "models",
    description = "Lists the models that --model takes by name, or shows the traits of a file.")
final class ModelsCommand implements Callable<Integer> {
  private static final String SCORED_SET = "Set5";

  @Mixin private final Output output = new Output();

  @Option(
      names = "--probe",
      paramLabel = "FILE.onnx",
      description =
          "Show the traits of this model: scale, channels, value range, receptive radius, and the"
              + " source of each.")
  private @Nullable Path probed;

  @Mixin private final TraitOptions given = new TraitOptions();

  /** The part of a card that matters for choosing; PSNR in dB. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(
      String name,
      int scale,
      Colour colour,
      long parameters,
      long macsPerLrPixel,
      String degradation,
      @Nullable Boolean strength,
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
          card.hasStrength() ? true : null,
          psnr);
    }

    @Override
    public String toString() {
      String score = set5Psnr == null ? "" : String.format(Locale.ROOT, ", Set5 %.2f dB", set5Psnr);
      return String.format(
          Locale.ROOT,
          "%s: x%d, %s, %,d parameters, %,d MACs per LR pixel, %s%s%s",
          name,
          scale,
          colour.id(),
          parameters,
          macsPerLrPixel,
          label(),
          strength == null ? "" : ", has strength",
          score);
    }

    /** Returns the degradation's name, or its id if this library doesn't know it. */
    private String label() {
      try {
        return Degradation.parse(degradation).label();
      } catch (InvalidInputException e) {
        return degradation;
      }
    }
  }

  /** The traits of a model. {@code from} names the source of each that has several. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Probed(
      String name,
      int scale,
      Colour colour,
      String layout,
      String elements,
      String valueRange,
      @Nullable Integer receptiveRadius,
      int multiple,
      @Nullable Integer fixedWidth,
      @Nullable Integer fixedHeight,
      String input,
      String output,
      boolean pixels,
      boolean strength,
      Map<String, String> from) {
    static Probed of(ModelTraits traits, ModelCard card) {
      Map<String, String> from = new TreeMap<>();
      traits.origins().forEach((trait, origin) -> from.put(trait, lower(origin)));
      return new Probed(
          traits.name(),
          traits.scale(),
          traits.colour(),
          traits.layout().toString(),
          lower(traits.element()),
          traits.valueRange().toString(),
          boxed(traits.receptiveRadius()),
          traits.multiple(),
          boxed(traits.fixedWidth()),
          boxed(traits.fixedHeight()),
          traits.input(),
          traits.output(),
          traits.pixels(),
          card.hasStrength(),
          from);
    }

    private static String lower(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Integer boxed(OptionalInt value) {
      return value.isPresent() ? value.getAsInt() : null;
    }

    List<String> lines() {
      String radius =
          receptiveRadius == null ? "unbounded, so never in tiles" : receptiveRadius + " LR pixels";
      return List.of(
          name + (pixels ? ": a pixel model" : ""),
          "  scale             " + scale + from("scale"),
          "  colour            " + colour.id() + from("colour"),
          "  layout            " + layout + from("layout"),
          "  elements          " + elements + " (file)",
          "  values            " + valueRange + from("valueRange"),
          "  receptive radius  " + radius + from("receptiveRadius"),
          "  sides             multiples of " + multiple + from("multiple"),
          "  width             " + (fixedWidth == null ? "any" : fixedWidth) + " (file)",
          "  height            " + (fixedHeight == null ? "any" : fixedHeight) + " (file)",
          "  strength          " + (strength ? "0 to 1" : "none") + " (card)",
          "  input, output     " + input + ", " + output + " (file)");
    }

    private String from(String trait) {
      return " (" + from.get(trait) + ")";
    }
  }

  @Override
  public Integer call() throws IOException {
    if (probed != null) {
      try (Upscaler upscaler =
          given.apply(Upscaler.builder().model(probed)).device(Device.CPU).open()) {
        Probed line = Probed.of(upscaler.traits(), upscaler.card());
        output.print(line.lines(), line);
      }
      return ExitStatus.DONE;
    }
    for (String name : Pretrained.names()) {
      Line line = Line.of(Pretrained.card(name));
      output.print(line.toString(), line);
    }
    return ExitStatus.DONE;
  }
}
