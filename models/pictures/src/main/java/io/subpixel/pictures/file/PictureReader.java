package io.subpixel.pictures.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.Spool;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.pictures.internal.metadata.Icc;
import io.subpixel.pictures.internal.metadata.Orientation;
import io.subpixel.pictures.internal.metadata.Photoshop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads one picture file row by row, as it is meant to be seen. Orientation is applied, palettes
 * become RGB (or grey, if all their colours are), samples of fewer bits become 8, alpha isn't
 * premultiplied, and CMYK and CIELAB become sRGB. For one thread. The caller that opens a reader
 * closes it.
 *
 * <p>PNG, JPEG, TIFF, BMP and PNM need memory for a few rows only. GIF, WebP, HEIC, AVIF, JPEG
 * 2000, CMYK JPEG, fax-compressed TIFF, run-length BMP, interlaced PNG and pictures that must be
 * rotated are held whole, and are rejected by their header if they don't fit into the heap.
 *
 * @since 0.1
 */
public final class PictureReader implements RowSource {
  /** The usual limit. The header of a larger picture is rejected before anything is decoded. */
  public static final long MAX_PIXELS = 256L << 20;

  /** The uncompressed size of a pixel of 16 bits with alpha. */
  private static final int MAX_BYTES_A_PIXEL = 8;

  private static final int MAX_BYTES_BESIDES = 64 << 20;

  private final String where;
  private final PictureFormat format;
  private final PictureDecoder decoder;
  private final Orientation turn;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final @Nullable Spool spool;
  private @Nullable Rows turned;
  private int next;

  private PictureReader(
      String where, PictureFormat format, PictureDecoder decoder, @Nullable Spool spool) {
    this.where = where;
    this.format = format;
    this.decoder = decoder;
    this.spool = spool;
    Metadata stored = decoder.metadata();
    turn = new Orientation(Exif.orientation(stored.exif()));
    layout = turn.layout(decoder.layout());
    metadata = upright(stored);
  }

