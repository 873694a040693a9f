package io.subpixel.pictures.internal.webp;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.Samples;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Applies the loss of WebP compression to a picture. */
public final class WebpLoss {
  private WebpLoss() {}

  /**
   * Compresses and decompresses a picture in memory, by libwebp.
   *
   * @param picture grey or colour, without alpha
   * @param quality as libwebp counts it, 0 to 100
   * @return R, G, B
   * @throws UnavailableException if libwebp can't be loaded on this machine
   */
  public static Picture apply(Picture picture, float quality) {
    Libwebp.require();
    try {
      return decoded(encoded(picture, quality));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encoded(Picture picture, float quality) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      WebPWriteParam parameters = (WebPWriteParam) writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionType("Lossy");
      parameters.setCompressionQuality(quality / 100);
      Picture colour = picture.isColour() ? picture : grey(picture);
      writer.write(null, new IIOImage(Samples.of(colour), null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static Picture grey(Picture picture) {
    return Picture.ofChannels(picture.channel(0), picture.channel(0), picture.channel(0));
  }

  private static Picture decoded(byte[] file) throws IOException {
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
    try (GuardedInput in = new GuardedInput(file)) {
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      PictureLayout layout = Samples.layout(image, "webp");
      Rows rows = new Rows(layout.height(), layout);
      Samples.copy(image, 0, rows, 0, layout.height());
      return new Picture(layout.width(), layout.height(), layout.channels(), rows.bytes());
    } finally {
      reader.dispose();
    }
  }
}
