package io.subpixel.trainer.data;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.PictureFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Which pictures to train on: names alone, so that a set may be larger than memory. */
public final class PictureFolder {
  private final List<String> names;
  private final List<Path> files;

  private PictureFolder(List<String> names, List<Path> files) {
    this.names = List.copyOf(names);
    this.files = List.copyOf(files);
  }

  /**
   * The pictures of folders (and of those below them) and single files.
   *
   * @throws InvalidInputException if one is absent, or a folder holds no picture
   */
  public static PictureFolder of(List<Path> sources) throws IOException {
    List<String> names = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (Path source : sources) {
      if (Files.isRegularFile(source)) {
        files.add(source);
      } else {
        files.addAll(PictureFiles.list(source));
      }
      names.add(String.valueOf(source.toAbsolutePath().normalize().getFileName()));
    }
    return new PictureFolder(names, files);
  }

  /** The names of the sources, without their paths. */
  public List<String> names() {
    return names;
  }

  /** The pictures, in a fixed order. */
  public List<Path> files() {
    return files;
  }

  /** SHA-256 over the files' own SHA-256 digests in their order, as hexadecimal. */
  public String sha256() throws IOException {
    MessageDigest all = newDigest();
    byte[] buffer = new byte[1 << 16];
    for (Path file : files) {
      MessageDigest one = newDigest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), one)) {
        while (in.read(buffer) >= 0) {}
      }
      all.update(one.digest());
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
