package io.subpixel.pictures.internal.metadata;

import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.internal.codec.GuardedInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** A TIFF directory (TIFF 6.0, section 2) in memory, with its subdirectories. */
public final class Ifd {
  public static final short BYTE = 1;
  public static final short SHORT = 3;
  public static final short LONG = 4;
  public static final short RATIONAL = 5;
  public static final short UNDEFINED = 7;

  /** A type of BigTIFF. */
  public static final short LONG8 = 16;

  /** Tags that describe a picture, rather than the layout of its samples in the file. */
  private static final Set<Integer> DESCRIPTIVE =
      Set.of(
          0x10e, 0x10f, 0x110, 0x112, 0x11a, 0x11b, 0x128, 0x131, 0x132, 0x13b, 0x13c, 0x4746,
          0x4749, 0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f);

  private static final Set<Integer> CHILDREN =
      Set.of(Exif.EXIF_IFD, Exif.GPS_IFD, Exif.INTEROP_IFD);
  private static final int MAX_BYTES = 32 << 20;
  private static final int MAX_ENTRIES = 65535;
  private static final int DEPTH = 2;

  private final ByteOrder order;
  private final Map<Integer, Field> fields = new TreeMap<>();
  private final Map<Integer, Ifd> children = new TreeMap<>();

  /** A field's values, in the byte order of the directory. */
  private static final class Field {
    private final short type;
    private final byte[] data;

    Field(short type, byte[] data) {
      this.type = type;
      this.data = data;
    }
  }

  public Ifd(ByteOrder order) {
    this.order = order;
  }

  /** Returns the bytes of a value of a type; 0 for an unknown type. */
  public static int size(int type) {
    return switch (type) {
      case 1, 2, 6, 7 -> 1;
      case 3, 8 -> 2;
      case 4, 9, 11, 13 -> 4;
      case 5, 10, 12, LONG8, 17, 18 -> 8;
      default -> 0;
    };
  }

  /**
   * Reads the directory at a position of a stream. Skips fields that are too long or reach beyond
   * the end.
   */
  public static Ifd read(ImageInputStream in, long at, Offsets offsets) throws IOException {
    return read(in, at, offsets, 0);
  }

  /** The width of a file's offsets and counts. */
  public enum Offsets {
    /** TIFF: 32 bits. */
    CLASSIC(2, 12, 4),
    /** BigTIFF: 64 bits. */
    BIG(8, 20, 8);

    private final int countBytes;
    private final int entryBytes;
    private final int offsetBytes;

    Offsets(int countBytes, int entryBytes, int offsetBytes) {
      this.countBytes = countBytes;
      this.entryBytes = entryBytes;
      this.offsetBytes = offsetBytes;
    }

    /** Reads the number of entries of the directory that starts here. */
    public long readCount(ImageInputStream in) throws IOException {
      return this == CLASSIC ? in.readUnsignedShort() : in.readLong();
    }

    /** Reads an offset or a field's number of values. Neither is negative in a file. */
    public long readOffset(ImageInputStream in) throws IOException {
      return this == CLASSIC ? in.readUnsignedInt() : in.readLong();
    }

    /** Returns the position of entry {@code i} of a directory. */
    public long entry(long at, long i) {
      return at + countBytes + entryBytes * i;
    }

    public int entryBytes() {
      return entryBytes;
    }

    public int offsetBytes() {
      return offsetBytes;
    }
  }

  private static Ifd read(ImageInputStream in, long at, Offsets offsets, int depth)
      throws IOException {
    Ifd ifd = new Ifd(in.getByteOrder());
    if (at < 8 || at > in.length() - offsets.countBytes) {
      return ifd;
    }
    in.seek(at);
    long count = offsets.readCount(in);
    long budget = MAX_BYTES;
    for (long i = 0; i < count && i < MAX_ENTRIES; i++) {
      long entry = offsets.entry(at, i);
      if (entry > in.length() - offsets.entryBytes) {
        break;
      }
      in.seek(entry);
      int tag = in.readUnsignedShort();
      short type = in.readShort();
      long values = offsets.readOffset(in);
      if (values < 1 || size(type) == 0 || values > budget / size(type)) {
        continue;
      }
      long size = values * size(type);
      long place = size <= offsets.offsetBytes ? in.getStreamPosition() : offsets.readOffset(in);
      if (place < 0 || place > in.length() - size) {
        continue;
      }
      budget -= size;
      byte[] data = new byte[(int) size];
      in.seek(place);
      in.readFully(data);
      Field field = new Field(type, data);
      if (!CHILDREN.contains(tag)) {
        ifd.fields.put(tag, field);
      } else if (depth < DEPTH && !ifd.children.containsKey(tag)) {
        long[] child = ifd.numbers(field);
        if (child.length == 1) {
          ifd.children.put(tag, read(in, child[0], offsets, depth + 1));
        }
      }
    }
    return ifd;
  }

  /** Reads the directories of Exif; null if it isn't Exif. */
  public static @Nullable Ifd ofExif(byte[] stream) throws IOException {
    if (!Exif.isStream(stream)) {
      return null;
    }
    try (GuardedInput in = new GuardedInput(stream)) {
      in.setByteOrder(Exif.order(stream));
      in.seek(4);
      return read(in, in.readUnsignedInt(), Offsets.CLASSIC);
    }
  }

