package io.subpixel.models.picture.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata.Density;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one picture file row by row, as it is to be seen: orientation is applied, palettes are RGB
 * (grey, if all their colours are), samples of fewer bits are 8, alpha isn't premultiplied, CMYK
 * and CIELAB are sRGB. For one thread; whoever opens it closes it.
 *
 * <p>PNG, JPEG, TIFF, BMP and PNM take memory for some rows alone. GIF, WebP, JPEG in CMYK, fax in
 * TIFF, BMP in runs, interlaced PNG and what must be turned are held whole, and refused by their
 * header if they don't fit the heap.
 */
public final class PictureReader implements RowSource {
  /** Pictures of more pixels are refused by their header, before anything is decoded. */
  public static final long MAX_PIXELS = 256L << 20;

  /** The formats that can be read, for messages. */
  static final String FORMATS =
      Arrays.stream(PictureFormat.values())
          .map(PictureFormat::toString)
          .collect(Collectors.joining(", "));

  /** What a pixel of 16 bits and alpha takes where nothing is compressed. */
  private static final int MOST_BYTES_A_PIXEL = 8;

  private static final int MOST_BYTES_BESIDES = 64 << 20;

  private final String where;
  private final PictureFormat format;
  private final Decoder decoder;
  private final Turn turn;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final @Nullable Path spool;
  private @Nullable Rows turned;
  private int next;

  private PictureReader(String where, PictureFormat format, Decoder decoder, @Nullable Path spool) {
    this.where = where;
    this.format = format;
    this.decoder = decoder;
    this.spool = spool;
    Metadata stored = decoder.metadata();
    turn = new Turn(Exif.orientation(stored.exif()));
    layout = turn.layout(decoder.layout());
    metadata = upright(stored);
  }

  /**
   * Opens a file. Its content says what it is, whatever its name.
   *
   * @param maxPixels the most pixels that it may have, such as {@link #MAX_PIXELS}
   * @throws InvalidInputException if it is absent, no picture of a known format, broken, an
   *     animation, of several pages or of more pixels
   * @throws IOException if it can't be read
   */
  public static PictureReader open(Path file, long maxPixels) throws IOException {
    String where = file.toString();
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          where,
          "a picture",
          Files.isDirectory(file)
              ? "a folder"
              : Files.exists(file) ? "neither file nor folder" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(where, "a picture", "a file without permission to read");
    }
    return open(file, where, maxPixels, null);
  }

  /**
   * Opens a picture that comes from a stream, such as standard input, which is read to its end if
   * it begins like a picture: a temporary file takes what it holds.
   *
   * @param where what messages call it
   * @throws InvalidInputException as above, and if there are more bytes than a picture of that many
   *     pixels can take
   * @throws UnavailableException if there is no place for a temporary file
   */
  public static PictureReader open(InputStream in, String where, long maxPixels)
      throws IOException {
    byte[] start = in.readNBytes(PictureFormat.SIGNATURE);
    if (PictureFormat.ofContent(start).isEmpty()) {
      throw noPicture(where, start.length == 0 ? "an empty file" : "something else");
    }
    Path spool = Temporaries.file(".picture");
    boolean opened = false;
    try {
      spool(start, in, spool, maxPixels * MOST_BYTES_A_PIXEL + MOST_BYTES_BESIDES, where);
      PictureReader reader = open(spool, where, maxPixels, spool);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        Files.deleteIfExists(spool);
      }
    }
  }

  private static void spool(byte[] start, InputStream in, Path spool, long most, String where)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long size = start.length;
    try (OutputStream out = Files.newOutputStream(spool)) {
      out.write(start);
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > most) {
          throw new InvalidInputException(where, "a picture of at most " + most + " bytes", "more");
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      throw Temporaries.explained(spool, e);
    }
  }

  private static PictureReader open(Path file, String where, long maxPixels, @Nullable Path spool)
      throws IOException {
    return Faults.guarded(
        where,
        () -> {
          PictureFormat format = format(file, where);
          Decoder decoder =
              switch (format) {
                case PNG -> new PngDecoder(file, where, maxPixels);
                case JPEG -> JpegFile.open(file, where, maxPixels);
                case BMP -> new BmpDecoder(file, where, maxPixels);
                case GIF -> new GifDecoder(file, where, maxPixels);
                case TIFF -> TiffFile.open(file, where, maxPixels);
                case WEBP -> WebpFile.open(file, where, maxPixels);
                case PNM -> new PnmDecoder(file, where, maxPixels);
              };
          try {
            return new PictureReader(where, format, decoder, spool);
          } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
          }
        });
  }

  private static PictureFormat format(Path file, String where) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(PictureFormat.SIGNATURE);
    }
    Optional<PictureFormat> format = PictureFormat.ofContent(start);
    if (format.isEmpty()) {
      long size = Files.size(file);
      throw noPicture(where, size == 0 ? "an empty file" : "something else (" + size + " bytes)");
    }
    return format.get();
  }

  private static InvalidInputException noPicture(String where, String received) {
    return new InvalidInputException(where, "a picture (" + FORMATS + ")", received);
  }

  /** What still holds of a picture that was turned, and maybe came from another colour space. */
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

  /** XMP repeats the orientation, as an attribute or as an element. */
  private static byte[] withoutOrientation(byte[] xmp) {
    // A charset of single bytes brings every byte back, whatever they mean.
    return new String(xmp, StandardCharsets.ISO_8859_1)
        .replaceAll("(tiff:Orientation\\s*=\\s*[\"'])[2-8]([\"'])", "$11$2")
        .replaceAll("(<tiff:Orientation>)[2-8](</)", "$11$2")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What the file is. */
  public PictureFormat format() {
    return format;
  }

  /** The layout of what {@link #read} gives: after orientation. */
  @Override
  public PictureLayout layout() {
    return layout;
  }

  /**
   * What the file holds besides: upright, without a thumbnail, without a profile of another colour
   * space than the samples have here.
   */
  public Metadata metadata() {
    return metadata;
  }

  /**
   * The quality, 1..100, at which a JPEG was saved, as its quantisation table for luma tells it on
   * the scale of the Independent JPEG Group; empty for other formats and for CMYK.
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
    Faults.run(
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
      Faults.requireMemory(stored.pixels() * stored.channels() * stored.depth() / 8, where);
      rows = new Rows(stored.height(), stored);
      decoder.read(rows, 0, stored.height());
      turned = rows;
    }
    return rows;
  }

  /**
   * @throws IllegalArgumentException unless the rows belong to such a picture and so many are left
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
        Files.deleteIfExists(spool);
      }
    }
  }
}
