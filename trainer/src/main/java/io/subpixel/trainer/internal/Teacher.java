package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
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
import java.util.Random;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A trained network that another learns from.
 *
 * @param graph with the names of {@link Network}
 * @param card says what it is
 * @param sha256 of its file, as hexadecimal
 */
record Teacher(SameDiff graph, ModelCard card, String sha256) {
  /** The side of what a teacher is tried with, and what its SR may come to. */
  private static final int SIDE = 24;

  private static final float MOST = 10;

  /**
   * Reads a network of this trainer.
   *
   * @param from the folder of a run, an ONNX file or the name of a shipped model
   * @param pupil the network that learns
   * @throws InvalidInputException if it is none, is broken, has no card, is for another scale or
   *     colour space than the pupil, or doesn't upscale
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
    requireSense(where, network.graph(), card);
    return new Teacher(network.graph(), card, weights.sha256());
  }

  /** Weights that are finite may still be nonsense, for which the pupil would be blamed. */
  private static void requireSense(String where, SameDiff graph, ModelCard card)
      throws InvalidInputException {
    Random random = new Random(1);
    Plane[] lr = new Plane[card.channels()];
    for (int c = 0; c < lr.length; c++) {
      lr[c] = new Plane(SIDE, SIDE);
      for (int i = 0; i < lr[c].values().length; i++) {
        lr[c].values()[i] = random.nextFloat();
      }
    }
    for (Plane plane : new SameDiffNetwork(graph).apply(lr)) {
      for (float value : plane.values()) {
        if (!(Math.abs(value) <= MOST)) {
          throw new InvalidInputException(
              where, "a teacher whose SR of noise lies around 0..1", String.valueOf(value));
        }
      }
    }
  }

  private static String kind(int scale, String colour) {
    return "of scale " + scale + " and colour " + colour;
  }

  /** That of the model, which it shows by its operators. */
  private static Activation activation(Set<Activation> found, Architecture architecture) {
    return found.size() == 1 ? found.iterator().next() : architecture.activation();
  }
}
