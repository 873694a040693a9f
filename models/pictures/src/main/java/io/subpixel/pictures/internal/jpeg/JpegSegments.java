package io.subpixel.pictures.internal.jpeg;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.metadata.Exif;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** The segments of a JPEG file (ITU-T T.81, JFIF 1.02, Exif, ICC.1 B.4). */
public final class JpegSegments {
  public static final String EXIF = "Exif\0\0";
  static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
  static final String ICC = "ICC_PROFILE\0";
  static final String PHOTOSHOP = "Photoshop 3.0\0";
  static final String JFIF = "JFIF\0";
  static final String ADOBE = "Adobe";

  static final int SOI = 0xd8;
  static final int EOI = 0xd9;
  static final int SOS = 0xda;
  static final int DQT = 0xdb;
  static final int APP0 = 0xe0;
  static final int APP1 = 0xe1;
  static final int APP2 = 0xe2;
  static final int APP13 = 0xed;
  static final int APP14 = 0xee;
  static final int APP15 = 0xef;
  static final int COM = 0xfe;

  private static final int MAX_METADATA = 32 << 20;
  private static final int INCH = 1;
  private static final int CENTIMETRE = 2;

  private final String where;

  /** The stream up to the first scan, without segments that don't affect the samples. */
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();

  private final Map<Integer, byte[]> iccParts = new TreeMap<>();
  private final ByteArrayOutputStream photoshop = new ByteArrayOutputStream();
  private final List<byte[]> comments = new ArrayList<>();
  private final JpegQuality quality = new JpegQuality();
  private Metadata metadata = Metadata.NONE;
  private boolean isJfif;
  private int adobeTransform = -1;
  private int width;
  private int height;
  private byte[] componentIds = {};
  private long firstScan;
  private int scans;

  private JpegSegments(String where) {
    this.where = where;
  }

  /** Reads all segments, but not the samples. */
  public static JpegSegments read(ImageInputStream in, String where) throws IOException {
    JpegSegments segments = new JpegSegments(where);
    in.seek(2);
    segments.readHeaders(in);
    segments.countScans(in);
    return segments;
  }

  private void readHeaders(ImageInputStream in) throws IOException {
    head.write(0xff);
    head.write(SOI);
    long budget = MAX_METADATA;
    while (true) {
      long at = in.getStreamPosition();
      int marker = marker(in);
      if (marker == SOS) {
        firstScan = at;
        break;
      } else if (marker == EOI) {
        throw DecodeErrors.cut(where);
      } else if (marker == SOI || (marker >= 0xd0 && marker <= 0xd7) || marker == 1) {
        continue;
      }
      int length = in.readUnsignedShort() - 2;
      budget -= length;
      if (length < 0 || budget < 0) {
        throw new InvalidInputException(where, "a whole image", "a broken one (its headers)");
      }
      byte[] data = new byte[length];
      in.readFully(data);
      if ((marker < APP0 || marker > APP15) && marker != COM) {
        segment(head, marker, data);
      }
      take(marker, data);
    }
    if (componentIds.length == 0) {
      throw DecodeErrors.cut(where);
    }
    metadata =
        metadata
            .withIccProfile(profile())
            .withPhotoshop(photoshop.size() == 0 ? null : photoshop.toByteArray())
            .withComments(comments);
  }

  /** Returns the next marker, skipping fill bytes. */
  private static int marker(ImageInputStream in) throws IOException {
    int value = in.readUnsignedByte();
    while (value != 0xff) {
      value = in.readUnsignedByte();
    }
    while (value == 0xff) {
      value = in.readUnsignedByte();
    }
    return value;
  }

