package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A clip on standard input or output. Containers are read and written out of order, and the clip is
 * read twice, so it passes through temporary files.
 */
final class StandardClip implements AutoCloseable {
  static final String INPUT = "standard input";
  static final String OUTPUT = "standard output";

  private static final int CHUNK = 1 << 16;

  private final Path folder;
  private final Path input;
  private final Path output;
  private final boolean reads;
  private final boolean writes;

  /**
   * Creates the folder for temporary files.
   *
   * @param input the argument for it
   * @param out likewise
   * @param ending the output's container
   */
  StandardClip(Path input, Path out, String ending) throws IOException {
    reads = Destination.isStandard(input);
    writes = Destination.isStandard(out);
    folder = Files.createTempDirectory("subpixel");
    this.input = reads ? folder.resolve("in") : input;
    output = writes ? folder.resolve("out." + ending) : out;
    // A signal ends the process without closing this.
    for (Path each : new Path[] {folder, folder.resolve("in"), folder.resolve("out." + ending)}) {
      each.toFile().deleteOnExit();
    }
  }

  Clips.Job job() {
    return new Clips.Job(input, output, null);
  }

  /** Returns whether the result goes to standard output, so that nothing else may. */
  boolean writes() {
    return writes;
  }

  /**
   * Stores standard input, if it is the clip.
   *
   * @throws InvalidInputException if it is larger than half of the free space
   */
  void read(InputStream from) throws IOException {
    if (!reads) {
      return;
    }
    long most = Files.getFileStore(folder).getUsableSpace() / 2;
    long size = 0;
    byte[] chunk = new byte[CHUNK];
    try (OutputStream to = Files.newOutputStream(input)) {
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        size += n;
        if (size > most) {
          throw new InvalidInputException(
              INPUT,
              "at most %d bytes, half of the free space in %s"
                  .formatted(most, System.getProperty("java.io.tmpdir")),
              "more");
        }
        to.write(chunk, 0, n);
      }
    }
    if (size == 0) {
      throw new InvalidInputException(INPUT, "a video", "nothing");
    }
  }

  /** Copies the result to standard output, if it goes there and was written. */
  void write() throws IOException {
    if (writes && Files.exists(output)) {
      try (OutputStream to = new FileOutputStream(FileDescriptor.out)) {
        Files.copy(output, to);
      } catch (IOException e) {
        throw new IOException(OUTPUT + ": expected to take the video, received " + Reason.of(e), e);
      }
    }
  }

  /** Names standard input and output in a message instead of the temporary files. */
  String named(String message) {
    String text = message;
    if (reads) {
      text = text.replace(input.toString(), INPUT);
    }
    return writes ? text.replace(output.toString(), OUTPUT) : text;
  }

  @Override
  public void close() throws IOException {
    if (reads) {
      Files.deleteIfExists(input);
    }
    if (writes) {
      Files.deleteIfExists(output);
      Files.deleteIfExists(VideoUpscaler.unfinished(output));
    }
    Files.deleteIfExists(folder);
  }
}
