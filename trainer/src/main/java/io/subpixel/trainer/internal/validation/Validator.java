package io.subpixel.trainer.internal.validation;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Upscales degraded validation pictures and compares them with the originals, beside bilinear and
 * bicubic. Not for several threads at once.
 */
public final class Validator {
  private static final long MAX_MEMORY = 512L << 20;

  private final List<ValidationSet> sets = new ArrayList<>();

  /**
   * Measures bilinear and bicubic, and so reads every picture before any training.
   *
   * @param sources a set each, with the name of its first source; there may be none
   * @param degradation how LR is made from HR
   * @throws InvalidInputException if a picture can't be used
   */
  public Validator(List<TrainingData> sources, Degradation degradation, int scale)
      throws IOException {
    this(sources, degradation, scale, Math.min(MAX_MEMORY, Runtime.getRuntime().maxMemory() / 8));
  }

  Validator(List<TrainingData> sources, Degradation degradation, int scale, long memory)
      throws IOException {
    AtomicLong left = new AtomicLong(memory);
    List<String> names = new ArrayList<>();
    for (TrainingData source : sources) {
      String base = source.names().get(0);
      String name = base;
      for (int i = 2; names.contains(name); i++) {
        name = base + "-" + i;
      }
      names.add(name);
      sets.add(new ValidationSet(name, source.originals(), degradation, scale, left));
    }
  }

  /** The sets, in the order of their sources. */
  public List<ValidationSet> sets() {
    return List.copyOf(sets);
  }

  /**
   * Measures a network on each set.
   *
   * @return an entry a set, in their order
   * @throws IOException if a picture has to be read again and can't be
   */
  public List<Measurement> measure(ModelCard card, PixelPath.Network network) throws IOException {
    List<Measurement> measured = new ArrayList<>();
    for (ValidationSet set : sets) {
      measured.add(set.measure(card, network));
    }
    return measured;
  }
}
