package io.subpixel.runtime.cli;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.video.ClipFrames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Assigns an output to each clip.
 *
 * @param jobs one per clip, in the order given
 */
record Clips(List<Job> jobs) {
  private static final List<String> WRITTEN =
      List.of("mp4", "mkv", "webm", "mov", "avi", "y4m", "gif", "apng", "webp");

  /** Containers of a clip on standard output; {@code webp} is a picture there. */
  static final List<String> STREAMED =
      List.of("mp4", "mkv", "webm", "mov", "avi", "y4m", "gif", "apng");

  /** Endings that name no format of pictures that are written. */
  private static final Set<String> OF_FRAMES = Set.of("gif", "apng");

  /** Endings of pictures that may be animated. */
  private static final Set<String> ANIMATED = Set.of("gif", "apng", "png", "webp");

  /** A pattern for one file per frame. */
  private static final Pattern SEQUENCE = Pattern.compile(".*%(0[1-9])?d.*\\.png");

  /** The container that holds any stream. */
  private static final String ANY = "mkv";

  /**
   * A clip to upscale.
   *
   * @param otherwise the fallback if the output's container can't hold the clip; null if the
   *     container was requested or is already the most capable one
   */
  record Job(Path input, Path output, @Nullable Path otherwise) {}

  /**
   * Returns whether a file is a clip for an output: an animated picture if that is a clip or a
   * folder.
   */
  static boolean isClip(Path file, String out) {
    if (ClipFrames.isClip(file)) {
      return true;
    }
    Path target = Path.of(out);
    boolean isFolder = out.endsWith("/") || Files.isDirectory(target);
    if (!isFolder && isFile(target) && OF_FRAMES.contains(ending(file))) {
      return true;
    }
    boolean isPicture =
        !isFolder
            && !isFile(target)
            && (Destination.isStandard(target) || PictureFiles.isPicture(target));
    return ANIMATED.contains(ending(file)) && !isPicture && ClipFrames.isAnimation(file);
  }

  /** Returns whether a folder's file may be a clip, by its name. */
  static boolean isFound(Path file) {
    return ClipFrames.isClip(file) || ending(file).equals("apng");
  }

  /** Returns the container that a name's ending can only mean; null if there is none. */
  static @Nullable String container(Path target) {
    String ending = ending(target);
    return STREAMED.contains(ending) ? ending : null;
  }

  private static boolean isFile(Path target) {
    return WRITTEN.contains(ending(target))
        || SEQUENCE.matcher(String.valueOf(target.getFileName())).matches();
  }

  /**
   * Plans the output of each clip.
   *
   * @param out a file for one clip, or a folder in which names are kept
   * @param severalMeant whether a folder or pattern was given, which may contain several
   * @throws UsageException if there are several clips for one file, or an output would replace an
   *     input or another output
   */
  static Clips of(List<BatchInput.File> inputs, boolean severalMeant, String out)
      throws UsageException {
    Path target = Path.of(out);
    boolean isFolder =
        out.endsWith("/") || Files.isDirectory(target) || severalMeant || inputs.size() > 1;
    boolean isFile = isFile(target);
    if (!isFolder && !isFile) {
      throw new UsageException(
          "--out: expected a name that ends in ."
              + (String.join(", .", WRITTEN)
                  + " or %06d.png, or a folder (with / at the end), received ")
              + out);
    }
    if (isFolder && !out.endsWith("/") && !Files.isDirectory(target) && isFile) {
      throw new UsageException(
          "--out: expected a folder for more than one video, received the file " + out);
    }
    Set<Path> taken = new HashSet<>();
    for (BatchInput.File input : inputs) {
      taken.add(input.file().toAbsolutePath().normalize());
    }
    List<Job> jobs = new ArrayList<>();
    for (BatchInput.File input : inputs) {
      Path output =
          isFolder
              ? target.resolve(input.relative()).resolveSibling(nameInFolder(input.file()))
              : target;
      if (!taken.add(output.toAbsolutePath().normalize())) {
        throw new UsageException("--out: " + output + " would replace an input or another output");
      }
      jobs.add(new Job(input.file(), output, null));
    }
    return new Clips(
        isFolder ? jobs.stream().map(each -> withFallback(each, taken)).toList() : jobs);
  }

  /** In a folder the name is derived from the input, so there is a fallback unless it is taken. */
  private static Job withFallback(Job job, Set<Path> taken) {
    Path other = job.output().resolveSibling(withEnding(job.output(), ANY));
    boolean isFree = taken.add(other.toAbsolutePath().normalize());
    return new Job(job.input(), job.output(), isFree ? other : null);
  }

  private static String nameInFolder(Path input) {
    if (ClipFrames.isSequence(input)) {
      Path folder = input.toAbsolutePath().normalize().getParent();
      Path name = folder == null ? null : folder.getFileName();
      return (name == null ? "frames" : name) + "." + ANY;
    }
    String name = String.valueOf(input.getFileName());
    if (WRITTEN.contains(ending(input))) {
      return name;
    }
    return withEnding(input, ANIMATED.contains(ending(input)) ? "apng" : ANY);
  }

  private static String withEnding(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.') + 1) + ending;
  }

  private static String ending(@Nullable Path file) {
    String name = file == null ? "" : String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