  /** Encodes the fields that describe the picture, and the subdirectories, as Exif. */
  public byte[] toExif() {
    byte[] body = descriptive().encoded(8);
    ByteBuffer stream = ByteBuffer.allocate(8 + body.length).order(order);
    return stream.put(mark(order)).putShort((short) 42).putInt(8).put(body).array();
  }

  /** Returns the first two bytes of a TIFF stream. */
  public static byte[] mark(ByteOrder order) {
    return (order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII);
  }

  public Ifd descriptive() {
    Ifd part = new Ifd(order);
    part.fields.putAll(fields);
    part.fields.keySet().retainAll(DESCRIPTIVE);
    // Exif isn't BigTIFF.
    part.fields.values().removeIf(field -> field.type >= LONG8);
    part.children.putAll(children);
    return part;
  }

  public ByteOrder order() {
    return order;
  }

  public boolean isEmpty() {
    return fields.isEmpty() && children.isEmpty();
  }

  /** Returns the bytes of a field, or null. */
  public byte @Nullable [] bytes(int tag) {
    Field field = fields.get(tag);
    return field == null ? null : field.data;
  }

  /** Returns the first integer of a field, or a default. */
  public long number(int tag, long otherwise) {
    Field field = fields.get(tag);
    long[] numbers = field == null ? new long[0] : numbers(field);
    return numbers.length == 0 ? otherwise : numbers[0];
  }

  /** Returns the integers of a field; none if it is absent or of another type. */
  public long[] numbers(int tag) {
    Field field = fields.get(tag);
    return field == null ? new long[0] : numbers(field);
  }

  public boolean has(int tag) {
    return fields.containsKey(tag);
  }

  private long[] numbers(Field field) {
    ByteBuffer data = ByteBuffer.wrap(field.data).order(order);
    boolean whole = field.type <= LONG || field.type == 13 || field.type == LONG8;
    int size = whole || field.type == 18 ? size(field.type) : 0;
    long[] numbers = new long[size == 0 ? 0 : field.data.length / size];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (size) {
            case 1 -> data.get() & 0xff;
            case 2 -> data.getShort() & 0xffff;
            case 4 -> data.getInt() & 0xffffffffL;
            default -> data.getLong() & Long.MAX_VALUE;
          };
    }
    return numbers;
  }

  /** Returns the fractions of a field; none if it is absent or of another type. */
  public double[] fractions(int tag) {
    Field field = fields.get(tag);
    if (field == null || (field.type != RATIONAL && field.type != 11 && field.type != 12)) {
      return new double[0];
    }
    ByteBuffer data = ByteBuffer.wrap(field.data).order(order);
    double[] fractions = new double[field.data.length / size(field.type)];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] =
          switch (field.type) {
            case RATIONAL -> (data.getInt() & 0xffffffffL) / (double) (data.getInt() & 0xffffffffL);
            case 11 -> data.getFloat();
            default -> data.getDouble();
          };
    }
    return fractions;
  }

  public Ifd shorts(int tag, int... values) {
    ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(order);
    for (int value : values) {
      data.putShort((short) value);
    }
    fields.put(tag, new Field(SHORT, data.array()));
    return this;
  }

  public Ifd longs(int tag, long... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(order);
    for (long value : values) {
      data.putInt((int) value);
    }
    fields.put(tag, new Field(LONG, data.array()));
    return this;
  }

  public Ifd bytes(int tag, short type, byte[] value) {
    fields.put(tag, new Field(type, value));
    return this;
  }

  public Ifd density(Density density) {
    rational(Exif.X_RESOLUTION, density.x());
    rational(Exif.Y_RESOLUTION, density.y());
    return shorts(Exif.RESOLUTION_UNIT, 2);
  }

  private void rational(int tag, double value) {
    int below = value == Math.rint(value) ? 1 : 1000;
    ByteBuffer data = ByteBuffer.allocate(8).order(order);
    data.putInt((int) Math.rint(value * below)).putInt(below);
    fields.put(tag, new Field(RATIONAL, data.array()));
  }

  /** Encodes the directory and its subdirectories for a file position of {@code at}. */
  public byte[] encoded(long at) {
    Map<Integer, Field> all = new TreeMap<>(fields);
    for (int tag : children.keySet()) {
      all.put(tag, new Field(LONG, new byte[4]));
    }
    int table = 2 + 12 * all.size() + 4;
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    ByteBuffer entries = ByteBuffer.allocate(table).order(order).putShort((short) all.size());
    for (Map.Entry<Integer, Field> entry : all.entrySet()) {
      Field field = entry.getValue();
      entries.putShort(entry.getKey().shortValue()).putShort(field.type);
      entries.putInt(field.data.length / size(field.type));
      Ifd child = children.get(entry.getKey());
      int place = (int) (at + table + values.size());
      byte[] data = child == null ? field.data : child.encoded(place);
      if (child == null && data.length <= 4) {
        entries.put(Arrays.copyOf(data, 4));
      } else {
        entries.putInt(place);
        values.writeBytes(data);
        if (values.size() % 2 != 0) {
          values.write(0);
        }
      }
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(entries.putInt(0).array());
    whole.writeBytes(values.toByteArray());
    return whole.toByteArray();
  }
}
