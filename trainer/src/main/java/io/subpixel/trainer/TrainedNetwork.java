package io.subpixel.trainer;

import io.subpixel.pictures.Picture;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.internal.SameDiffNetwork;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import java.util.List;
import java.util.Optional;

/**
 * The result of a training. Not thread-safe, as its graph isn't.
 *
 * @param network the network with the weights that were kept
 * @param card its card, with its scores on each validation set
 * @param history the figures of each epoch
 * @param skipped the number of images that couldn't be used
 * @since 0.1
 */
public record TrainedNetwork(Network network, ModelCard card, List<Epoch> history, int skipped) {
  /** Copies the list. */
  public TrainedNetwork {
    history = List.copyOf(history);
  }

  /** Returns the epoch with the best PSNR on the first validation set, if there is one. */
  public Optional<Epoch> best() {
    return History.best(history);
  }

  /** Upscales an image with SameDiff. */
  public Picture upscale(Picture lr) {
    return PixelPath.upscale(lr, card, new SameDiffNetwork(network.graph()));
  }
}
