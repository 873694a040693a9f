package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;

import io.subpixel.pictures.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/**
 * The packets that are encoded of a clip that isn't whole yet, so that a run that is killed need
 * not be done again: a file beside the output, to which each packet is added as it comes. A packet
 * that was cut off is found by its checksum. For one thread at a time.
 */
public final class Journal implements Closeable {
  private static final String ENDING = ".unfinished";
  private static final String KIND = "Subpixel unfinished clip 2";

  /** Timestamps, duration, flags, and how many bytes of alpha come first. */
  private static final int FACTS = 3 * Long.BYTES + 2 * Integer.BYTES;

  private static final int MAX_RECORD_BYTES = 1 << 28;

  /** As {@code AtomicFile} calls what isn't whole: no other file is removed. */
  private static final Pattern PART = Pattern.compile("\\.[0-9a-f-]{36}\\.part[.\\w]*");

  private final Path file;
  private final FileChannel channel;
  private final DataInputStream earlier;
  private final DataOutputStream out;
  private final long frames;
  private boolean written;

  private Journal(Path file, FileChannel channel, DataInputStream earlier, long frames) {
    this.file = file;
    this.channel = channel;
    this.earlier = earlier;
    this.frames = frames;
    out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /** Where the journal of an output lies. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ENDING);
  }

  /**
   * Begins a journal, or goes on with the one that is there. In that case what the earlier run left
   * of its output is removed.
   *
   * @param output the clip that it belongs to
   * @param work what is being done, in words that differ if anything does that changes the result
   * @param part the name under which the output is written
   * @param resume whether to go on
   * @throws InvalidInputException if there is one and it isn't to be gone on with, is of other
   *     work, or belongs to a run that goes on
   */
  static Journal open(Path output, String work, String part, boolean resume) throws IOException {
    Path file = beside(output);
    // An empty one is what a full disk leaves of a run that hardly began.
    if (!resume && Files.exists(file) && Files.size(file) > 0) {
      throw new InvalidInputException(
          file.toString(), "no unfinished run, or to be told to resume it", "one");
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable DataInputStream earlier = null;
    try {
      lock(file, channel);
      if (channel.size() == 0) {
        channel.write(ByteBuffer.wrap(header(work, part)), 0);
      }
      earlier = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
      String before = readHeader(file, earlier, work);
      if (!before.equals(part) && PART.matcher(before).matches()) {
        Files.deleteIfExists(file.resolveSibling(before));
      }
      byte[] header = header(work, part);
      long end = header.length;
      long frames = 0;
      try (DataInputStream all =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        all.skipNBytes(end);
        for (byte[] each = record(all); each != null; each = record(all)) {
          end += 2L * Integer.BYTES + each.length;
          frames++;
        }
      }
      channel.write(ByteBuffer.wrap(header), 0);
      channel.truncate(end).position(end);
      return new Journal(file, channel, earlier, frames);
    } catch (IOException | RuntimeException e) {
      if (earlier != null) {
        earlier.close();
      }
      channel.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new InvalidInputException(file.toString(), "a run that has ended", "one that goes on");
    }
  }

  private static byte[] header(String work, String part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(bytes)) {
      to.writeUTF(KIND);
      to.writeUTF(work);
      to.writeUTF(part);
    }
    return bytes.toByteArray();
  }

  /** The name under which the earlier run wrote its output. */
  private static String readHeader(Path file, DataInputStream from, String work)
      throws IOException {
    String received;
    try {
      String kind = from.readUTF();
      if (kind.equals(KIND)) {
        if (from.readUTF().equals(work)) {
          return from.readUTF();
        }
        received = "one of another";
      } else {
        received = "another file";
      }
    } catch (EOFException | UTFDataFormatException e) {
      received = "another file";
    }
    throw new InvalidInputException(
        file.toString(),
        "an unfinished run of the same clip, model and options; delete it to begin anew",
        received);
  }

  /** The next record's contents; null if there is none that is whole. */
  private static byte @Nullable [] record(DataInputStream from) throws IOException {
    try {
      int length = from.readInt();
      int checksum = from.readInt();
      if (length < FACTS || length > MAX_RECORD_BYTES) {
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

  /** How many frames the earlier run encoded, from the first on. */
  long frames() {
    return frames;
  }

  /** Fills a packet with the earlier run's next one. */
  void read(AVPacket into) throws IOException {
    byte[] bytes = record(earlier);
    if (bytes == null) {
      throw new IOException(file + ": changed meanwhile");
    }
    ByteBuffer from = ByteBuffer.wrap(bytes);
    long pts = from.getLong();
    long dts = from.getLong();
    long duration = from.getLong();
    int flags = from.getInt();
    int alpha = from.getInt();
    if (alpha < 0 || alpha > from.remaining()) {
      throw new IOException(file + ": changed meanwhile");
    }
    av_new_packet(into, from.remaining() - alpha);
    into.pts(pts).dts(dts).duration(duration).flags(flags);
    into.data().put(bytes, FACTS + alpha, from.remaining() - alpha);
    Alpha.put(into, Arrays.copyOfRange(bytes, FACTS, FACTS + alpha));
  }

  /** Adds a packet, which stays as it is. */
  void write(AVPacket packet) throws IOException {
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
    out.flush();
    written = true;
  }

  /** Removes it, as the clip is whole. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  /** Leaves it for another run, unless there is nothing in it. */
  @Override
  public void close() throws IOException {
    earlier.close();
    channel.close();
    if (frames == 0 && !written) {
      Files.deleteIfExists(file);
    }
  }
}
