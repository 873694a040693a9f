package io.subpixel.runtime.video.internal;

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
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the encoded packets of an incomplete clip, so that a killed run can be resumed. Each packet
 * is appended to a file next to the output. A checksum detects truncated packets. For one thread at
 * a time.
 */
public final class Journal implements Closeable {
  private static final String ENDING = ".unfinished";
  private static final String KIND = "Subpixel unfinished clip 3";

  /** The names that {@code AtomicFile} gives incomplete files; no other file is deleted. */
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

  /** Returns the journal of an output. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ENDING);
  }

  /**
   * Starts a journal, or resumes the existing one. In that case the earlier run's partial output is
   * deleted.
   *
   * @param output the clip that it belongs to
   * @param work a text that identifies the work, and differs whenever the result would
   * @param part the temporary name of the output
   * @param resume whether to resume
   * @throws InvalidInputException if one exists and shouldn't be resumed, is of other work, or
   *     belongs to a running process
   */
  static Journal open(Path output, String work, String part, boolean resume) throws IOException {
    Path file = beside(output);
    // A full disk leaves an empty journal of a run that has just started.
    if (!resume && Files.exists(file) && Files.size(file) > 0) {
      throw new InvalidInputException(
          file.toString(), "no unfinished run, or the option to resume it", "one");
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
        for (byte[] each = PacketRecord.read(all); each != null; each = PacketRecord.read(all)) {
          end += PacketRecord.PREFIX + (long) each.length;
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
      throw new InvalidInputException(
          file.toString(), "a run that has ended", "one that is still running");
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

  /** Reads the temporary name of the earlier run's output. */
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
        "an unfinished run of the same video, model and options; delete it to start over",
        received);
  }

  /** Returns how many frames the earlier run encoded, from the first on. */
  long frames() {
    return frames;
  }

  /** Reads the earlier run's next packet. */
  void read(AVPacket into) throws IOException {
    byte[] bytes = PacketRecord.read(earlier);
    if (bytes == null || !PacketRecord.fill(into, bytes)) {
      throw new IOException(file + ": changed meanwhile");
    }
  }

  /** Appends a packet without changing it. */
  void write(AVPacket packet) throws IOException {
    PacketRecord.write(packet, out);
    out.flush();
    written = true;
  }

  /** Deletes it, once the clip is complete. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  /** Keeps it for another run, unless it is empty. */
  @Override
  public void close() throws IOException {
    earlier.close();
    channel.close();
    if (frames == 0 && !written) {
      Files.deleteIfExists(file);
    }
  }
}
