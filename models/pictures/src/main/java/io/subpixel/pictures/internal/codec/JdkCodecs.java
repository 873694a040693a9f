package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.UnavailableException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;

/** Finds the JDK's own codecs, which other plugins on the class path would precede. */
public final class JdkCodecs {
  private static final String PACKAGE = "com.sun.imageio.";

  private JdkCodecs() {}

  public static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith(PACKAGE)) {
        return reader;
      }
      reader.dispose();
    }
    throw new UnavailableException("this JDK has no ImageIO reader of " + format);
  }

  public static ImageWriter writer(String format) {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith(PACKAGE)) {
        return writer;
      }
      writer.dispose();
    }
    throw new UnavailableException("this JDK has no ImageIO writer of " + format);
  }
}
