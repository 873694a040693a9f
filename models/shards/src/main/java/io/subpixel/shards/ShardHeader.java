package io.subpixel.shards;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.degradation.Degradation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a shard says of its pairs, as JSON in its first entry.
 *
 * @param pairing how they were made
 * @param names SHA-256 of the names of the pictures that it was made of, one a line, as
 *     hexadecimal; pictures that couldn't be read are among them
 * @since 0.1
 */
public record ShardHeader(Pairing pairing, String names) {
  /** The entry's name, of a form that WebDataset skips. */
  static final String ENTRY = "__subpixel__/shard.json";

  private static final String KIND = "Subpixel shard 1";

  /** The entry is read from the start of the file, so that a lie about its size costs nothing. */
  private static final int MAX_START = 1 << 16;

  private static final JsonMapper JSON = new JsonMapper();

  private record Fields(
      @Nullable String kind,
      @Nullable String degradation,
      int scale,
      long seed,
      @Nullable String names) {}

  /**
   * Reads the header of a shard.
   *
   * @throws InvalidInputException if the file is none
   */
  public static ShardHeader read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file.toString(), "a shard", "no such file", e);
    }
  }

  /**
   * Reads the header of a shard.
   *
   * @param in a shard from its start; only the start is read
   * @param where its name in messages
   * @throws InvalidInputException if it is none
   */
  public static ShardHeader read(InputStream in, String where) throws IOException {
    byte[] start = in.readNBytes(MAX_START);
    byte[] json;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(start), StandardCharsets.UTF_8.name())) {
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null || !entry.getName().equals(ENTRY) || entry.getSize() > MAX_START) {
        throw none(where, null);
      }
      json = tar.readAllBytes();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw none(where, e);
    }
    return parse(json, where);
  }

  private static ShardHeader parse(byte[] json, String where) throws InvalidInputException {
    try {
      Fields fields = JSON.readValue(json, Fields.class);
      if (!KIND.equals(fields.kind()) || fields.degradation() == null || fields.names() == null) {
        throw none(where, null);
      }
      return new ShardHeader(
          new Pairing(degradation(fields.degradation(), where), fields.scale(), fields.seed()),
          fields.names());
    } catch (JacksonException | IllegalArgumentException e) {
      throw none(where, e);
    }
  }

  private static Degradation degradation(String id, String where) throws InvalidInputException {
    try {
      return Degradation.parse(id);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where, "LR pictures by a known degradation", id, e);
    }
  }

  private static InvalidInputException none(String where, @Nullable Throwable cause) {
    String expected = "a shard, a tar file that begins with " + ENTRY;
    return cause == null
        ? new InvalidInputException(where, expected, "another file")
        : new InvalidInputException(where, expected, "another file", cause);
  }

  /** Returns the entry's content. */
  byte[] toJson() {
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsBytes(
            new Fields(KIND, pairing.degradation().id(), pairing.scale(), pairing.seed(), names));
  }
}
