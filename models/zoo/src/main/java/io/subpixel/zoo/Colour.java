package io.subpixel.zoo;

import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.colour.Bt601;

/**
 * The meaning of a model's input and output channels.
 *
 * <p>Luma comes in two ranges, and a model states which it takes. Code that converts with one range
 * and back with the other, or mixes luma of both, shifts black by 16 and white by 20 levels,
 * changes contrast by a sixth, and tints edges where clipping hits one of R, G, B before the
 * others. Here the card states the range, and luma and chroma are converted both ways with the same
 * one.
 *
 * @since 0.1
 */
public enum Colour {
  /** One channel: full-range BT.601 luma, 0..1. The caller upscales chroma by bicubic. */
  Y("y", 1) {
    @Override
    public Plane[] planes(Picture picture) {
      return new Plane[] {Bt601.FULL.luma(picture)};
    }
  },
  /**
   * One channel: studio-range BT.601 luma, 16/255..235/255, as MATLAB's {@code rgb2ycbcr} gives it.
   * The caller upscales chroma by bicubic.
   */
  Y_STUDIO("y-studio", 1) {
    @Override
    public Plane[] planes(Picture picture) {
      return new Plane[] {Bt601.STUDIO.luma(picture)};
    }
  },
  /** Three channels: R, G, B, each 0..1. */
  RGB("rgb", 3) {
    @Override
    public Plane[] planes(Picture picture) {
      Plane[] rgb = new Plane[channels()];
      for (int c = 0; c < rgb.length; c++) {
        rgb[c] = picture.channel(picture.isColour() ? c : 0);
        float[] values = rgb[c].values();
        for (int i = 0; i < values.length; i++) {
          // Not multiplied by the reciprocal, which differs in the last bit for some samples.
          values[i] = values[i] / 255;
        }
      }
      return rgb;
    }
  };

  private final String id;
  private final int channels;

  Colour(String id, int channels) {
    this.id = id;
    this.channels = channels;
  }

  /** Its name in cards and options. */
  @JsonValue
  public String id() {
    return id;
  }

  /** The C of the model's {@code [N,C,H,W]}. */
  public int channels() {
    return channels;
  }

  /**
   * Returns a model's input for a picture: a plane {@code [H,W]} for each channel. Grey counts as R
   * = G = B; alpha is ignored.
   */
  public abstract Plane[] planes(Picture picture);

  @Override
  public String toString() {
    return id;
  }
}
