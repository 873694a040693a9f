package io.subpixel.models.picture.file;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/** Opens JPEG. */
final class JpegFile {
  /** Longest side: libjpeg's. */
  static final int MAX_SIDE = 65500;

  /** What a decoder of CMYK holds at once: four samples, and the RGB that they become. */
  private static final int CMYK_BYTES = 4 + 3 + 4;

  private JpegFile() {}

  static Decoder open(Path path, String where, long maxPixels) throws IOException {
    JpegSegments segments;
    try (EndGuard in = new EndGuard(path)) {
      segments = JpegSegments.read(in, where);
    }
    Faults.requirePixels(segments.width(), segments.height(), maxPixels, where);
    return switch (segments.components()) {
      case 1, 3 -> new JpegDecoder(path, segments, where);
      case 4 -> openCmyk(path, segments, where);
      default ->
          throw new InvalidInputException(
              where,
              "a JPEG in grey, RGB or CMYK",
              "one of " + segments.components() + " components");
    };
  }

  /** The profile turns CMYK into sRGB, and says nothing about that any more. */
  private static Decoder openCmyk(Path path, JpegSegments segments, String where)
      throws IOException {
    if (!segments.isAdobe()) {
      throw new InvalidInputException(
          where, "four components with Adobe's mark, which says what they are", "none");
    }
    PictureLayout layout = new PictureLayout(segments.width(), segments.height(), 3, 8);
    Faults.requireMemory(layout.pixels() * CMYK_BYTES, where);
    return new WholeDecoder(
        layout, segments.metadata().withIccProfile(null), () -> loadCmyk(path, where));
  }

  private static BufferedImage loadCmyk(Path path, String where) throws IOException {
    ImageReader reader = cmykReader();
    try (EndGuard in = new EndGuard(path)) {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      JpegDecoder.requireWhole(warnings, where);
      return image;
    } finally {
      reader.dispose();
    }
  }

  /** TwelveMonkeys' reader with the JDK's below, neither of them registered for the application. */
  private static ImageReader cmykReader() throws IOException {
    ServiceRegistry registry =
        new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    ImageReader jdk = Jdk.reader("jpeg");
    registry.registerServiceProvider(jdk.getOriginatingProvider(), ImageReaderSpi.class);
    jdk.dispose();
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    registry.registerServiceProvider(provider, ImageReaderSpi.class);
    return provider.createReaderInstance();
  }
}
