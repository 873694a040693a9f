package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The measures that there are files for. For one thread at a time. */
public final class Measures {
  /** GMSD and FSIM alone, which need no file. */
  public static final Measures WITHOUT_FILES = new Measures(null, null, null);

  private final @Nullable Lpips lpips;
  private final @Nullable Niqe niqe;
  private final @Nullable Brisque brisque;

  private Measures(@Nullable Lpips lpips, @Nullable Niqe niqe, @Nullable Brisque brisque) {
    this.lpips = lpips;
    this.niqe = niqe;
    this.brisque = brisque;
  }

  /**
   * Those that a folder has files for.
   *
   * @param folder holds {@code compressed_SqueezeNet.net} for LPIPS, {@code niqe_pris_params.npz}
   *     for NIQE, {@code brisque_model_live.yml} and {@code brisque_range_live.yml} for BRISQUE
   * @throws InvalidInputException if it holds none of them, or one is something else
   * @throws UnavailableException if OpenCV's natives can't be loaded
   */
  public static Measures load(Path folder) throws IOException {
    Path lpips = folder.resolve("compressed_SqueezeNet.net");
    Path niqe = folder.resolve("niqe_pris_params.npz");
    Path brisque = folder.resolve("brisque_model_live.yml");
    Path range = folder.resolve("brisque_range_live.yml");
    if (Stream.of(lpips, niqe, brisque).noneMatch(Files::exists)) {
      throw new InvalidInputException(
          folder.toString(),
          String.format(
              "%s, %s or %s", lpips.getFileName(), niqe.getFileName(), brisque.getFileName()),
          "none of them");
    }
    return new Measures(
        Files.exists(lpips) ? Lpips.load(lpips) : null,
        Files.exists(niqe) ? Niqe.load(niqe) : null,
        Files.exists(brisque) ? Brisque.load(brisque, range) : null);
  }

  /**
   * Measures a picture.
   *
   * @param border pixels that are left out at every edge, as for PSNR
   * @throws UnavailableException if OpenCV's natives can't be loaded
   */
  public Quality of(Picture original, Picture picture, int border) {
    Picture reference = inner(original, border);
    Picture inner = inner(picture, border);
    Fsim fsim = Fsim.of(reference, inner);
    return new Quality(
        Gmsd.of(reference, inner),
        fsim.luma(),
        fsim.colour(),
        lpips == null ? null : lpips.of(reference, inner),
        niqe == null ? null : niqe.of(inner),
        brisque == null ? null : brisque.of(inner));
  }

  private static Picture inner(Picture picture, int border) {
    return picture.crop(
        border, border, picture.width() - 2 * border, picture.height() - 2 * border);
  }
}
