package io.subpixel.pictures.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
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
 * Writes one picture file row by row, whole or not at all: only {@link #commit} gives it its name.
 * For one thread; whoever creates it closes it.
 *
 * <p>What of the metadata the format has a place for is written with it: profile, Exif, XMP and
 * density by PNG, JPEG, TIFF, WebP and AVIF (which have density in Exif alone), density by BMP,
 * IPTC and Photoshop's other resources by JPEG, TIFF and PNG, comments by JPEG and PNG. Exif and
 * XMP too long for JPEG's segments of 64 KB are left out. WebP and AVIF take memory for the whole
 * picture.
 *
 * @since 0.1
 */
public final class PictureWriter implements RowSink {

  private final PictureLayout layout;
  private final Target target;
  private final PictureEncoder encoder;
  private int done;

  /** Where a file is made, and how it gets to where it belongs. */
  private interface Target extends Closeable {
    SeekableByteChannel channel();

    IOException explained(IOException failure);

    void commit() throws IOException;
  }

  /** A file that gets its name when it is whole. */
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

  /** A stream that gets everything at once: some formats go back to their header at the end. */
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
   * Begins to write a file; its folders are created.
   *
   * @throws InvalidInputException if the format isn't written or can't hold such a picture, or the
   *     place can't be written to
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
   * Begins to write a picture to a stream, such as standard output: {@link #commit} sends it,
   * whole. What is longer than some megabytes waits in a temporary file. The stream stays open.
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
    // Where the result stays in memory, a file would spare none.
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
      Metadata fitted = fitted(metadata, layout, codec);
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
    if (layout.depth() > format.greatestDepth()) {
      throw new InvalidInputException(
          where,
          "a format that holds 16 bits (" + Codecs.names(each -> each.greatestDepth() > 8) + ")",
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

  /** What is true of the samples as the file stores them. */
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
   * Ends the file and gives it its name, in place of what had it before.
   *
   * @throws IllegalStateException unless all rows were given
   */
  public void commit() throws IOException {
    if (done != layout.height()) {
      throw new IllegalStateException(
          "picture: expected " + layout.height() + " rows, received " + done);
    }
    try {
      encoder.finish();
    } catch (IOException e) {
      throw target.explained(e);
    }
    target.commit();
  }

  /** Without {@link #commit} before it, nothing stays behind. */
  @Override
  public void close() throws IOException {
    encoder.close();
    target.close();
  }
}