  /**
   * Opens a file. Its content decides the format, whatever its name.
   *
   * @param maxPixels the maximum number of pixels, such as {@link #MAX_PIXELS}
   * @throws InvalidInputException if it is missing, of an unknown format, broken, an animation, of
   *     several pages or too large
   * @throws IOException if it can't be read
   */
  public static PictureReader open(Path file, long maxPixels) throws IOException {
    String where = file.toString();
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          where,
          "an image",
          Files.isDirectory(file)
              ? "a folder"
              : Files.exists(file) ? "neither file nor folder" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(where, "an image", "a file without permission to read");
    }
    return open(PictureSource.of(file, where), maxPixels, null);
  }

  /**
   * Opens a picture from a stream, such as standard input, which is read to its end if it starts
   * like a picture. More than a few megabytes are buffered in a temporary file.
   *
   * @param where what messages call it
   * @throws InvalidInputException as above, or if there are more bytes than a picture of that many
   *     pixels can have
   * @throws UnavailableException if no temporary file can be created
   */
  public static PictureReader open(InputStream in, String where, long maxPixels)
      throws IOException {
    byte[] start = in.readNBytes(PictureCodec.START_BYTES);
    if (Codecs.of(start).isEmpty()) {
      Codecs.requireLibrary(start);
      throw noPicture(where, start.length == 0 ? "an empty file" : Codecs.unread(start));
    }
    Spool spool = new Spool(Spool.DEFAULT_MEMORY);
    boolean opened = false;
    try {
      fill(spool, start, in, maxPixels * MAX_BYTES_A_PIXEL + MAX_BYTES_BESIDES, where);
      Path file = spool.file();
      PictureSource source =
          file == null
              ? PictureSource.of(spool.toByteArray(), where)
              : PictureSource.of(file, where);
      PictureReader reader = open(source, maxPixels, spool);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        spool.close();
      }
    }
  }

  private static void fill(Spool spool, byte[] start, InputStream in, long most, String where)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long size = start.length;
    spool.write(ByteBuffer.wrap(start));
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      size += n;
      if (size > most) {
        throw new InvalidInputException(where, "an image of at most " + most + " bytes", "more");
      }
      spool.write(ByteBuffer.wrap(buffer, 0, n));
    }
  }

  /**
   * Opens a picture in memory, or in a file that is known to be readable.
   *
   * @throws InvalidInputException as above
   * @throws IOException if it can't be read
   */
  public static PictureReader open(PictureSource source, long maxPixels) throws IOException {
    return open(source, maxPixels, null);
  }

  private static PictureReader open(PictureSource source, long maxPixels, @Nullable Spool spool)
      throws IOException {
    return DecodeErrors.guarded(
        source.where(),
        () -> {
          PictureCodec codec = codec(source);
          if (source.page() > 1 && codec.pages(source) == 1) {
            throw new InvalidInputException(source.where(), "a file of several pages", "one page");
          }
          PictureDecoder decoder = codec.open(source, maxPixels);
          try {
            return new PictureReader(source.where(), codec.format(), decoder, spool);
          } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
          }
        });
  }

  private static PictureCodec codec(PictureSource source) throws IOException {
    byte[] start = source.start(PictureCodec.START_BYTES);
    Optional<PictureCodec> codec = Codecs.of(start);
    if (codec.isEmpty()) {
      long size = source.size();
      Codecs.requireLibrary(start);
      throw noPicture(
          source.where(),
          size == 0 ? "an empty file" : Codecs.unread(start) + " (" + size + " bytes)");
    }
    return codec.get();
  }

  private static InvalidInputException noPicture(String where, String received) {
    return new InvalidInputException(where, "an image (" + Codecs.NAMES + ")", received);
  }

  /** Returns the metadata that remains valid after rotation and colour conversion. */
  private Metadata upright(Metadata stored) {
    Metadata upright = stored;
    byte[] exif = stored.exif();
    Density density = stored.density() == null ? Exif.density(exif) : stored.density();
    if (density != null && turn.swapsSides()) {
      density = density.transposed();
    }
    upright = upright.withDensity(density);
    if (exif != null) {
      upright = upright.withExif(Exif.upright(exif));
    }
    byte[] profile = stored.iccProfile();
    if (profile != null && !Icc.fits(profile, layout.isColour())) {
      upright = upright.withIccProfile(null);
    }
    byte[] photoshop = stored.photoshop();
    if (photoshop != null) {
      upright = upright.withPhotoshop(Photoshop.withoutThumbnail(photoshop));
    }
    byte[] xmp = stored.xmp();
    return xmp == null ? upright : upright.withXmp(withoutOrientation(xmp));
  }

  /** Removes the orientation from XMP, which repeats it as an attribute or an element. */
  private static byte[] withoutOrientation(byte[] xmp) {
    // A single-byte charset preserves every byte, whatever it means.
    return new String(xmp, StandardCharsets.ISO_8859_1)
        .replaceAll("(tiff:Orientation\\s*=\\s*[\"'])[2-8]([\"'])", "$11$2")
        .replaceAll("(<tiff:Orientation>)[2-8](</)", "$11$2")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the format of the file. */
  public PictureFormat format() {
    return format;
  }

  /** Returns the layout of the rows that {@link #read} gives, after orientation. */
  @Override
  public PictureLayout layout() {
    return layout;
  }

  /**
   * Returns the metadata of the upright picture, without a thumbnail, and without a profile that
   * doesn't match the colour space of the rows.
   */
  public Metadata metadata() {
    return metadata;
  }

  /**
   * Returns the quality, 1..100, at which a JPEG was saved, estimated from its quantisation table
   * for luma on the scale of the Independent JPEG Group. Empty for other formats and for CMYK.
   */
  public OptionalInt jpegQuality() {
    return decoder.jpegQuality();
  }

  /**
   * @throws UnavailableException if it is WebP and libwebp can't be loaded
   */
  @Override
  public void read(Rows into, int at, int count) throws IOException {
    requireRows(into, at, count, layout, next);
    DecodeErrors.run(
        where,
        () -> {
          if (turn.isByRows()) {
            decoder.read(into, at, count);
            turn.mirrorRows(into, at, count);
          } else {
            turn.rows(stored(), next, into, at, count);
          }
        });
    next += count;
  }

  private Rows stored() throws IOException {
    Rows rows = turned;
    if (rows == null) {
      PictureLayout stored = decoder.layout();
      DecodeErrors.requireMemory(stored.pixels() * stored.channels() * stored.depth() / 8, where);
      rows = new Rows(stored.height(), stored);
      decoder.read(rows, 0, stored.height());
      turned = rows;
    }
    return rows;
  }

  /**
   * @throws IllegalArgumentException unless the rows fit the layout and that many are left
   */
  static void requireRows(Rows rows, int at, int count, PictureLayout layout, int done) {
    if (rows.width() != layout.width()
        || rows.channels() != layout.channels()
        || rows.depth() != layout.depth()
        || at < 0
        || count < 0
        || at > rows.count() - count
        || count > layout.height() - done) {
      throw new IllegalArgumentException(
          "rows: expected at most "
              + (layout.height() - done)
              + (" of " + layout + ", received " + count + " at " + at + " of " + rows));
    }
  }

  @Override
  public void close() throws IOException {
    turned = null;
    try {
      decoder.close();
    } finally {
      if (spool != null) {
        spool.close();
      }
    }
  }
}
