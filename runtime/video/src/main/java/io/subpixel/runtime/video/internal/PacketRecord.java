package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/** Encoded packets in files of ours: length, checksum, timestamps, flags, alpha and data. */
final class PacketRecord {
  /** The bytes in front of a record: its length and checksum. */
  static final int PREFIX = 2 * Integer.BYTES;

  /** Timestamps, duration, flags, and the number of leading bytes of alpha. */
  private static final int FACTS = 3 * Long.BYTES + 2 * Integer.BYTES;

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
    if (alpha < 0 || alpha > from.remaining()) {
      return false;
    }
    av_new_packet(into, from.remaining() - alpha);
    into.pts(pts).dts(dts).duration(duration).flags(flags);
    into.data().put(record, FACTS + alpha, from.remaining() - alpha);
    Alpha.put(into, Arrays.copyOfRange(record, FACTS, FACTS + alpha));
    return true;
  }

  /** Writes a packet without changing it. */
  static void write(AVPacket packet, DataOutputStream out) throws IOException {
    byte[] alpha = Alpha.of(packet);
    byte[] bytes = new byte[FACTS + alpha.length + packet.size()];
    ByteBuffer.wrap(bytes)
        .putLong(packet.pts())
        .putLong(packet.dts())
        .putLong(packet.duration())
        .putInt(packet.flags())
        .putInt(alpha.length)
        .put(alpha);
    packet.data().get(bytes, FACTS + alpha.length, packet.size());
    out.writeInt(bytes.length);
    out.writeInt(checksum(bytes));
    out.write(bytes);
  }
}
