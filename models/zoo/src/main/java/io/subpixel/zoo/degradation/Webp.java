package io.subpixel.zoo.degradation;

import io.subpixel.pictures.internal.webp.WebpLoss;
import java.util.Random;

/**
 * Applies lossy WebP compression, {@code webp:QUALITY}: VP8's prediction, transform and deblocking.
 *
 * @param quality 0 to 100 on libwebp's scale
 */
record Webp(Range quality) implements Step {
  static final String NAME = "webp";

  Webp {
    quality.within(0, 100);
  }

  @Override
  public String id() {
    return NAME + ":" + quality;
  }

  @Override
  public boolean isRandom() {
    return !quality.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    Planes kept = Planes.of(WebpLoss.apply(picture.toPicture(), (float) quality.draw(random)));
    // WebP has no grey: a grey picture comes back with three equal channels.
    return picture.channels() == kept.channels()
        ? kept
        : new Planes(kept.width(), kept.height(), new float[][] {kept.channel(1)});
  }
}
