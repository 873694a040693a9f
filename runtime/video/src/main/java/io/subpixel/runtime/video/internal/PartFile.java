package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * The encoded frames of a part of a clip: the plan's identity, the part's number, the encoder's
 * identity, the packets, and at the end how many they are.
 */
final class PartFile {
  private static final String KIND = "Subpixel part 1";

  /** Stands where a record's length would. */
  private static final int END = -1;

  private PartFile() {}

  /**
   * What a file says of itself.
   *
   * @param plan {@link PlanFacts#identity}
   * @param number the part's, from 1
   * @param encoder {@link FrameEncoder#identity}
   */
  record Header(String plan, int number, String encoder) {}

  /** Writes a part. */
  static final class Writer implements Closeable {
    private final DataOutputStream out;
    private long frames;

    Writer(Path file, Header header) throws IOException {
      out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
      out.writeUTF(KIND);
      out.writeUTF(header.plan());
      out.writeInt(header.number());
      out.writeUTF(header.encoder());
    }

    void write(AVPacket packet) throws IOException {
      PacketRecord.write(packet, out);
      frames++;
    }

    /** Marks the part as complete. */
    void finish() throws IOException {
      out.writeInt(END);
      out.writeLong(frames);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Reads a part, which may be of unknown origin. */
  static final class Reader implements Closeable {
    private final Path file;
    private final DataInputStream in;
    private final Header header;
    private long frames;
    private boolean ended;

    /**
     * Opens a file.
     *
     * @throws InvalidInputException if it is no part
     */
    Reader(Path file) throws IOException {
      this.file = file;
      try {
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
      } catch (NoSuchFileException e) {
        throw invalid("no such file");
      }
      try {
        if (!in.readUTF().equals(KIND)) {
          throw invalid("another file");
        }
        header = new Header(in.readUTF(), in.readInt(), in.readUTF());
      } catch (EOFException | UTFDataFormatException e) {
        in.close();
        throw invalid("another file");
      } catch (IOException e) {
        in.close();
        throw e;
      }
    }

    Header header() {
      return header;
    }

    /**
     * Reads the next packet.
     *
     * @return false at the end
     * @throws InvalidInputException if the file is damaged or incomplete
     */
    boolean read(AVPacket into) throws IOException {
      if (ended) {
        return false;
      }
      in.mark(Integer.BYTES);
      if (isEnd()) {
        ended = true;
        return false;
      }
      in.reset();
      byte[] record = PacketRecord.read(in);
      if (record == null || !PacketRecord.fill(into, record)) {
        throw invalid("one that is damaged after frame " + frames);
      }
      frames++;
      return true;
    }

    private boolean isEnd() throws IOException {
      try {
        if (in.readInt() != END) {
          return false;
        }
        if (in.readLong() == frames) {
          return true;
        }
      } catch (EOFException e) {
        // Said below.
      }
      throw invalid("one that is damaged after frame " + frames);
    }

    InvalidInputException invalid(String received) {
      return new InvalidInputException(file.toString(), "a complete part of this plan", received);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
