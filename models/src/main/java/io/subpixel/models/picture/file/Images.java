package io.subpixel.models.picture.file;

import io.subpixel.models.picture.Picture;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import javax.imageio.ImageTypeSpecifier;

/** Between pictures and the images of the JDK. */
final class Images {
  private Images() {}

  /** Whether there are 1 to 4 samples a pixel, of whole numbers of at most 16 bits. */
  static boolean canBePicture(ImageTypeSpecifier type) {
    int samples = type.getSampleModel().getDataType();
    boolean packed = samples == DataBuffer.TYPE_INT && type.getNumBands() > 1;
    return type.getNumBands() <= 4
        && (samples == DataBuffer.TYPE_BYTE || samples == DataBuffer.TYPE_USHORT || packed);
  }

  static Picture toPicture(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return fromRgb(image, !isGrey(palette));
    }
    if (model.getColorSpace().getType() == ColorSpace.TYPE_GRAY || model.getComponentSize(0) > 8) {
      image.coerceData(false);
      return fromSamples(image.getRaster(), model.getComponentSize(0));
    }
    return fromRgb(image, true);
  }

  /** Not by getRGB: Java takes grey for linear light and would change the values. */
  private static Picture fromSamples(Raster raster, int depth) {
    int greatest = (1 << depth) - 1;
    int rowLength = raster.getWidth() * raster.getNumBands();
    byte[] samples = new byte[Math.multiplyExact(rowLength, raster.getHeight())];
    int[] row = new int[rowLength];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int i = 0; i < rowLength; i++) {
        samples[y * rowLength + i] = (byte) ((row[i] * 255 + greatest / 2) / greatest);
      }
    }
    return new Picture(raster.getWidth(), raster.getHeight(), raster.getNumBands(), samples);
  }

  private static Picture fromRgb(BufferedImage image, boolean colour) {
    int width = image.getWidth();
    int height = image.getHeight();
    boolean alpha = image.getColorModel().hasAlpha();
    int channels = (colour ? 3 : 1) + (alpha ? 1 : 0);
    byte[] samples = new byte[Math.multiplyExact(width * height, channels)];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        if (colour) {
          samples[at++] = (byte) (argb >> 16);
          samples[at++] = (byte) (argb >> 8);
        }
        samples[at++] = (byte) argb;
        if (alpha) {
          samples[at++] = (byte) (argb >> 24);
        }
      }
    }
    return new Picture(width, height, channels, samples);
  }

  private static boolean isGrey(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      if (palette.getRed(i) != palette.getGreen(i) || palette.getGreen(i) != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  static BufferedImage of(Picture picture) {
    int channels = picture.channels();
    ColorSpace space =
        ColorSpace.getInstance(picture.isColour() ? ColorSpace.CS_sRGB : ColorSpace.CS_GRAY);
    ImageTypeSpecifier type =
        ImageTypeSpecifier.createInterleaved(
            space, bands(channels), DataBuffer.TYPE_BYTE, picture.hasAlpha(), false);
    BufferedImage image = type.createBufferedImage(picture.width(), picture.height());
    image.getRaster().setDataElements(0, 0, picture.width(), picture.height(), picture.samples());
    return image;
  }

  private static int[] bands(int channels) {
    int[] bands = new int[channels];
    for (int i = 0; i < channels; i++) {
      bands[i] = i;
    }
    return bands;
  }
}
