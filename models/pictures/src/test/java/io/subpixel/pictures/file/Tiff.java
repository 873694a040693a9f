package io.subpixel.pictures.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/** TIFF files of one strip, little-endian, by the specification (TIFF 6.0). */
final class Tiff {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int COLOUR_MAP = 320;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;

  private final Map<Integer, int[]> fields = new TreeMap<>();
  private final Map<Integer, byte[]> data = new TreeMap<>();
  private final Map<Integer, Integer> types = new TreeMap<>();

  Tiff(int width, int height, int depth, int samples, int photometric) {
    int[] bits = new int[samples];
    java.util.Arrays.fill(bits, depth);
    field(WIDTH, width).field(HEIGHT, height).field(BITS, bits).field(COMPRESSION, 1);
    field(PHOTOMETRIC, photometric).field(SAMPLES, samples).field(ROWS_PER_STRIP, height);
  }

  Tiff field(int tag, int... values) {
    fields.put(tag, values);
    return this;
  }

  /** A field of more than four bytes. */
  Tiff data(int tag, int type, byte[] bytes) {
    fields.put(tag, new int[] {0});
    data.put(tag, bytes);
    types.put(tag, type);
    return this;
  }

  byte[] pixels(byte... bytes) {
    field(STRIP_OFFSETS, 8).field(STRIP_BYTES, bytes.length);
    int length = 2 + 12 * fields.size() + 4;
    int start = 8 + bytes.length + bytes.length % 2;
    int extra = start + length;
    int total = extra;
    for (int[] values : fields.values()) {
      total += values.length > 1 ? 4 * values.length : 0;
    }
    for (byte[] each : data.values()) {
      total += each.length + each.length % 2;
    }
    ByteBuffer file = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(start).put(bytes);
    file.position(start);
    file.putShort((short) fields.size());
    for (Map.Entry<Integer, int[]> field : fields.entrySet()) {
      int[] values = field.getValue();
      byte[] raw = data.get(field.getKey());
      if (raw != null) {
        int type = types.getOrDefault(field.getKey(), 0);
        file.putShort(field.getKey().shortValue()).putShort((short) type);
        file.putInt(type == 5 || type == 12 ? raw.length / 8 : raw.length)
            .putInt(extra)
            .put(extra, raw);
        extra += raw.length + raw.length % 2;
        continue;
      }
      boolean isShort = field.getKey() != STRIP_OFFSETS && field.getKey() != STRIP_BYTES;
      file.putShort(field.getKey().shortValue());
      file.putShort((short) (isShort && values[0] >= 0 && values[0] < 65536 ? 3 : 4))
          .putInt(values.length);
      if (values.length == 1) {
        file.putInt(values[0]);
      } else if (values.length == 2) {
        file.putShort((short) values[0]).putShort((short) values[1]);
      } else {
        file.putInt(extra);
        for (int i = 0; i < values.length; i++) {
          file.putShort(extra + 2 * i, (short) values[i]);
        }
        extra += 4 * values.length;
      }
    }
    return file.array();
  }
}
