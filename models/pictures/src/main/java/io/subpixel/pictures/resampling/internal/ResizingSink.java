package io.subpixel.pictures.resampling.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.pictures.resampling.Resampler;
import java.io.IOException;

/**
 * Resizes a picture by bicubic interpolation as it is written, to the size of the next sink.
 * Reducing by an integer equals {@link MatlabBicubic#DOUBLE_MIRROR}: the kernel is stretched by the
 * scale (antialias), edges are mirrored, values are rounded once. Closing it closes the next sink.
 */
public final class ResizingSink implements RowSink {
  private final PictureLayout layout;
  private final RowSink target;
  private final RowResampler[] channels;
  private final float[] source;
  private final float[] result;
  private final Rows line;
  private int taken;
  private int given;

  /**
   * @param layout the layout of the picture to resize
   * @param target takes the resized picture, with the same channels and depth
   * @throws IllegalArgumentException if channels or depth differ
   */
  public ResizingSink(PictureLayout layout, RowSink target) {
    PictureLayout to = target.layout();
    if (!layout.withSize(to.width(), to.height()).equals(to)) {
      throw new IllegalArgumentException(
          "resize: expected the samples of " + layout + ", received " + to);
    }
    this.layout = layout;
    this.target = target;
    Resampler resampler =
        new Resampler(
            layout.width(), layout.height(), to.width(), to.height(), Kernel.CUBIC, Edge.MIRROR);
    channels = new RowResampler[layout.channels()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = resampler.byRows(0, to.width());
    }
    source = new float[channels[0].sourceWidth()];
    result = new float[to.width()];
    line = new Rows(1, to);
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    for (int row = at; row < at + count; row++) {
      for (int c = 0; c < channels.length; c++) {
        from.get(row, channels[c].sourceFrom(), source.length, c, source);
        channels[c].put(taken, source);
      }
      taken++;
      give();
    }
  }

  private void give() throws IOException {
    while (given < target.layout().height() && channels[0].last(given) < taken) {
      for (int c = 0; c < channels.length; c++) {
        channels[c].get(given, result);
        line.set(0, 0, result.length, c, result);
      }
      given++;
      target.write(line, 0, 1);
    }
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
