package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.internal.loss.SqueezeNet;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The trained networks that a loss compares by, each null if it compares by no such one.
 *
 * @param squeezeNet the features of {@link io.subpixel.trainer.LossTerm#SQUEEZENET}
 * @param teacher the network of {@link io.subpixel.trainer.LossTerm#TEACHER}
 */
public record LossNetworks(@Nullable SqueezeNet squeezeNet, @Nullable Teacher teacher) {
  /** Those of a loss that needs none. */
  static final LossNetworks NONE = new LossNetworks(null, null);

  /**
   * Reads the files that the options name.
   *
   * @throws InvalidInputException if one is missing or broken, or the teacher is for another scale
   *     or colour space
   */
  public static LossNetworks read(FitOptions options) throws IOException {
    Path weights = options.objective().squeezenet();
    Path teacher = options.objective().teacher();
    return new LossNetworks(
        weights == null ? null : SqueezeNet.read(weights),
        teacher == null ? null : Teacher.read(teacher, options.model()));
  }
}
