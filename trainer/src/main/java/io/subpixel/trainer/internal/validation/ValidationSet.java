package io.subpixel.trainer.internal.validation;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.internal.data.Original;
import io.subpixel.trainer.internal.data.PicturePair;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * HR pictures to validate on. What doesn't depend on the network is made once: the figures of
 * bilinear and bicubic, and the LR pictures as far as they may stay in memory.
 */
public final class ValidationSet {
  private final String name;
  private final List<Original> originals;
  private final Degradation degradation;
  private final int scale;
  private final List<@Nullable PicturePair> kept = new ArrayList<>();
  private final List<Baselines> baselines = new ArrayList<>();

  /** Figures that need no network. */
  private record Baselines(
      double bilinearPsnr, double bilinearSsim, double bicubicPsnr, double bicubicSsim) {}

  /**
   * Reads every picture.
   *
   * @param memory bytes that may still be kept, of which this takes its part
   * @throws InvalidInputException if a picture can't be used
   */
  ValidationSet(
      String name, List<Original> originals, Degradation degradation, int scale, AtomicLong memory)
      throws IOException {
    this.name = name;
    this.originals = List.copyOf(originals);
    this.degradation = degradation;
    this.scale = scale;
    for (int i = 0; i < originals.size(); i++) {
      PicturePair pair = read(i);
      Picture bilinear = pair.enlarged(Kernel.LINEAR);
      Picture bicubic = pair.enlarged(Kernel.CUBIC);
      baselines.add(
          new Baselines(
              Metrics.psnr(pair.hr(), bilinear, scale),
              Metrics.ssim(pair.hr(), bilinear, scale),
              Metrics.psnr(pair.hr(), bicubic, scale),
              Metrics.ssim(pair.hr(), bicubic, scale)));
      boolean fits = memory.get() >= pair.bytes();
      kept.add(fits ? pair : null);
      memory.addAndGet(fits ? -pair.bytes() : 0);
    }
  }

  /** The name in tables. */
  public String name() {
    return name;
  }

  /** The number of images. */
  public int size() {
    return originals.size();
  }

  /** The name of image {@code i}: its file name, or its video's name and the time. */
  public String picture(int i) {
    return originals.get(i).name();
  }

  /**
   * Picture {@code i}, cropped to a multiple of the scale, and its LR picture.
   *
   * @throws IOException if it has to be read again and can't be
   */
  public PicturePair pair(int i) throws IOException {
    PicturePair pair = kept.get(i);
    return pair == null ? read(i) : pair;
  }

  Measurement measure(ModelCard card, PixelPath.Network network) throws IOException {
    List<Quality> pictures = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) {
      PicturePair pair = pair(i);
      Picture sr = PixelPath.upscale(pair.lr(), card, network);
      Baselines b = baselines.get(i);
      pictures.add(
          new Quality(
              picture(i),
              Metrics.psnr(pair.hr(), sr, scale),
              Metrics.ssim(pair.hr(), sr, scale),
              b.bilinearPsnr,
              b.bilinearSsim,
              b.bicubicPsnr,
              b.bicubicSsim));
    }
    return Measurement.of(name, pictures);
  }

  /** The one place where LR is made, unless a shard has it. */
  private PicturePair read(int i) throws IOException {
    Original original = originals.get(i);
    Picture hr = HrPictures.cropped(original.read(), scale, original.where());
    return original.pair(hr, scale, whole -> degradation.apply(whole, scale, i));
  }
}
