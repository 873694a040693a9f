package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The measures that there are files for. For one thread at a time. */
public final class Measures {
  /** GMSD alone, which needs no file. */
  public static final Measures WITHOUT_FILES = new Measures(null, null);

  private final @Nullable Niqe niqe;
  private final @Nullable Brisque brisque;

  private Measures(@Nullable Niqe niqe, @Nullable Brisque brisque) {
    this.niqe = niqe;
    this.brisque = brisque;
  }

  /**
   * All of them.
   *
   * @param folder holds {@code niqe_pris_params.npz}, {@code brisque_model_live.yml} and {@code
   *     brisque_range_live.yml}
   * @throws InvalidInputException if one is absent or something else
   * @throws UnavailableException if OpenCV's natives can't be loaded
   */
  public static Measures load(Path folder) throws IOException {
    return new Measures(
        Niqe.load(folder.resolve("niqe_pris_params.npz")),
        Brisque.load(
            folder.resolve("brisque_model_live.yml"), folder.resolve("brisque_range_live.yml")));
  }

  /**
   * Measures a picture.
   *
   * @param border pixels that are left out at every edge, as for PSNR
   */
  public Quality of(Picture original, Picture picture, int border) {
    Picture inner = inner(picture, border);
    return new Quality(
        Gmsd.of(inner(original, border), inner),
        niqe == null ? null : niqe.of(inner),
        brisque == null ? null : brisque.of(inner));
  }

  private static Picture inner(Picture picture, int border) {
    return picture.crop(
        border, border, picture.width() - 2 * border, picture.height() - 2 * border);
  }
}
