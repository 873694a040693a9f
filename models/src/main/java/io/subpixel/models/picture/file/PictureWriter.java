package io.subpixel.models.picture.file;

import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes one picture file row by row, whole or not at all: only {@link #commit} gives it its name.
 * For one thread; whoever creates it closes it.
 *
 * <p>What of the metadata the format has a place for is written with it: profile, Exif, XMP and
 * density by PNG, JPEG, TIFF and WebP (which has density in Exif alone), density by BMP, IPTC and
 * Photoshop's other resources by JPEG, TIFF and PNG, comments by JPEG and PNG. Exif and XMP too
 * long for JPEG's segments of 64 KB are left out. Only WebP takes memory for the whole picture.
 */
public final class PictureWriter implements RowSink {

  /** Offsets of 32 bits, and room for what deflate may add. */
  private static final long MOST_OFFSET = 0xffffffffL - (256 << 20);

  private final PictureLayout layout;
  private final Place place;
  private final FileChannel channel;
  private final Encoder encoder;
  private int done;

  /** Where a file is made, and how it gets to where it belongs. */
  private interface Place {
    Path temporary();

    IOException explained(IOException failure);

    void commit() throws IOException;

    void close() throws IOException;
  }

  private PictureWriter(
      String where,
      Place place,
      PictureFormat format,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options)
      throws IOException {
    this.layout = layout;
    this.place = place;
    channel =
        FileChannel.open(
            place.temporary(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    boolean opened = false;
    try {
      Metadata fitted = fitted(metadata, layout, format);
      encoder =
          switch (format) {
            case PNG -> new PngEncoder(channel, layout, fitted, options);
            case JPEG -> new JpegEncoder(channel, layout, fitted, options);
            case BMP -> new BmpEncoder(channel, layout, fitted);
            case TIFF -> new TiffEncoder(channel, layout, fitted, options);
            case WEBP -> new WebpEncoder(channel, layout, fitted, options, where);
            case PNM -> new PnmEncoder(channel, layout);
            case GIF -> throw new IllegalArgumentException("GIF isn't written");
          };
      opened = true;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  /**
   * Begins to write a file; its folders are created.
   *
   * @throws InvalidInputException if the format isn't written or can't hold such a picture, or the
   *     place can't be written to
   * @throws UnavailableException if the format is WebP and libwebp can't be loaded
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
    AtomicFile target = AtomicFile.create(file);
    Place place =
        new Place() {
          @Override
          public Path temporary() {
            return target.temporary();
          }

          @Override
          public IOException explained(IOException failure) {
            return target.explained(failure);
          }

          @Override
          public void commit() throws IOException {
            target.commit();
          }

          @Override
          public void close() throws IOException {
            target.close();
          }
        };
    return create(where, place, format, layout, metadata, options);
  }

  /**
   * Begins to write a picture to a stream, such as standard output: a temporary file takes it, and
   * {@link #commit} sends it. The stream stays open.
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
    Path spool = Temporaries.file(".picture");
    Place place =
        new Place() {
          @Override
          public Path temporary() {
            return spool;
          }

          @Override
          public IOException explained(IOException failure) {
            return Temporaries.explained(spool, failure);
          }

          @Override
          public void commit() throws IOException {
            Files.copy(spool, out);
            out.flush();
          }

          @Override
          public void close() throws IOException {
            Files.deleteIfExists(spool);
          }
        };
    return create(where, place, format, layout, metadata, options);
  }

  private static PictureWriter create(
      String where,
      Place place,
      PictureFormat format,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options)
      throws IOException {
    boolean created = false;
    try {
      PictureWriter writer = new PictureWriter(where, place, format, layout, metadata, options);
      created = true;
      return writer;
    } catch (IOException e) {
      throw place.explained(e);
    } finally {
      if (!created) {
        place.close();
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
          where, "a format that holds alpha (PNG, BMP, TIFF, WebP, PNM)", format.toString());
    }
    if (layout.depth() > format.greatestDepth()) {
      throw new InvalidInputException(
          where, "a format that holds 16 bits (PNG, TIFF, PNM)", format.toString());
    }
    int side = Math.max(layout.width(), layout.height());
    int greatest = greatestSide(format);
    if (side > greatest) {
      throw new InvalidInputException(
          where,
          "sides of at most " + greatest + " for " + format,
          layout.width() + "x" + layout.height());
    }
    long bytes = layout.pixels() * layout.channels() * layout.depth() / 8;
    if ((format == PictureFormat.TIFF || format == PictureFormat.BMP) && bytes > MOST_OFFSET) {
      throw new InvalidInputException(where, "at most 4 GB for " + format, layout.toString());
    }
  }

  private static int greatestSide(PictureFormat format) {
    return switch (format) {
      case JPEG -> JpegFile.MAX_SIDE;
      case WEBP -> WebpFile.MAX_SIDE;
      case PNG, BMP, GIF, TIFF, PNM -> Integer.MAX_VALUE;
    };
  }

  /** What is true of these samples: WebP has them in colour. */
  private static Metadata fitted(Metadata metadata, PictureLayout layout, PictureFormat format) {
    Metadata fitted = metadata;
    byte[] profile = metadata.iccProfile();
    boolean colour = layout.isColour() || format == PictureFormat.WEBP;
    if (profile != null && !Icc.fits(profile, colour)) {
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
      throw place.explained(e);
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
      channel.close();
    } catch (IOException e) {
      throw place.explained(e);
    }
    place.commit();
  }

  /** Without {@link #commit} before it, nothing stays behind. */
  @Override
  public void close() throws IOException {
    encoder.close();
    try {
      channel.close();
    } finally {
      place.close();
    }
  }
}
