package io.subpixel.trainer.internal;

import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the card of what is trained. */
public final class CardMaker {
  private final FitOptions options;
  private final Network network;
  private final TrainingData data;
  private final String degradation;
  private final String dataSha256;
  private final @Nullable String command;

  /** Reads all data, for their digest. */
  public CardMaker(FitOptions options, Network network, TrainingData data) throws IOException {
    this.options = options;
    this.network = network;
    this.data = data;
    this.dataSha256 = data.digest().sha256();
    this.command = command(options);
    // A preset may change; its steps make the same pictures again.
    this.degradation = Degradation.parse(options.data().degradation()).id();
  }

  /** Before the command of the run, that of the run that it starts from. */
  private static @Nullable String command(FitOptions options) throws IOException {
    String command = options.command();
    Path start = options.model().startFrom();
    if (command == null || start == null) {
      return command;
    }
    ModelCard.Training before = ModelCard.read(start.resolve(ModelCard.FILE_NAME)).training();
    return before == null || before.command() == null
        ? command
        : before.command() + " && " + command;
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
        Map.of());
  }
}
