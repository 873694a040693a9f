package io.subpixel.pictures.internal.tiff;

import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.jpeg.JpegDecoder;
import io.subpixel.pictures.internal.jpeg.JpegSegments;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;

/**
 * Decodes strips and tiles that are JPEG (TIFF technical note 2), each as a whole, with the JDK's
 * libjpeg.
 */
final class TiffJpeg {
  /** The end of the tables, and the start of what follows them. */
  private static final int MARKER = 2;

  private TiffJpeg() {}

  /** Returns the rows of a block: its samples as stored. */
  static InputStream rows(TiffForm form, InputStream in, long size, int plane, String where)
      throws IOException {
    byte[] block = in.readNBytes(Math.toIntExact(Math.min(size, Integer.MAX_VALUE / 2)));
    byte[] tables = form.directory().bytes(TiffFile.JPEG_TABLES);
    if (block.length < MARKER) {
      throw new EOFException();
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream(block.length);
    if (tables != null && tables.length > 2 * MARKER) {
      whole.write(tables, 0, tables.length - MARKER);
      whole.write(block, MARKER, block.length - MARKER);
    } else {
      whole.writeBytes(block);
    }
    byte[] jpeg = whole.toByteArray();
    int samples = form.isPlanar() ? 1 : form.samples();
    try (GuardedInput header = new GuardedInput(jpeg)) {
      JpegSegments segments = JpegSegments.read(header, where);
      JpegDecoder.requireSane(segments, where);
      if (segments.components() != samples
          || segments.width() < Math.min(form.blockWidth(), form.width())) {
        throw new IOException(
            "an embedded JPEG has %dx%d pixels of %d samples"
                .formatted(segments.width(), segments.height(), segments.components()));
      }
      DecodeErrors.requirePixels(
          segments.width(),
          segments.height(),
          (long) form.blockWidth() * form.blockHeight(),
          where);
      DecodeErrors.requireMemory(2L * segments.width() * segments.height() * samples, where);
    }
    return new ByteArrayInputStream(decoded(jpeg, samples, form.blockWidth(), where));
  }

  private static byte[] decoded(byte[] jpeg, int samples, int columns, String where)
      throws IOException {
    ImageReader reader = JdkCodecs.reader("jpeg");
    try (GuardedInput in = new GuardedInput(jpeg)) {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      Raster raster = DecodeErrors.ofLibrary(() -> reader.readRaster(0, null));
      JpegDecoder.requireWhole(warnings, where);
      byte[] rows = new byte[Math.multiplyExact(columns * samples, raster.getHeight())];
      int width = Math.min(columns, raster.getWidth());
      int[] row = new int[raster.getWidth() * samples];
      for (int y = 0; y < raster.getHeight(); y++) {
        raster.getPixels(0, y, raster.getWidth(), 1, row);
        for (int i = 0; i < width * samples; i++) {
          rows[y * columns * samples + i] = (byte) row[i];
        }
      }
      return rows;
    } finally {
      reader.dispose();
    }
  }
}
