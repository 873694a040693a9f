package io.subpixel.pictures.internal.codec;

import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/**
 * A raster of 8 bits that stores no rows. ImageIO's JPEG codec sets and gets them one after
 * another, so they can be passed on at once.
 */
public abstract class RowRaster extends WritableRaster {
  /** Creates a raster of grey, or of R, G, B in this order. */
  public RowRaster(int width, int height, int channels) {
    super(
        samples(width, height, channels),
        new DataBufferByte(Math.multiplyExact(width, channels)),
        new Point());
  }

  private static SampleModel samples(int width, int height, int channels) {
    int[] offsets = new int[channels];
    Arrays.setAll(offsets, c -> c);
    return new PixelInterleavedSampleModel(
        DataBuffer.TYPE_BYTE, width, height, channels, width * channels, offsets);
  }

  /** Wraps this raster in an image. */
  public BufferedImage image() {
    ColorSpace space =
        ColorSpace.getInstance(getNumBands() == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
    return new BufferedImage(
        new ComponentColorModel(space, false, false, OPAQUE, DataBuffer.TYPE_BYTE),
        this,
        false,
        null);
  }

  private static final int OPAQUE = java.awt.Transparency.OPAQUE;

  /** Passes each row that is set to {@link #row}. */
  public abstract static class Target extends RowRaster {
    public Target(int width, int height, int channels) {
      super(width, height, channels);
    }

    /** Takes row {@code y}: samples of the raster's channels, interleaved, from 0 on. */
    protected abstract void row(int y, byte[] samples);

    @Override
    public void setRect(int x, int y, Raster source) {
      if (source.getHeight() != 1 || source.getDataBuffer() instanceof DataBufferByte == false) {
        throw new IllegalStateException("expected rows of bytes, received " + source);
      }
      row(y, ((DataBufferByte) source.getDataBuffer()).getData());
    }
  }

  /** Fetches each row that is read from {@link #row}. */
  public abstract static class Source extends RowRaster {
    private final WritableRaster one;

    public Source(int width, int height, int channels) {
      super(width, height, channels);
      one = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, channels, null);
    }

    /** Fetches row {@code y}. */
    protected abstract void row(int y, byte[] samples);

    @Override
    public Raster createChild(
        int x, int y, int width, int height, int newX, int newY, int[] bands) {
      if (height != 1) {
        throw new IllegalStateException("expected to give one row, received " + height);
      }
      row(y, ((DataBufferByte) one.getDataBuffer()).getData());
      return one.createChild(x, 0, width, 1, newX, newY, bands);
    }
  }
}
