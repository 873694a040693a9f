package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_new_side_data;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** Encoded packets in files of ours: length, checksum, timestamps, flags, side data and data. */
final class PacketRecord {
  /** The bytes in front of a record: its length and checksum. */
  static final int PREFIX = 2 * Integer.BYTES;

  /** Timestamps, duration, flags, and the lengths of side data. */
  private static final int FACTS = 3 * Long.BYTES + 3 * Integer.BYTES;

  private static final int MAX_BYTES = 1 << 28;

  private PacketRecord() {}

  /** Reads the next record; null if there is no complete one. */
  static byte @Nullable [] read(DataInputStream from) throws IOException {
    try {
      int length = from.readInt();
      int checksum = from.readInt();
      if (length < FACTS || length > MAX_BYTES) {
        return null;
      }
      byte[] bytes = from.readNBytes(length);
      return bytes.length == length && checksum(bytes) == checksum ? bytes : null;
    } catch (EOFException e) {
      return null;
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Fills a packet from a record; returns false if the record is none of ours. */
  static boolean fill(AVPacket into, byte[] record) {
    ByteBuffer from = ByteBuffer.wrap(record);
    long pts = from.getLong();
    long dts = from.getLong();
    long duration = from.getLong();
    int flags = from.getInt();
    int alpha = from.getInt();
    int header = from.getInt();
    if (alpha < 0 || header < 0 || (long) alpha + header > from.remaining()) {
      return false;
    }
    int data = FACTS + alpha + header;
    av_new_packet(into, record.length - data);
    into.pts(pts).dts(dts).duration(duration).flags(flags);
    into.data().put(record, data, record.length - data);
    Alpha.put(into, Arrays.copyOfRange(record, FACTS, FACTS + alpha));
    putHeader(into, Arrays.copyOfRange(record, FACTS + alpha, data));
    return true;
  }

  /** Writes a packet without changing it. */
  static void write(AVPacket packet, DataOutputStream out) throws IOException {
    byte[] alpha = Alpha.of(packet);
    byte[] header = header(packet);
    int data = FACTS + alpha.length + header.length;
    byte[] bytes = new byte[data + packet.size()];
    ByteBuffer.wrap(bytes)
        .putLong(packet.pts())
        .putLong(packet.dts())
        .putLong(packet.duration())
        .putInt(packet.flags())
        .putInt(alpha.length)
        .putInt(header.length)
        .put(alpha)
        .put(header);
    packet.data().get(bytes, data, packet.size());
    out.writeInt(bytes.length);
    out.writeInt(checksum(bytes));
    out.write(bytes);
  }

  /** Returns the stream's header, which libaom passes on with its first packet; empty if none. */
  private static byte[] header(AVPacket packet) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      BytePointer data = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, size);
      byte[] bytes = new byte[data == null || data.isNull() ? 0 : (int) size.get()];
      if (bytes.length > 0) {
        data.get(bytes);
      }
      return bytes;
    }
  }

  private static void putHeader(AVPacket packet, byte[] bytes) {
    if (bytes.length > 0) {
      av_packet_new_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, bytes.length)
          .put(bytes, 0, bytes.length);
    }
  }
}
