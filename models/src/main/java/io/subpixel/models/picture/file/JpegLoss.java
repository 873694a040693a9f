package io.subpixel.models.picture.file;

import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Plane;
import io.subpixel.models.picture.Rows;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
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
        || Math.max(picture.width(), picture.height()) > JpegFile.MAX_SIDE) {
      throw new IllegalArgumentException(
          "jpeg: expected quality 1 to 100 and sides of at most "
              + (JpegFile.MAX_SIDE + ", received " + quality + " and " + picture));
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
    ImageWriter writer = Jdk.writer("jpeg");
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality / 100f);
      writer.write(null, new IIOImage(Samples.of(picture), null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static Picture decode(byte[] jpeg) {
    ImageReader reader = Jdk.reader("jpeg");
    try (EndGuard in = new EndGuard(jpeg)) {
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      PictureLayout layout = Samples.layout(image, "jpeg");
      Rows rows = new Rows(layout.height(), layout);
      Samples.copy(image, 0, rows, 0, layout.height());
      return new Picture(layout.width(), layout.height(), layout.channels(), rows.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reader.dispose();
    }
  }
}
