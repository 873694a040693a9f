package io.subpixel.trainer.validation;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.trainer.data.FrameChoice;
import io.subpixel.trainer.data.PictureSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Upscales degraded validation pictures and compares them with the originals, beside bilinear and
 * bicubic. Not for several threads at once.
 */
public final class Validator {
  private static final long MOST_MEMORY = 512L << 20;

  private final List<ValidationSet> sets = new ArrayList<>();

  /**
   * Measures bilinear and bicubic, and so reads every picture before any training.
   *
   * @param sources a set each, called by the source's name; there may be none
   * @param frames which are taken of clips
   * @param degradation how LR is made from HR
   * @throws InvalidInputException if a source, a picture or a clip can't be used
   */
  public Validator(List<Path> sources, FrameChoice frames, Degradation degradation, int scale)
      throws IOException {
    this(
        sources,
        frames,
        degradation,
        scale,
        Math.min(MOST_MEMORY, Runtime.getRuntime().maxMemory() / 8));
  }

  Validator(List<Path> sources, FrameChoice frames, Degradation degradation, int scale, long memory)
      throws IOException {
    AtomicLong left = new AtomicLong(memory);
    List<String> names = new ArrayList<>();
    for (Path source : sources) {
      PictureSet pictures = PictureSet.of(List.of(source));
      String base = pictures.names().get(0);
      String name = base;
      for (int i = 2; names.contains(name); i++) {
        name = base + "-" + i;
      }
      names.add(name);
      sets.add(
          new ValidationSet(
              name, pictures.originals(frames, true, told -> {}), degradation, scale, left));
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
