package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the card of what is trained. */
public final class CardMaker {
  /** The card's fields on other networks. */
  private static final String SQUEEZENET = "squeezenet";

  private static final String TEACHERS = "teachers";

  private static final String SHA256 = "sha256";

  private static final String DISCRIMINATOR = "discriminator";

  private final FitOptions options;
  private final Network network;
  private final TrainingData data;
  private final String degradation;
  private final String dataSha256;
  private final @Nullable String command;
  private final Map<String, Object> more;

  /**
   * Reads all data, for their digest.
   *
   * @param before the card of the model that this run starts from, if there is one
   */
  public CardMaker(
      FitOptions options,
      Network network,
      TrainingData data,
      Degradation degradation,
      LossNetworks networks,
      Optional<ModelCard> before)
      throws IOException {
    this.options = options;
    this.network = network;
    this.data = data;
    this.dataSha256 = data.digest().sha256();
    this.command = command(options, before);
    this.more = more(options, before, networks);
    // A preset may change; its steps make the same pictures again.
    this.degradation = degradation.id();
  }

  /** Before the command of the run, that of the run that it starts from. */
  private static @Nullable String command(FitOptions options, Optional<ModelCard> before) {
    String command = options.command();
    String first = before.map(ModelCard::training).map(ModelCard.Training::command).orElse(null);
    return command == null || first == null ? command : first + " && " + command;
  }

  /** What other networks the weights have learned from, in this run or in those before. */
  private static Map<String, Object> more(
      FitOptions options, Optional<ModelCard> before, LossNetworks networks) {
    Double adversarysRate = options.objective().discriminatorLearningRate();
    Map<String, Object> more = new LinkedHashMap<>();
    for (String field : List.of(SQUEEZENET, TEACHERS, DISCRIMINATOR)) {
      before.map(card -> card.unknown().get(field)).ifPresent(value -> more.put(field, value));
    }
    if (networks.squeezeNet() != null) {
      more.put(
          SQUEEZENET,
          Map.of(
              "use",
              "its features were part of the loss; its weights aren't part of the model",
              "source",
              "SqueezeNet 1.0, compressed_SqueezeNet.net of SqueezeNet-Deep-Compression",
              "licence",
              "BSD-2-Clause",
              SHA256,
              networks.squeezeNet().sha256()));
    }
    if (networks.teacher() != null) {
      List<Object> teachers = new ArrayList<>();
      if (more.get(TEACHERS) instanceof List<?> earlier) {
        teachers.addAll(earlier);
      }
      Map<String, Object> facts = facts(networks.teacher());
      if (!teachers.contains(facts)) {
        teachers.add(facts);
      }
      more.put(TEACHERS, teachers);
    }
    if (adversarysRate != null) {
      more.put(
          DISCRIMINATOR,
          Map.of(
              "use",
              "trained beside the network, for the adversarial loss; not part of the model",
              "network",
              "four convolutions over patches, spectral norm; loss by relativistic pairing",
              "learningRate",
              adversarysRate));
    }
    return more;
  }

  /**
   * Makes sure that a training goes on with the teacher that it had.
   *
   * @param before the card of the run that goes on
   * @throws InvalidInputException if the teacher's file has changed since
   */
  public static void requireSameTeacher(
      FitOptions options, @Nullable Teacher teacher, Optional<ModelCard> before)
      throws InvalidInputException {
    Object known = before.map(card -> card.unknown().get(TEACHERS)).orElse(null);
    if (teacher == null || !(known instanceof List<?> teachers) || teachers.isEmpty()) {
      return;
    }
    if (teachers.get(teachers.size() - 1) instanceof Map<?, ?> last
        && !teacher.sha256().equals(last.get(SHA256))) {
      throw new InvalidInputException(
          String.valueOf(options.objective().teacher()),
          "the teacher that the run began with, of SHA-256 " + last.get(SHA256),
          teacher.sha256());
    }
  }

  private static Map<String, Object> facts(Teacher teacher) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("use", "its results were part of the loss; its weights aren't part of the model");
    facts.put("name", teacher.card().name());
    facts.put(SHA256, teacher.sha256());
    if (teacher.card().licence() != null) {
      facts.put("licence", teacher.card().licence());
    }
    return facts;
  }

  /** The card of the graph's present weights, without scores. */
  ModelCard card(long steps) {
    FitOptions.Model model = options.model();
    return new ModelCard(
        model.name(),
        model.scale(),
        model.colour(),
        model.colour().channels(),
        List.of(0.0, 1.0),
        network.receptiveRadius(),
        network.parameters(),
        network.macsPerLrPixel(),
        degradation,
        new ModelCard.Training(
            data.names(),
            data.originals().size(),
            dataSha256,
            model.network(),
            options.objective().loss().id(),
            steps,
            options.loading().batch(),
            options.loading().patch(),
            options.objective().learningRate(),
            options.seed(),
            command),
        List.of(),
        model.licence(),
        Weights.sha256(network.graph()),
        more);
  }
}
