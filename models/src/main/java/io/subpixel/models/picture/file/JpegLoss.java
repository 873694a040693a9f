package io.subpixel.models.picture.file;

import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.Plane;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What a JPEG file leaves of a picture. */
public final class JpegLoss {
  private JpegLoss() {}

  /**
   * Compresses and decompresses a picture in memory, with the JDK's tables and chroma of half the
   * size. Alpha stays as it is.
   *
   * @param quality as libjpeg counts it, 1 to 100
   * @throws IllegalArgumentException if the quality is another, or a side longer than JPEG's 65500
   */
  public static Picture apply(Picture picture, int quality) {
    if (quality < 1
        || quality > 100
        || Math.max(picture.width(), picture.height()) > PictureFiles.MAX_JPEG_SIDE) {
      throw new IllegalArgumentException(
          "jpeg: expected quality 1 to 100 and sides of at most "
              + (PictureFiles.MAX_JPEG_SIDE + ", received " + quality + " and " + picture));
    }
    int channels = picture.channels();
    if (!picture.hasAlpha()) {
      return decode(encode(picture, quality));
    }
    Plane[] planes = new Plane[channels];
    Arrays.setAll(planes, picture::channel);
    Picture opaque = Picture.ofChannels(Arrays.copyOf(planes, channels - 1));
    Picture harmed = decode(encode(opaque, quality));
    for (int c = 0; c < channels - 1; c++) {
      planes[c] = harmed.channel(c);
    }
    return Picture.ofChannels(planes);
  }

  private static byte[] encode(Picture picture, int quality) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      PictureFiles.write(out, "jpeg", picture, quality / 100f);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Picture decode(byte[] jpeg) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
      reader.setInput(in, true, true);
      return Images.toPicture(reader.read(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reader.dispose();
    }
  }
}
