package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.util.Arrays;
import javax.imageio.ImageTypeSpecifier;

/**
 * Converts between rows and images of the JDK. Samples are taken as stored, never by getRGB, as
 * Java takes grey for linear light and applies profiles that we keep.
 */
public final class Samples {
  private Samples() {}

  /**
   * Returns the layout that pictures of a type become.
   *
   * @throws InvalidInputException unless there are 1 to 4 integer samples per pixel, RGB or grey,
   *     of at most 16 bits
   */
  public static PictureLayout layout(
      ColorModel colours, SampleModel samples, int width, int height, String where)
      throws InvalidInputException {
    if (colours instanceof IndexColorModel palette) {
      int channels = (isGrey(palette) ? 1 : 3) + (palette.hasAlpha() ? 1 : 0);
      return new PictureLayout(width, height, channels, 8);
    }
    int space = colours.getColorSpace().getType();
    int bands = samples.getNumBands();
    int expected = colours.hasAlpha() ? bands - 1 : bands;
    int type = samples.getDataType();
    boolean isKnown =
        (space == ColorSpace.TYPE_GRAY && expected == 1)
            || (space == ColorSpace.TYPE_RGB && expected == 3);
    boolean isWhole =
        type == DataBuffer.TYPE_BYTE
            || type == DataBuffer.TYPE_USHORT
            || (type == DataBuffer.TYPE_INT && bands > 1);
    int depth = Arrays.stream(samples.getSampleSize()).max().orElse(0);
    if (!isKnown || !isWhole || depth > 16) {
      throw new InvalidInputException(
          where,
          "an image in RGB or grey of at most 16 bits",
          "another colour space, such as CMYK, or other samples");
    }
    return new PictureLayout(width, height, bands, depth > 8 ? 16 : 8);
  }

  public static PictureLayout layout(BufferedImage image, String where)
      throws InvalidInputException {
    return layout(
        image.getColorModel(), image.getSampleModel(), image.getWidth(), image.getHeight(), where);
  }

  /**
   * Copies rows {@code y}, {@code y + 1}, ... of an image, which has the layout of {@code into}.
   */
  public static void copy(BufferedImage image, int y, Rows into, int at, int count) {
    ColorModel colours = image.getColorModel();
    Raster raster = image.getRaster();
    if (colours instanceof IndexColorModel palette) {
      copyPalette(palette, raster, y, into, at, count);
    } else if (colours.isAlphaPremultiplied() || !copyPlain(raster, y, into, at, count)) {
      copyAny(colours, raster, y, into, at, count);
    }
  }

