package io.subpixel.pictures.internal.jpeg;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.codec.RowPipe;
import io.subpixel.pictures.internal.codec.RowRaster;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes grey and RGB JPEG with the JDK's libjpeg, on its own thread, which a bounded pipe slows
 * down.
 */
public final class JpegDecoder implements PictureDecoder {
  /** Encoders write about ten; decoding each takes as long as the whole picture. */
  private static final int MAX_SCANS = 100;

  /** A block of 8 x 8 pixels takes at least a bit. */
  private static final int MAX_PIXELS_PER_BYTE = 512;

  private final String where;
  private final JpegSegments segments;
  private final PictureLayout layout;
  private final ImageInputStream in;
  private final RowPipe pipe;
  private @Nullable Thread thread;
  private int given;

  JpegDecoder(PictureSource source, JpegSegments segments) throws IOException {
    where = source.where();
    this.segments = segments;
    requireSane(segments, where);
    layout = new PictureLayout(segments.width(), segments.height(), segments.components(), 8);
    DecodeErrors.requireContent(layout.pixels() / MAX_PIXELS_PER_BYTE, source.size(), where);
    pipe = new RowPipe(layout.width() * layout.channels());
    in = new GuardedInput(source, segments.head(), segments.firstScan());
  }

  public static void requireSane(JpegSegments segments, String where) throws InvalidInputException {
    if (segments.width() < 1 || segments.height() < 1 || segments.scans() > MAX_SCANS) {
      throw new InvalidInputException(
          where,
          "a whole image",
          "one of "
              + (segments.width() + "x" + segments.height() + " in " + segments.scans())
              + " scans");
    }
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return segments.metadata();
  }

  @Override
  public OptionalInt jpegQuality() {
    return segments.quality();
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    if (thread == null) {
      thread = new Thread(this::decode, "jpeg-reader");
      thread.setDaemon(true);
      thread.start();
    }
    for (int i = 0; i < count; i++) {
      if (!pipe.take(into.bytes(), (at + i) * into.rowLength())) {
        throw DecodeErrors.cut(where);
      }
    }
    given += count;
    if (given == layout.height() && pipe.take(new byte[into.rowLength()], 0)) {
      throw new IOException("more rows than its header says");
    }
  }

  private void decode() {
    ImageReader reader = JdkCodecs.reader("jpeg");
    Throwable failure = null;
    try {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      ImageReadParam parameters = reader.getDefaultReadParam();
      parameters.setDestination(new Target(warnings).image());
      DecodeErrors.ofLibrary(() -> reader.read(0, parameters));
      requireWhole(warnings, where);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      reader.dispose();
      pipe.end(failure);
    }
  }

  /** Rejects a truncated file, which the JPEG reader fills with grey and only warns about. */
  public static void requireWhole(List<String> warnings, String where)
      throws InvalidInputException {
    for (String warning : warnings) {
      if (warning.contains("remature") || warning.contains("EOI")) {
        throw DecodeErrors.cut(where);
      }
    }
  }

  /** Passes rows of the last scan to the pipe. */
  private final class Target extends RowRaster.Target {
    private final List<String> warnings;
    private int scan;

    Target(List<String> warnings) {
      super(layout.width(), layout.height(), layout.channels());
      this.warnings = warnings;
    }

    @Override
    protected void row(int y, byte[] samples) {
      scan += y == 0 ? 1 : 0;
      if (pipe.isStopped()) {
        throw new RowPipe.StoppedException();
      }
      if (scan < segments.scans()) {
        return;
      }
      try {
        requireWhole(warnings, where);
        pipe.put(samples, 0);
      } catch (InvalidInputException | InterruptedIOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    pipe.stop();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      in.close();
    }
  }
}