  private void take(int marker, byte[] data) {
    ByteBuffer values = ByteBuffer.wrap(data);
    if (marker == APP0 && starts(data, JFIF)) {
      isJfif = true;
      int unit = data.length >= 12 ? data[7] : 0;
      if (unit == INCH || unit == CENTIMETRE) {
        double perInch = unit == INCH ? 1 : 2.54;
        Density density =
            new Density(
                perInch * (values.getShort(8) & 0xffff), perInch * (values.getShort(10) & 0xffff));
        metadata = metadata.withDensity(density.isSane() ? density : null);
      }
    } else if (marker == APP1 && starts(data, EXIF) && metadata.exif() == null) {
      byte[] exif = Arrays.copyOfRange(data, EXIF.length(), data.length);
      metadata = metadata.withExif(Exif.isStream(exif) ? exif : null);
    } else if (marker == APP1 && starts(data, XMP) && metadata.xmp() == null) {
      metadata = metadata.withXmp(Arrays.copyOfRange(data, XMP.length(), data.length));
    } else if (marker == APP2 && starts(data, ICC) && data.length > ICC.length() + 2) {
      int part = data[ICC.length()] & 0xff;
      iccParts.putIfAbsent(part, Arrays.copyOfRange(data, ICC.length() + 2, data.length));
    } else if (marker == APP13 && starts(data, PHOTOSHOP)) {
      photoshop.write(data, PHOTOSHOP.length(), data.length - PHOTOSHOP.length());
    } else if (marker == COM) {
      comments.add(data);
    } else if (marker == APP14 && starts(data, ADOBE) && data.length >= 12) {
      adobeTransform = data[11] & 0xff;
    } else if (marker == DQT) {
      quality.define(data);
    } else if (isFrame(marker) && data.length >= 6) {
      height = values.getShort(1) & 0xffff;
      width = values.getShort(3) & 0xffff;
      int components = data[5] & 0xff;
      componentIds = new byte[data.length >= 6 + 3 * components ? components : 0];
      for (int c = 0; c < componentIds.length; c++) {
        componentIds[c] = data[6 + 3 * c];
      }
      if (componentIds.length > 0) {
        quality.use(data[8]);
      }
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private byte @Nullable [] profile() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int expected = 1;
    for (Map.Entry<Integer, byte[]> part : iccParts.entrySet()) {
      if (part.getKey() != expected++) {
        return null;
      }
      all.writeBytes(part.getValue());
    }
    return iccParts.isEmpty() ? null : all.toByteArray();
  }

  private static boolean starts(byte[] data, String mark) {
    return new String(data, 0, Math.min(data.length, mark.length()), StandardCharsets.ISO_8859_1)
        .equals(mark);
  }

  /**
   * Counts the scans. The decoder delivers the picture once per scan, and only the last is
   * complete. Other pictures may follow its end.
   */
  private void countScans(ImageInputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    in.seek(firstScan);
    boolean afterMark = false;
    int lengthBytes = 0;
    int length = 0;
    int n;
    while ((n = in.read(buffer)) > 0) {
      for (int i = 0; i < n; i++) {
        int value = buffer[i] & 0xff;
        if (lengthBytes > 0) {
          length = length << 8 | value;
          lengthBytes--;
          length -= lengthBytes == 0 ? 2 : 0;
        } else if (length > 0) {
          int skipped = Math.min(length, n - i);
          length -= skipped;
          i += skipped - 1;
        } else if (afterMark && value == EOI) {
          return;
        } else {
          boolean hasLength =
              afterMark && value != 0 && value != 0xff && (value < 0xd0 || value > SOI);
          scans += hasLength && value == SOS ? 1 : 0;
          lengthBytes = hasLength ? 2 : 0;
          length = 0;
          afterMark = value == 0xff;
        }
      }
    }
  }

  /** Adds a segment to a stream. */
  static void segment(ByteArrayOutputStream out, int marker, byte[] data) {
    out.write(0xff);
    out.write(marker);
    out.write((data.length + 2) >> 8);
    out.write(data.length + 2);
    out.writeBytes(data);
  }

  /**
   * Returns the start of a stream without profiles and thumbnails, which still tells whether R, G,
   * B are stored as YCbCr, by libjpeg's rules.
   */
  byte[] head() {
    if (components() != 3) {
      return head.toByteArray();
    }
    boolean rgb =
        !isJfif
            && (adobeTransform == 0
                || (adobeTransform < 0
                    && new String(componentIds, StandardCharsets.ISO_8859_1).equals("RGB")));
    byte[] adobe =
        (ADOBE + "\0\144\0\0\0\0" + (rgb ? "\0" : "\1")).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    byte[] plain = head.toByteArray();
    marked.write(plain, 0, 2);
    segment(marked, APP14, adobe);
    marked.write(plain, 2, plain.length - 2);
    return marked.toByteArray();
  }

  long firstScan() {
    return firstScan;
  }

  int scans() {
    return scans;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  boolean isAdobe() {
    return adobeTransform >= 0;
  }

  public int components() {
    return componentIds.length;
  }

  OptionalInt quality() {
    return quality.value();
  }

  Metadata metadata() {
    return metadata;
  }
}