  private static boolean copyPlain(Raster raster, int y, Rows into, int at, int count) {
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || raster.getSampleModelTranslateX() != 0
        || raster.getSampleModelTranslateY() != 0
        || model.getSampleSize(0) != into.depth()
        || model.getPixelStride() != into.channels()) {
      return false;
    }
    DataBuffer buffer = raster.getDataBuffer();
    int[] offsets = model.getBandOffsets();
    int channels = into.channels();
    int length = into.rowLength();
    for (int row = 0; row < count; row++) {
      int from = buffer.getOffset() + (y + row) * model.getScanlineStride();
      int to = (at + row) * length;
      if (buffer instanceof DataBufferByte bytes) {
        for (int c = 0; c < channels; c++) {
          for (int i = c, f = from + offsets[c]; i < length; i += channels, f += channels) {
            into.bytes()[to + i] = bytes.getData()[f];
          }
        }
      } else if (buffer instanceof DataBufferUShort shorts) {
        for (int c = 0; c < channels; c++) {
          for (int i = c, f = from + offsets[c]; i < length; i += channels, f += channels) {
            into.shorts()[to + i] = shorts.getData()[f];
          }
        }
      } else {
        return false;
      }
    }
    return true;
  }

  private static void copyAny(
      ColorModel colours, Raster raster, int y, Rows into, int at, int count) {
    int channels = into.channels();
    boolean premultiplied = colours.isAlphaPremultiplied();
    int[] pixels = new int[into.rowLength()];
    int[] greatest = new int[channels];
    for (int c = 0; c < channels; c++) {
      greatest[c] = (1 << raster.getSampleModel().getSampleSize(c)) - 1;
    }
    for (int row = 0; row < count; row++) {
      raster.getPixels(0, y + row, raster.getWidth(), 1, pixels);
      for (int i = 0; i < pixels.length; i++) {
        int c = i % channels;
        long value = (long) pixels[i] * into.greatest();
        pixels[i] = (int) ((value + greatest[c] / 2) / greatest[c]);
      }
      if (premultiplied) {
        divide(pixels, channels, into.greatest());
      }
      put(pixels, into, (at + row) * pixels.length);
    }
  }

  /** Divides colours in rows by their alpha. */
  public static void divide(Rows rows, int at, int count) {
    int[] pixels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = rows.depth() == 8 ? rows.bytes()[at + i] & 0xff : rows.shorts()[at + i] & 0xffff;
    }
    divide(pixels, rows.channels(), rows.greatest());
    put(pixels, rows, at);
  }

  public static void put(int[] pixels, Rows into, int to) {
    for (int i = 0; i < pixels.length; i++) {
      if (into.depth() == 8) {
        into.bytes()[to + i] = (byte) pixels[i];
      } else {
        into.shorts()[to + i] = (short) pixels[i];
      }
    }
  }

  /** Divides colours by the alpha that they were multiplied by; they become 0 where alpha is 0. */
  private static void divide(int[] pixels, int channels, int greatest) {
    for (int i = 0; i < pixels.length; i += channels) {
      int alpha = pixels[i + channels - 1];
      for (int c = 0; c < channels - 1; c++) {
        long value = alpha == 0 ? 0 : ((long) pixels[i + c] * greatest + alpha / 2) / alpha;
        pixels[i + c] = (int) Math.min(greatest, value);
      }
    }
  }

  private static void copyPalette(
      IndexColorModel palette, Raster raster, int y, Rows into, int at, int count) {
    int channels = into.channels();
    int colours = channels >= 3 ? 3 : 1;
    int[] indices = new int[raster.getWidth()];
    byte[] samples = into.bytes();
    for (int row = 0; row < count; row++) {
      raster.getPixels(0, y + row, indices.length, 1, indices);
      int to = (at + row) * into.rowLength();
      for (int index : indices) {
        samples[to] = (byte) palette.getRed(index);
        if (colours == 3) {
          samples[to + 1] = (byte) palette.getGreen(index);
          samples[to + 2] = (byte) palette.getBlue(index);
        }
        if (channels > colours) {
          samples[to + colours] = (byte) palette.getAlpha(index);
        }
        to += channels;
      }
    }
  }

  private static boolean isGrey(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      if (palette.getRed(i) != palette.getGreen(i) || palette.getGreen(i) != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  /** Wraps the samples of a picture in an image, without copying. */
  public static BufferedImage of(Picture picture) {
    return of(Rows.of(picture), PictureLayout.of(picture));
  }

  /** Wraps all rows of a picture in an image, without copying. */
  public static BufferedImage of(Rows rows, PictureLayout layout) {
    int channels = layout.channels();
    boolean isByte = layout.depth() == 8;
    ColorSpace space =
        ColorSpace.getInstance(layout.isColour() ? ColorSpace.CS_sRGB : ColorSpace.CS_GRAY);
    int[] bands = new int[channels];
    Arrays.setAll(bands, c -> c);
    ImageTypeSpecifier type =
        ImageTypeSpecifier.createInterleaved(
            space,
            bands,
            isByte ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT,
            layout.hasAlpha(),
            false);
    DataBuffer samples =
        isByte
            ? new DataBufferByte(rows.bytes(), rows.bytes().length)
            : new DataBufferUShort(rows.shorts(), rows.shorts().length);
    int stride = Math.multiplyExact(layout.width(), channels);
    return new BufferedImage(
        type.getColorModel(),
        Raster.createInterleavedRaster(
            samples, layout.width(), layout.height(), stride, channels, bands, null),
        false,
        null);
  }
}
