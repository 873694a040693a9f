package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A trained network that another learns from.
 *
 * @param graph with the names of {@link Network}
 * @param card says what it is
 */
record Teacher(SameDiff graph, ModelCard card) {
  /**
   * Reads a network of this trainer.
   *
   * @param from the folder of a run, an ONNX file or the name of a shipped model
   * @param pupil the network that learns
   * @throws InvalidInputException if it is none, is broken, has no card, or is for another scale or
   *     colour space than the pupil
   */
  static Teacher read(Path from, FitOptions.Model pupil) throws IOException {
    StartingPoint weights = StartingPoint.of(from);
    String where = from.toString();
    ModelCard card =
        weights
            .card()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        where, "a model with a card, as this trainer writes it", "one without"));
    if (card.scale() != pupil.scale() || card.colour() != pupil.colour()) {
      throw new InvalidInputException(
          where,
          "a teacher " + kind(pupil.scale(), pupil.colour().id()),
          "one " + kind(card.scale(), card.colour().id()));
    }
    String name = card.training() == null ? "" : card.training().network();
    Optional<Architecture> architecture = Architectures.find(name);
    if (architecture.isEmpty()) {
      throw new InvalidInputException(
          where + ": network", Architectures.expected(), name.isEmpty() ? "nothing" : name);
    }
    Network network =
        Network.build(
            architecture.get(),
            card.scale(),
            card.colour(),
            activation(weights.activations(), architecture.get()),
            0);
    List<String> lacking = weights.copyTo(network.graph());
    if (!lacking.isEmpty()) {
      throw new InvalidInputException(
          where, "all weights of " + name, "none that fit " + String.join(", ", lacking));
    }
    return new Teacher(network.graph(), card);
  }

  private static String kind(int scale, String colour) {
    return "of scale " + scale + " and colour " + colour;
  }

  /** That of the model, which it shows by its operators. */
  private static Activation activation(Set<Activation> found, Architecture architecture) {
    return found.size() == 1 ? found.iterator().next() : architecture.activation();
  }
}
