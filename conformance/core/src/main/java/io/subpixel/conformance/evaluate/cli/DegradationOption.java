package io.subpixel.conformance.evaluate.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --degradation}: how LR pictures are made, if not as the model's card says. */
public final class DegradationOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--degradation",
      paramLabel = "ID",
      description =
          "How LR is made from HR: bicubic-uint8-clamp, photo, or steps such as"
              + " shrink+noise:5+jpeg:60 (docs/degradations.md; default: as the model's card says).")
  private @Nullable String id;

  /**
   * Refuses the option.
   *
   * @param other the option that excludes it
   * @throws ParameterException if it was given
   */
  public void requireNone(String other) {
    if (id != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--degradation: expected nothing beside " + other + ", received " + id);
    }
  }

  /**
   * The requested degradation, or else the card's.
   *
   * @throws ParameterException if the option's value is no degradation
   * @throws InvalidInputException if the card's degradation is unknown
   */
  public Degradation of(ModelCard card) throws InvalidInputException {
    if (id == null) {
      try {
        return Degradation.parse(card.degradation());
      } catch (InvalidInputException e) {
        throw new InvalidInputException(
            "card of " + card.name() + ": degradation",
            e.expected() + "; --degradation states another",
            e.received(),
            e);
      }
    }
    try {
      return Degradation.parse(id);
    } catch (InvalidInputException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--degradation: expected " + e.expected() + ", received " + e.received(),
          e);
    }
  }
}
