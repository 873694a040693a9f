package io.subpixel.conformance.matrix;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;

/** A picture, degraded, and what the reference made of it. */
public final class Reference {
  private final String name;
  private final ModelCard card;
  private final Picture hr;
  private final Picture lr;
  private final Plane[] planes;
  private final Plane[] sr;
  private final Picture bytes;
  private final short[] fine;
  private final double psnr;

  /** Runs the reference on a picture. */
  @FunctionalInterface
  interface Run {
    Plane[] upscale(Plane[] lr) throws IOException;
  }

  Reference(HrPicture original, ModelCard card, Degradation degradation, Run run)
      throws IOException {
    this.name = original.name();
    this.card = card;
    hr = original.picture().cropToMultiple(card.scale());
    lr = degradation.apply(hr, card.scale(), 0);
    planes = card.colour().planes(lr);
    sr = run.upscale(planes);
    String expected = card.channels() + " planes of " + hr.width() + "x" + hr.height();
    String received = sr.length + " planes of " + sr[0].width() + "x" + sr[0].height();
    if (!expected.equals(received)) {
      throw new InvalidInputException(card.name() + ": the reference", expected, received);
    }
    bytes = pixels(sr);
    PictureLayout layout = new PictureLayout(bytes.width(), bytes.height(), 3, 16);
    Rows rows = new Rows(bytes.height(), layout);
    write(sr, 16, rows);
    fine = rows.shorts();
    psnr = psnr(bytes);
  }

  /** The picture's name. */
  public String name() {
    return name;
  }

  /** The original, cropped to the scale. */
  public Picture hr() {
    return hr;
  }

  /** What was made of it. */
  public Picture lr() {
    return lr;
  }

  /** What the network gets of it, {@code [H,W]}, 0..1. */
  Plane[] planes() {
    return planes;
  }

  /** What the reference made, {@code [sH,sW]}, neither clipped nor rounded. */
  public Plane[] sr() {
    return sr;
  }

  /** The same as pixels. */
  public Picture bytes() {
    return bytes;
  }

  /** PSNR of the reference, dB. */
  double psnr() {
    return psnr;
  }

  /** PSNR of another picture against the original, dB. */
  double psnr(Picture upscaled) {
    return Metrics.psnr(hr, upscaled, card.scale());
  }

  /** SSIM of another picture against the original. */
  double ssim(Picture upscaled) {
    return Metrics.ssim(hr, upscaled, card.scale());
  }

  /** Sample {@code i} of the reference, 0..255, in steps of 1/257: before it was rounded. */
  double unrounded(int i) {
    return (fine[i] & 0xffff) / 257.0;
  }

  /** The pixels that come of planes which a network has made of this picture's. */
  Picture pixels(Plane[] upscaled) {
    int width = lr.width() * card.scale();
    int height = lr.height() * card.scale();
    Picture made = new Picture(width, height, 3, new byte[3 * width * height]);
    write(upscaled, 8, Rows.of(made));
    return made;
  }

  private void write(Plane[] upscaled, int depth, Rows to) {
    PixelPath path = new PixelPath(card.colour(), card.scale(), PictureLayout.of(lr), depth);
    PixelPath.Part whole = new PixelPath.Part(0, 0, lr.width(), lr.height());
    path.write(
        new PixelPath.Band(Rows.of(lr), 0),
        whole,
        (y, x, n, c, values) ->
            System.arraycopy(upscaled[c].values(), y * upscaled[c].width() + x, values, 0, n),
        whole,
        new PixelPath.Band(to, 0));
  }
}
