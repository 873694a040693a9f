package io.subpixel.pictures.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Exif as a camera writes it, by CIPA DC-008: two directories, a sub-directory, a thumbnail. */
final class ExifStream {
  static final String DESCRIPTION = "a test card";
  static final byte[] MAKER_NOTE = "maker's note".getBytes(StandardCharsets.US_ASCII);
  static final byte[] THUMBNAIL = "a stale thumbnail".getBytes(StandardCharsets.US_ASCII);
  static final int DPI = 300;

  private final ByteBuffer out;

  private ExifStream(ByteOrder order) {
    out = ByteBuffer.allocate(4096).order(order);
  }

  /** One entry: its values, or the place that it points to. */
  private record Entry(int tag, int type, int count, List<Byte> value) {}

  static byte[] of(ByteOrder order, int orientation, int width, int height) {
    ExifStream stream = new ExifStream(order);
    ByteBuffer out = stream.out;
    out.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
    out.putShort((short) 42).putInt(8);
    int detailLink =
        stream.directory(
            List.of(
                stream.ascii(0x10e, DESCRIPTION),
                stream.number(0x112, 3, orientation),
                stream.ratio(0x11a, DPI, 1),
                stream.ratio(0x11b, DPI, 1),
                stream.number(0x128, 3, 2),
                stream.number(0x8769, 4, 0)));
    int thumbnailLink = out.position() - 4 - stream.extra;
    out.putInt(detailLink, out.position());
    stream.directory(
        List.of(
            stream.ratio(0x829a, 1, 250),
            stream.entry(0x927c, 7, MAKER_NOTE.length, MAKER_NOTE),
            stream.number(0xa002, 3, width),
            stream.number(0xa003, 3, height)));
    out.putInt(thumbnailLink, out.position());
    int offsetLink =
        stream.directory(
            List.of(
                stream.number(0x103, 3, 6),
                stream.number(0x202, 4, THUMBNAIL.length),
                stream.number(0x201, 4, 0)));
    out.putInt(offsetLink, out.position());
    out.put(THUMBNAIL);
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private int extra;

  /** Writes a directory and its values behind it; the place of its last entry's value. */
  private int directory(List<Entry> entries) {
    int start = out.position();
    int values = start + 2 + 12 * entries.size() + 4;
    int first = values;
    out.putShort((short) entries.size());
    int last = 0;
    ByteArrayOutputStream behind = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      out.putShort((short) entry.tag).putShort((short) entry.type).putInt(entry.count);
      last = out.position();
      byte[] value = bytes(entry.value);
      if (value.length <= 4) {
        out.put(value).position(last + 4);
      } else {
        out.putInt(values);
        behind.writeBytes(value);
        values += value.length;
      }
    }
    out.putInt(0).put(behind.toByteArray());
    extra = values - first;
    return last;
  }

  private Entry ascii(int tag, String text) {
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
    return entry(tag, 2, bytes.length, bytes);
  }

  private Entry number(int tag, int type, int value) {
    ByteBuffer bytes = ByteBuffer.allocate(type == 3 ? 2 : 4).order(out.order());
    byte[] array = type == 3 ? bytes.putShort((short) value).array() : bytes.putInt(value).array();
    return entry(tag, type, 1, array);
  }

  private Entry ratio(int tag, int above, int below) {
    return entry(
        tag, 5, 1, ByteBuffer.allocate(8).order(out.order()).putInt(above).putInt(below).array());
  }

  private Entry entry(int tag, int type, int count, byte[] value) {
    List<Byte> list = new ArrayList<>();
    for (byte b : value) {
      list.add(b);
    }
    return new Entry(tag, type, count, list);
  }

  private static byte[] bytes(List<Byte> list) {
    byte[] bytes = new byte[list.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = list.get(i);
    }
    return bytes;
  }
}
