package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.files.PicturePattern;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardHeader;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The images, videos and shards to train on: names alone, so that a set may be larger than memory.
 * Clips and shards are known by their names' endings.
 */
public final class PictureSet {
  private final List<String> names;
  private final List<Path> files;

  private PictureSet(List<String> names, List<Path> files) {
    this.names = List.copyOf(names);
    this.files = List.copyOf(files);
  }

  /**
   * The pictures, clips and shards of some sources, in their order, each file once. A source is
   *
   * <ul>
   *   <li>a folder: its pictures, clips and shards and those of the folders below it, by name
   *   <li>a list, a file whose name ends in {@code .txt}: one file or folder a line, relative to
   *       the list, UTF-8, empty lines left out
   *   <li>a {@link PicturePattern} such as {@code photos/**}{@code /*.png}
   *   <li>any other file, whatever its name
   * </ul>
   *
   * @throws InvalidInputException if one is absent or holds none of these
   */
  public static PictureSet of(List<Path> sources) throws IOException {
    List<String> names = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (Path source : sources) {
      if (PicturePattern.isPattern(source)) {
        PicturePattern pattern = new PicturePattern(source);
        names.add(nameOf(pattern.base()));
        files.addAll(pattern.files(PictureSet::isNoStill));
        continue;
      }
      names.add(nameOf(source));
      if (isList(source)) {
        files.addAll(listed(source));
      } else {
        files.addAll(filesOf(source));
      }
    }
    return new PictureSet(names, withoutDuplicates(files));
  }

  /** What decodes clips: its version and, in parentheses, its licence. */
  public static String clipDecoder() {
    return VideoUpscaler.ffmpeg();
  }

  /** The names of the sources, without their paths; of a pattern, its folder's. */
  public List<String> names() {
    return names;
  }

  private static boolean isNoStill(Path file) {
    return ClipFrames.isClip(file) || Shard.isShard(file);
  }

  /** The pictures, clips and shards, in a fixed order. */
  public List<Path> files() {
    return files;
  }

  /** Those of the files that are clips. */
  public List<Path> clips() {
    return files.stream().filter(ClipFrames::isClip).toList();
  }

  /** Those of the files that are shards. */
  public List<Path> shards() {
    return files.stream().filter(Shard::isShard).toList();
  }

  /**
   * How the LR pictures in the shards were made; empty if there are none that can be read.
   *
   * @throws InvalidInputException if they were made in different ways or for another scale
   */
  public Optional<Degradation> degradation(int scale) throws IOException {
    Optional<Path> first = Optional.empty();
    Optional<Degradation> common = Optional.empty();
    for (Path file : shards()) {
      Pairing pairing;
      try {
        pairing = ShardHeader.read(file).pairing();
      } catch (InvalidInputException e) {
        // Skipped or refused where its pairs are read.
        continue;
      }
      if (pairing.scale() != scale) {
        throw new InvalidInputException(
            file.toString(), "a shard of scale " + scale, "one of scale " + pairing.scale());
      } else if (common.isPresent() && !common.get().equals(pairing.degradation())) {
        throw new InvalidInputException(
            file.toString(),
            "a shard of " + common.get() + ", as " + first.orElse(file),
            "one of " + pairing.degradation());
      }
      first = first.or(() -> Optional.of(file));
      common = Optional.of(pairing.degradation());
    }
    return common;
  }

  /**
   * Every picture, in the place of each clip the frames that are taken of it, and in the place of
   * each shard its pairs; for that, clips are decoded once.
   *
   * @param strict whether a clip or shard that is broken anywhere is a failure
   * @param warnings told otherwise: of a clip or shard that can't be read and is left out, or of
   *     what is missing in a clip
   * @throws InvalidInputException if nothing is left, or, with {@code strict}, one is broken
   */
  public List<Original> originals(FrameChoice choice, boolean strict, Consumer<String> warnings)
      throws IOException {
    List<Original> originals = new ArrayList<>();
    for (Path file : files) {
      if (!isNoStill(file)) {
        originals.add(new Original.Still(file));
        continue;
      }
      try {
        if (Shard.isShard(file)) {
          Shard.open(file).pairs().forEach(pair -> originals.add(new Original.InShard(pair)));
          continue;
        }
        FrameChoice.Taken taken = choice.of(file);
        if (taken.fault().isPresent()) {
          InvalidInputException fault =
              new InvalidInputException(
                  file.toString(), "a video that decodes throughout", taken.fault().get());
          if (strict) {
            throw fault;
          }
          warnings.accept(fault.getMessage() + "; the frames there are left out");
        }
        originals.addAll(taken.frames());
      } catch (InvalidInputException e) {
        if (strict) {
          throw e;
        }
        warnings.accept(e.getMessage() + "; skipped");
      }
    }
    if (originals.isEmpty()) {
      throw new InvalidInputException(
          String.join(", ", names), "an image or a video that can be read", "none");
    }
    return originals;
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

  private static String nameOf(Path source) {
    return String.valueOf(source.toAbsolutePath().normalize().getFileName());
  }

  private static List<Path> filesOf(Path source) throws IOException {
    return Files.isRegularFile(source)
        ? List.of(source)
        : PictureFiles.list(source, Integer.MAX_VALUE, PictureSet::isNoStill);
  }

  private static boolean isList(Path source) {
    return Files.isRegularFile(source)
        && source.toString().toLowerCase(Locale.ROOT).endsWith(".txt");
  }

  private static List<Path> listed(Path list) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(list);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          list.toString(), "a list of images in UTF-8", "bytes that aren't UTF-8", e);
    }
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      // Editors on Windows begin a file with this mark.
      line = i == 0 && line.startsWith("\ufeff") ? line.substring(1) : line;
      if (line.isEmpty()) {
        continue;
      }
      files.addAll(filesOf(existing(list, line, i + 1)));
    }
    if (files.isEmpty()) {
      throw new InvalidInputException(list.toString(), "a list of images", "an empty one");
    }
    return files;
  }

  private static Path existing(Path list, String line, int number) throws InvalidInputException {
    try {
      Path file = list.resolveSibling(line);
      if (Files.exists(file)) {
        return file;
      }
    } catch (InvalidPathException e) {
      // No file can be called so, and none is.
    }
    throw new InvalidInputException(
        list + ", line " + number,
        "an image, a video or a folder of them",
        "no such file: " + line);
  }

  private static List<Path> withoutDuplicates(List<Path> files) throws IOException {
    Set<Path> seen = new HashSet<>();
    List<Path> once = new ArrayList<>();
    for (Path file : files) {
      if (seen.add(file.toRealPath())) {
        once.add(file);
      }
    }
    return once;
  }

  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
