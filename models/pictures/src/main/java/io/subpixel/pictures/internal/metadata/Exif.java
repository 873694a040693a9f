package io.subpixel.pictures.internal.metadata;

import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Edits Exif in place (CIPA DC-008), as maker notes hold offsets into the stream and would break if
 * anything moved. Malformed parts stay unchanged.
 */
public final class Exif {
  public static final int ORIENTATION = 0x112;
  public static final int X_RESOLUTION = 0x11a;
  public static final int Y_RESOLUTION = 0x11b;
  public static final int RESOLUTION_UNIT = 0x128;
  public static final int EXIF_IFD = 0x8769;
  public static final int GPS_IFD = 0x8825;
  public static final int INTEROP_IFD = 0xa005;

  private static final int IMAGE_WIDTH = 0x100;
  private static final int IMAGE_LENGTH = 0x101;
  private static final int PIXEL_X_DIMENSION = 0xa002;
  private static final int PIXEL_Y_DIMENSION = 0xa003;
  private static final int THUMBNAIL_OFFSET = 0x201;
  private static final int THUMBNAIL_LENGTH = 0x202;
  private static final int INCH = 2;
  private static final int CENTIMETRE = 3;
  private static final int ENTRY = 12;

  private final ByteBuffer stream;
  private final int first;

  private Exif(ByteBuffer stream) {
    this.stream = stream;
    first = stream.getInt(4);
  }

  /** Wraps a stream; null if it isn't Exif. */
  private static @Nullable Exif of(byte @Nullable [] bytes) {
    if (bytes == null || !isStream(bytes)) {
      return null;
    }
    return new Exif(ByteBuffer.wrap(bytes).order(order(bytes)));
  }

  /** Returns whether these bytes start like Exif. */
  public static boolean isStream(byte[] bytes) {
    if (bytes.length < 8) {
      return false;
    }
    boolean little = bytes[0] == 'I' && bytes[1] == 'I' && bytes[2] == 42 && bytes[3] == 0;
    return little || (bytes[0] == 'M' && bytes[1] == 'M' && bytes[2] == 0 && bytes[3] == 42);
  }

