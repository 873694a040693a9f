package io.subpixel.pictures.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureCodec.Limits;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Spool;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.pictures.internal.metadata.Icc;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes one picture file row by row. The file appears whole or not at all, when {@link #commit}
 * gives it its name. For one thread. The caller that creates a writer closes it.
 *
 * <p>Metadata is written as far as the format supports it. PNG, JPEG, TIFF, WebP and AVIF keep
 * profile, Exif, XMP and density (WebP and AVIF keep density in Exif only); BMP keeps density;
 * JPEG, TIFF and PNG keep IPTC and Photoshop's other resources; JPEG and PNG keep comments. Exif
 * and XMP that exceed JPEG's segments of 64 KB are omitted. Only WebP and AVIF need memory for the
 * whole picture.
 *
 * @since 0.1
 */
public final class PictureWriter implements RowSink {

  private final PictureLayout layout;
  private final Target target;
  private final PictureEncoder encoder;
  private int done;

  /** Where the bytes are written, and how the result reaches its destination. */
  private interface Target extends Closeable {
    SeekableByteChannel channel();

    IOException explained(IOException failure);

    void commit() throws IOException;
  }

  /** A file that gets its name when it is complete. */
  private record FileTarget(AtomicFile file, FileChannel channel) implements Target {
    static FileTarget of(AtomicFile file) throws IOException {
      try {
        return new FileTarget(
            file,
            FileChannel.open(
                file.temporary(),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING));
      } catch (IOException e) {
        file.close();
        throw file.explained(e);
      }
    }

    @Override
    public IOException explained(IOException failure) {
      return file.explained(failure);
    }

    @Override
    public void commit() throws IOException {
      try {
        channel.close();
      } catch (IOException e) {
        throw file.explained(e);
      }
      file.commit();
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        file.close();
      }
    }
  }

  /** A stream that receives everything at the end, as some formats go back to their header. */
  private record StreamTarget(Spool channel, OutputStream out) implements Target {
    @Override
    public IOException explained(IOException failure) {
      return failure;
    }

    @Override
    public void commit() throws IOException {
      channel.sendTo(out);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private PictureWriter(PictureLayout layout, Target target, PictureEncoder encoder) {
    this.layout = layout;
    this.target = target;
    this.encoder = encoder;
  }

  /**
   * Starts writing a file and creates its folders.
   *
   * @throws InvalidInputException if the format is read-only or can't hold the picture, or the
   *     location isn't writable
   * @throws UnavailableException if a library that the format needs is absent or can't be loaded
   */
  public static PictureWriter create(
      Path file,
      PictureFormat format,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options)
      throws IOException {
    String where = file.toString();
    requireHolds(where, format, layout);
    Target target = FileTarget.of(AtomicFile.create(file));
    return create(where, target, format, layout, metadata, options);
  }

  /**
   * Starts writing a picture to a stream, such as standard output. {@link #commit} sends it as a
   * whole. More than a few megabytes are buffered in a temporary file. The stream stays open.
   *
   * @param where what messages call it
   * @throws InvalidInputException as above
   * @throws UnavailableException as above
   */
  public static PictureWriter create(
      OutputStream out,
      String where,
      PictureFormat format,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options)
      throws IOException {
    requireHolds(where, format, layout);
    // If the result stays in memory anyway, a file would save none.
    long memory = out instanceof ByteArrayOutputStream ? Long.MAX_VALUE : Spool.DEFAULT_MEMORY;
    Target target = new StreamTarget(new Spool(memory), out);
    return create(where, target, format, layout, metadata, options);
  }

  private static PictureWriter create(
      String where,
      Target target,
      PictureFormat format,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options)
      throws IOException {
    boolean created = false;
    try {
      PictureCodec codec = Codecs.of(format);
      Metadata wanted = options.stripped() ? metadata.ofColours() : metadata;
      if (options.density().isPresent()) {
        double perInch = options.density().getAsDouble();
        wanted = withDensity(wanted, new Density(perInch, perInch));
      }
      Metadata fitted = fitted(wanted, layout, codec);
      PictureWriter writer =
          new PictureWriter(
              layout, target, codec.create(target.channel(), layout, fitted, options, where));
      created = true;
      return writer;
    } catch (IOException e) {
      throw target.explained(e);
    } finally {
      if (!created) {
        target.close();
      }
    }
  }

  private static void requireHolds(String where, PictureFormat format, PictureLayout layout)
      throws InvalidInputException {
    if (!format.isWritten()) {
      throw new InvalidInputException(where, "a format that can be written", format.toString());
    }
    if (layout.hasAlpha() && !format.holdsAlpha()) {
      throw new InvalidInputException(
          where,
          "a format that holds alpha (" + Codecs.names(PictureFormat::holdsAlpha) + ")",
          format.toString());
    }
    if (layout.depth() > format.maxDepth()) {
      throw new InvalidInputException(
          where,
          "a format that holds 16 bits (" + Codecs.names(each -> each.maxDepth() > 8) + ")",
          format.toString());
    }
    Limits limits = Codecs.of(format).limits();
    if (Math.max(layout.width(), layout.height()) > limits.side()) {
      throw new InvalidInputException(
          where,
          "sides of at most " + limits.side() + " for " + format,
          layout.width() + "x" + layout.height());
    }
    if (layout.pixels() * layout.channels() * layout.depth() / 8 > limits.bytes()) {
      throw new InvalidInputException(where, "at most 4 GB for " + format, layout.toString());
    }
  }

  /** Notes a density where the picture's own would be. */
  private static Metadata withDensity(Metadata metadata, Density density) {
    Metadata noted = metadata.withDensity(density);
    byte[] exif = metadata.exif();
    return exif == null ? noted : noted.withExif(Exif.withDensity(exif, density));
  }

  /** Adapts metadata to the samples as the file stores them. */
  private static Metadata fitted(Metadata metadata, PictureLayout layout, PictureCodec codec) {
    Metadata fitted = metadata;
    byte[] profile = metadata.iccProfile();
    if (profile != null && !Icc.fits(profile, codec.storedChannels(layout) >= 3)) {
      fitted = fitted.withIccProfile(null);
    }
    byte[] exif = metadata.exif();
    return exif == null
        ? fitted
        : fitted.withExif(Exif.withSize(exif, layout.width(), layout.height()));
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    PictureReader.requireRows(from, at, count, layout, done);
    try {
      encoder.write(from, at, count);
    } catch (IOException e) {
      throw target.explained(e);
    }
    done += count;
  }

  /**
   * Completes the file and gives it its name, replacing an existing file.
   *
   * @throws IllegalStateException unless all rows were written
   */
  public void commit() throws IOException {
    if (done != layout.height()) {
      throw new IllegalStateException(
          "image: expected " + layout.height() + " rows, received " + done);
    }
    try {
      encoder.finish();
    } catch (IOException e) {
      throw target.explained(e);
    }
    target.commit();
  }

  /** Deletes the file unless {@link #commit} succeeded. */
  @Override
  public void close() throws IOException {
    encoder.close();
    target.close();
  }
}
