package io.subpixel.pictures.internal.tiff;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.Samples;
import io.subpixel.pictures.internal.codec.WholeDecoder;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.pictures.internal.metadata.Ifd;
import io.subpixel.pictures.internal.metadata.Photoshop;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/** Opens TIFF (TIFF 6.0, BigTIFF). TwelveMonkeys decodes the rarer variants. */
public final class TiffFile {
  static final int NEW_SUBFILE_TYPE = 254;
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  public static final int COMPRESSION = 259;
  public static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int PREDICTOR = 317;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int COLOUR_MAP = 320;
  static final int INK_SET = 332;
  static final int INKS = 334;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int SMIN_SAMPLE_VALUE = 340;
  static final int SMAX_SAMPLE_VALUE = 341;
  static final int YCBCR_COEFFICIENTS = 529;
  static final int YCBCR_SUBSAMPLING = 530;
  static final int REFERENCE_BLACK_WHITE = 532;
  static final int JPEG_TABLES = 347;
  static final int XMP = 700;
  static final int IPTC = 33723;
  static final int PHOTOSHOP = 34377;
  static final int ICC = 34675;

  private static final int BIG = 43;
  private static final int SUBFILE_TYPE = 255;
  private static final int REDUCED_OR_MASK = 1 | 4;
  private static final int OLD_REDUCED = 2;
  private static final int MAX_PAGES = 1000;

  private TiffFile() {}

  static PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    String where = source.where();
    TiffForm form;
    Page page;
    try (GuardedInput in = new GuardedInput(source)) {
      Ifd.Offsets offsets = offsets(in);
      page = page(pages(in, offsets, where), source.page(), where);
      form = new TiffForm(Ifd.read(in, page.at, offsets), maxPixels, where);
      form.requireContent(in.length(), where);
    }
    return form.isStreamed()
        ? new TiffDecoder(source, form, metadata(form.directory()))
        : openOther(source, form, page.index);
  }

  /** Returns the number of pages, apart from previews and masks. */
  static int pages(PictureSource source) throws IOException {
    try (GuardedInput in = new GuardedInput(source)) {
      return pages(in, offsets(in), source.where()).size();
    }
  }

  /**
   * A page.
   *
   * @param index its directory, from 0
   * @param at where that is
   */
  private record Page(int index, long at) {}

  private static Page page(List<Page> pages, int number, String where)
      throws InvalidInputException {
    if (number == 0 && pages.size() > 1) {
      throw new InvalidInputException(where, "a TIFF of one page", "one of " + pages.size());
    } else if (number > pages.size()) {
      throw new InvalidInputException(where, "a TIFF of that many pages", "one of " + pages.size());
    }
    return pages.get(Math.max(0, number - 1));
  }

  /** Reads the header, and leaves the input at the offset of the first directory. */
  private static Ifd.Offsets offsets(ImageInputStream in) throws IOException {
    in.setByteOrder(in.read() == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    in.seek(2);
    Ifd.Offsets offsets = in.readUnsignedShort() == BIG ? Ifd.Offsets.BIG : Ifd.Offsets.CLASSIC;
    in.seek(offsets.offsetBytes());
    return offsets;
  }

  /** Opens fax, old-style JPEG and subsampled chroma, which TwelveMonkeys decodes as a whole. */
  private static PictureDecoder openOther(PictureSource source, TiffForm form, int index)
      throws IOException {
    String where = source.where();
    PictureLayout layout =
        decoded(
            source,
            reader -> {
              ImageTypeSpecifier type = reader.getImageTypes(index).next();
              return Samples.layout(
                  type.getColorModel(), type.getSampleModel(), form.width(), form.height(), where);
            });
    // The strips are held in addition to the picture.
    DecodeErrors.requireMemory(2 * layout.pixels() * layout.channels() * layout.depth() / 8, where);
    return WholeDecoder.ofImage(
        layout, metadata(form.directory()), () -> decoded(source, reader -> reader.read(index)));
  }

  /** A request to a reader. */
  private interface Question<T> {
    T ask(ImageReader reader) throws IOException;
  }

  private static <T> T decoded(PictureSource source, Question<T> question) throws IOException {
    ImageReader reader = new TIFFImageReaderSpi().createReaderInstance(null);
    try (GuardedInput in = new GuardedInput(source)) {
      reader.setInput(in, false, true);
      return DecodeErrors.ofLibrary(() -> question.ask(reader));
    } finally {
      reader.dispose();
    }
  }

  /** Finds the pages, which follow each other; the first directory if all are previews or masks. */
  private static List<Page> pages(ImageInputStream in, Ifd.Offsets offsets, String where)
      throws IOException {
    List<Page> pages = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    long first = offsets.readOffset(in);
    // A directory that was seen is a loop.
    for (long at = first; at >= 8 && at <= in.length() - 8 && seen.add(at); ) {
      if (seen.size() > MAX_PAGES) {
        throw new InvalidInputException(where, "a TIFF of at most " + MAX_PAGES + " pages", "more");
      }
      in.seek(at);
      long count = offsets.readCount(in);
      if (count < 0 || count > (in.length() - at) / offsets.entryBytes()) {
        break;
      }
      if (isPage(in, at, count, offsets)) {
        pages.add(new Page(seen.size() - 1, at));
      }
      long link = offsets.entry(at, count);
      if (link > in.length() - offsets.offsetBytes()) {
        break;
      }
      in.seek(link);
      at = offsets.readOffset(in);
    }
    return pages.isEmpty() ? List.of(new Page(0, first)) : pages;
  }

  private static boolean isPage(ImageInputStream in, long at, long count, Ifd.Offsets offsets)
      throws IOException {
    long kind = 0;
    for (long entry = 0; entry < count; entry++) {
      in.seek(offsets.entry(at, entry));
      int tag = in.readUnsignedShort();
      if (tag == NEW_SUBFILE_TYPE || tag == SUBFILE_TYPE) {
        boolean isShort = in.readUnsignedShort() == Ifd.SHORT;
        offsets.readOffset(in);
        long value = isShort ? in.readUnsignedShort() : in.readUnsignedInt();
        kind = tag == NEW_SUBFILE_TYPE ? value & REDUCED_OR_MASK : value == OLD_REDUCED ? 1 : 0;
      } else if (tag > SUBFILE_TYPE) {
        break;
      }
    }
    return kind == 0;
  }

  private static Metadata metadata(Ifd directory) {
    Ifd descriptive = directory.descriptive();
    byte[] exif = descriptive.isEmpty() ? null : descriptive.toExif();
    byte[] photoshop = directory.bytes(PHOTOSHOP);
    byte[] iptc = directory.bytes(IPTC);
    if (photoshop == null && iptc != null) {
      photoshop = Photoshop.ofIptc(iptc);
    }
    return Metadata.NONE
        .withPhotoshop(photoshop)
        .withIccProfile(directory.bytes(ICC))
        .withXmp(directory.bytes(XMP))
        .withExif(exif)
        .withDensity(Exif.density(exif));
  }
}