  public static ByteOrder order(byte[] stream) {
    return stream[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  /** Returns the orientation, 1 to 8; 1 if unspecified. */
  public static int orientation(byte @Nullable [] bytes) {
    Exif exif = of(bytes);
    int entry = exif == null ? -1 : exif.find(exif.first, ORIENTATION);
    long value = exif == null || entry < 0 ? 1 : exif.number(entry);
    return value >= 1 && value <= 8 ? (int) value : 1;
  }

  public static @Nullable Density density(byte @Nullable [] bytes) {
    Exif exif = of(bytes);
    if (exif == null) {
      return null;
    }
    double x = exif.ratio(exif.find(exif.first, X_RESOLUTION));
    double y = exif.ratio(exif.find(exif.first, Y_RESOLUTION));
    int unit = exif.find(exif.first, RESOLUTION_UNIT);
    double perInch = unit >= 0 && exif.number(unit) == CENTIMETRE ? 2.54 : 1;
    Density density = new Density(x * perInch, y * perInch);
    return density.isSane() ? density : null;
  }

  /**
   * Returns a picture's Exif; if it has none, one with its density; or null if it has neither. For
   * formats that have no other place for density.
   */
  public static byte @Nullable [] orDensity(Metadata metadata) {
    byte[] exif = metadata.exif();
    Density density = metadata.density();
    return exif == null && density != null
        ? new Ifd(ByteOrder.LITTLE_ENDIAN).density(density).toExif()
        : exif;
  }

  /** Returns a copy with upright orientation and no thumbnail. */
  public static byte[] upright(byte[] bytes) {
    byte[] copy = bytes.clone();
    Exif exif = of(copy);
    if (exif == null) {
      return copy;
    }
    exif.set(exif.find(exif.first, ORIENTATION), 1);
    return exif.withoutThumbnail(copy);
  }

  /** Returns a copy with another picture size, if it states one. */
  public static byte[] withSize(byte[] bytes, int width, int height) {
    byte[] copy = bytes.clone();
    Exif exif = of(copy);
    if (exif == null) {
      return copy;
    }
    exif.set(exif.find(exif.first, IMAGE_WIDTH), width);
    exif.set(exif.find(exif.first, IMAGE_LENGTH), height);
    int detail = exif.child(exif.first, EXIF_IFD);
    if (detail >= 0) {
      exif.set(exif.find(detail, PIXEL_X_DIMENSION), width);
      exif.set(exif.find(detail, PIXEL_Y_DIMENSION), height);
    }
    return copy;
  }

  /** Returns a copy with another density, where it states one. */
  public static byte[] withDensity(byte[] bytes, Density density) {
    byte[] copy = bytes.clone();
    Exif exif = of(copy);
    if (exif == null) {
      return copy;
    }
    exif.setRatio(exif.find(exif.first, X_RESOLUTION), density.x());
    exif.setRatio(exif.find(exif.first, Y_RESOLUTION), density.y());
    exif.set(exif.find(exif.first, RESOLUTION_UNIT), INCH);
    return copy;
  }

  private byte[] withoutThumbnail(byte[] bytes) {
    int link = first + 2 + ENTRY * count(first);
    if (!isInside(first, 2) || !isInside(link, 4)) {
      return bytes;
    }
    int second = stream.getInt(link);
    if (second == 0) {
      return bytes;
    }
    stream.putInt(link, 0);
    int end = end(first);
    for (int ifd : new int[] {EXIF_IFD, GPS_IFD}) {
      int child = child(first, ifd);
      end = child < 0 ? end : Math.max(end, end(child));
      int grandchild = child < 0 ? -1 : child(child, INTEROP_IFD);
      end = grandchild < 0 ? end : Math.max(end, end(grandchild));
    }
    if (second >= end) {
      return Arrays.copyOf(bytes, Math.min(bytes.length, end + (end & 1)));
    }
    int at = find(second, THUMBNAIL_OFFSET);
    int size = find(second, THUMBNAIL_LENGTH);
    if (at >= 0 && size >= 0 && number(at) >= end && isInside(number(at), number(size))) {
      Arrays.fill(bytes, (int) number(at), (int) (number(at) + number(size)), (byte) 0);
    }
    return bytes;
  }

  /** Returns the end of an IFD and of all that its entries point to. */
  private int end(int ifd) {
    int end = ifd + 2 + ENTRY * count(ifd) + 4;
    for (int i = 0; i < count(ifd); i++) {
      int entry = ifd + 2 + ENTRY * i;
      if (!isInside(entry, ENTRY)) {
        break;
      }
      long size = Ifd.size(stream.getShort(entry + 2)) * (stream.getInt(entry + 4) & 0xffffffffL);
      long at = stream.getInt(entry + 8) & 0xffffffffL;
      if (size > 4 && isInside(at, size)) {
        end = (int) Math.max(end, at + size);
      }
    }
    return end;
  }

  /** Returns the position of an IFD that an entry points to, or -1. */
  private int child(int ifd, int tag) {
    int entry = find(ifd, tag);
    return entry >= 0 && isInside(stream.getInt(entry + 8), 2) ? stream.getInt(entry + 8) : -1;
  }

  private int count(int ifd) {
    return isInside(ifd, 2) ? stream.getShort(ifd) & 0xffff : 0;
  }

  /** Returns the position of an entry, or -1. */
  private int find(int ifd, int tag) {
    for (int i = 0; i < count(ifd); i++) {
      int entry = ifd + 2 + ENTRY * i;
      if (!isInside(entry, ENTRY)) {
        return -1;
      }
      if ((stream.getShort(entry) & 0xffff) == tag) {
        return entry;
      }
    }
    return -1;
  }

  private long number(int entry) {
    return stream.getShort(entry + 2) == Ifd.SHORT
        ? stream.getShort(entry + 8) & 0xffff
        : stream.getInt(entry + 8) & 0xffffffffL;
  }

  /** Sets the number of an entry that has one. A larger number than before takes all four bytes. */
  private void set(int entry, int value) {
    if (entry < 0 || stream.getInt(entry + 4) != 1) {
      return;
    }
    int type = stream.getShort(entry + 2);
    if (type != Ifd.SHORT && type != Ifd.LONG) {
      return;
    }
    stream.putInt(entry + 8, 0);
    if (type == Ifd.SHORT && value < 65536) {
      stream.putShort(entry + 8, (short) value);
    } else {
      stream.putShort(entry + 2, Ifd.LONG).putInt(entry + 8, value);
    }
  }

  private double ratio(int entry) {
    if (entry < 0 || stream.getShort(entry + 2) != Ifd.RATIONAL) {
      return Double.NaN;
    }
    long at = stream.getInt(entry + 8) & 0xffffffffL;
    if (!isInside(at, 8)) {
      return Double.NaN;
    }
    double above = stream.getInt((int) at) & 0xffffffffL;
    return above / (stream.getInt((int) at + 4) & 0xffffffffL);
  }

  /** Sets a ratio in thousandths, if the entry has one. */
  private void setRatio(int entry, double value) {
    if (!Double.isNaN(ratio(entry))) {
      int at = stream.getInt(entry + 8);
      stream.putInt(at, (int) Math.rint(1000 * value)).putInt(at + 4, 1000);
    }
  }

  private boolean isInside(long at, long size) {
    return at >= 0 && size >= 0 && at + size <= stream.limit();
  }
}
