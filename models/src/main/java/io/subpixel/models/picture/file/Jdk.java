package io.subpixel.models.picture.file;

import io.subpixel.pictures.UnavailableException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;

/** The JDK's own codecs: other plugins on the class path would come before them. */
final class Jdk {
  private static final String PACKAGE = "com.sun.imageio.";

  private Jdk() {}

  static ImageReader reader(String format) {
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

  static ImageWriter writer(String format) {
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
