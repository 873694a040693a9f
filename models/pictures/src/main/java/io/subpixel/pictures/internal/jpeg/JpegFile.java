package io.subpixel.pictures.internal.jpeg;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.codec.WholeDecoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/** Opens JPEG. */
final class JpegFile {
  /** The longest side that libjpeg supports. */
  static final int MAX_SIDE = 65500;

  /** Bytes per pixel that decoding CMYK holds: four samples, and the RGB that they become. */
  private static final int CMYK_BYTES = 4 + 3 + 4;

  private JpegFile() {}

  static PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    String where = source.where();
    JpegSegments segments;
    try (GuardedInput in = new GuardedInput(source)) {
      segments = JpegSegments.read(in, where);
    }
    DecodeErrors.requirePixels(segments.width(), segments.height(), maxPixels, where);
    return switch (segments.components()) {
      case 1, 3 -> new JpegDecoder(source, segments);
      case 4 -> openCmyk(source, segments);
      default ->
          throw new InvalidInputException(
              where,
              "a JPEG in grey, RGB or CMYK",
              "one of " + segments.components() + " components");
    };
  }

  /** Opens CMYK, which its profile converts to sRGB; the profile is then dropped. */
  private static PictureDecoder openCmyk(PictureSource source, JpegSegments segments)
      throws IOException {
    String where = source.where();
    if (!segments.isAdobe()) {
      throw new InvalidInputException(
          where, "four components with Adobe's marker, which tells their meaning", "none");
    }
    PictureLayout layout = new PictureLayout(segments.width(), segments.height(), 3, 8);
    DecodeErrors.requireMemory(layout.pixels() * CMYK_BYTES, where);
    return WholeDecoder.ofImage(
        layout, segments.metadata().withIccProfile(null), () -> loadCmyk(source));
  }

  private static BufferedImage loadCmyk(PictureSource source) throws IOException {
    ImageReader reader = cmykReader();
    try (GuardedInput in = new GuardedInput(source)) {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((sender, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      BufferedImage image = DecodeErrors.ofLibrary(() -> reader.read(0));
      JpegDecoder.requireWhole(warnings, source.where());
      return image;
    } finally {
      reader.dispose();
    }
  }

  /**
   * Creates TwelveMonkeys' reader on top of the JDK's, without registering either in the
   * application.
   */
  private static ImageReader cmykReader() throws IOException {
    ServiceRegistry registry =
        new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    ImageReader jdk = JdkCodecs.reader("jpeg");
    registry.registerServiceProvider(jdk.getOriginatingProvider(), ImageReaderSpi.class);
    jdk.dispose();
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    registry.registerServiceProvider(provider, ImageReaderSpi.class);
    return provider.createReaderInstance();
  }
}
