package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.degradation.internal.ClipLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the picture as a frame of a clip, {@code h264:QUALITY}, {@code vp9:}, {@code av1:} or
 * {@code mpeg4:}. The clip pans over the picture. Up to {@value #MAX_BEFORE} frames precede the one
 * that is kept and up to {@value #MAX_AFTER} follow it, so it is coded on its own, or predicted
 * from one or two frames.
 *
 * @param quality between the format's best and its worst
 */
record Clip(ClipLoss.Format format, Range quality) implements Step {
  private static final int MAX_BEFORE = 3;
  private static final int MAX_AFTER = 2;

  /** Standard deviation of the motion, in pixels per frame. */
  private static final double MOTION = 1.5;

  Clip {
    quality.within(format.best(), format.worst());
  }

  /** Looks up the encoder once, when the first clip is needed, as that takes time. */
  private static final class Found {
    static final @Nullable ClipLoss LOSS =
        ServiceLoader.load(ClipLoss.class).findFirst().orElse(null);
  }

  @Override
  public String id() {
    return format.id() + ":" + quality;
  }

  @Override
  public boolean isRandom() {
    return true;
  }

  @Override
  public boolean encodesClips() {
    return true;
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    if (Found.LOSS == null) {
      throw new UnavailableException(
          "degradation: "
              + id()
              + " needs subpixel-runtime-video on the class path, received none");
    }
    int before = random.nextInt(MAX_BEFORE + 1);
    int after = random.nextInt(MAX_AFTER + 1);
    boolean still = random.nextInt(4) == 0;
    double byX = still ? 0 : MOTION * random.nextGaussian();
    double byY = still ? 0 : MOTION * random.nextGaussian();
    Planes colour = coloured(picture);
    List<Picture> frames = new ArrayList<>();
    for (int time = -before; time <= after; time++) {
      frames.add(moved(colour, time * byX, time * byY).toPicture());
    }
    int level = (int) Math.round(quality.draw(random));
    Planes kept = Planes.of(Found.LOSS.apply(frames, before, format, level));
    return picture.channels() == 3
        ? kept
        : new Planes(kept.width(), kept.height(), new float[][] {kept.channel(1)});
  }

  private static Planes coloured(Planes picture) {
    float[] grey = picture.channel(0);
    return picture.channels() == 3
        ? picture
        : new Planes(picture.width(), picture.height(), new float[][] {grey, grey, grey});
  }

  /** Shifts a picture by linear interpolation; the edge is repeated. */
  private static Planes moved(Planes from, double byX, double byY) {
    if (byX == 0 && byY == 0) {
      return from;
    }
    int width = from.width();
    int height = from.height();
    float[][] rows = new float[from.channels()][];
    for (int c = 0; c < rows.length; c++) {
      float[] along = new float[width * height];
      for (int x = 0; x < width; x++) {
        double place = Math.min(Math.max(x + byX, 0), width - 1);
        int left = (int) place;
        int right = Math.min(left + 1, width - 1);
        float share = (float) (place - left);
        for (int i = 0; i < width * height; i += width) {
          float at = from.channel(c)[i + left];
          along[i + x] = at + share * (from.channel(c)[i + right] - at);
        }
      }
      float[] both = new float[width * height];
      for (int y = 0; y < height; y++) {
        double place = Math.min(Math.max(y + byY, 0), height - 1);
        int top = (int) place;
        int bottom = Math.min(top + 1, height - 1);
        float share = (float) (place - top);
        for (int x = 0; x < width; x++) {
          float at = along[top * width + x];
          both[y * width + x] = at + share * (along[bottom * width + x] - at);
        }
      }
      rows[c] = both;
    }
    return new Planes(width, height, rows);
  }
}
