package io.subpixel.trainer.training;

import io.subpixel.models.ModelCard;
import io.subpixel.trainer.data.PictureSet;
import io.subpixel.trainer.network.Network;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes the card of what is trained. */
final class CardMaker {
  private static final String LICENCE = "Apache-2.0";

  private final FitOptions options;
  private final Network network;
  private final PictureSet pictures;
  private final int originals;
  private final String dataSha256;
  private final String command;

  /**
   * Reads every file's bytes, for their digest.
   *
   * @param originals how many pictures and frames there are in the files
   */
  CardMaker(FitOptions options, Network network, PictureSet pictures, int originals)
      throws IOException {
    this.options = options;
    this.network = network;
    this.pictures = pictures;
    this.originals = originals;
    this.dataSha256 = pictures.sha256();
    this.command = Settings.command(options, pictures.names());
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
        options.data().degradation(),
        new ModelCard.Training(
            pictures.names(),
            originals,
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
        LICENCE,
        Weights.sha256(network.graph()),
        Map.of());
  }
}
