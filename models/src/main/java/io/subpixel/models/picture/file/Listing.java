package io.subpixel.models.picture.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a folder and in those below it. Links are followed; hidden files don't count.
 *
 * @param files those that were looked for, by path, in the order of their names
 * @param others how many there are besides, by the ending of their names
 * @param failures the links and folders that lead nowhere
 */
public record Listing(
    List<Path> files, SortedMap<String, Integer> others, List<InvalidInputException> failures) {

  /**
   * Looks through a folder.
   *
   * @param depth how far down: of 1, the folder's own files alone
   * @param wanted which files are looked for
   * @param counted which of the others count
   * @throws InvalidInputException if it is no folder, or can't be read
   */
  static Listing of(Path folder, int depth, Predicate<Path> wanted, Predicate<Path> counted)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder.toString(),
          "a folder of pictures",
          Files.exists(folder) ? "a file" : "no such folder");
    }
    Visitor visitor = new Visitor(folder, wanted, counted);
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, visitor);
    Collections.sort(visitor.found.files);
    return visitor.found;
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Listing found =
        new Listing(new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
    private final Path root;
    private final Predicate<Path> wanted;
    private final Predicate<Path> counted;

    Visitor(Path root, Predicate<Path> wanted, Predicate<Path> counted) {
      this.root = root;
      this.wanted = wanted;
      this.counted = counted;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isHidden(file)) {
        return FileVisitResult.CONTINUE;
      } else if (attributes.isSymbolicLink()) {
        if (wanted.test(file) || counted.test(file)) {
          found.failures.add(
              new InvalidInputException(file.toString(), "a file or folder", "a link to nothing"));
        }
      } else if (attributes.isRegularFile()) {
        if (wanted.test(file)) {
          found.files.add(file);
        } else if (counted.test(file)) {
          found.others.merge(PictureFormat.endingOf(file), 1, Integer::sum);
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure)
        throws InvalidInputException {
      if (file.equals(root)) {
        throw new InvalidInputException(
            root.toString(), "a folder of pictures", Reason.of(failure), failure);
      } else if (!isHidden(file)) {
        fail(file, failure);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
      if (failure != null) {
        fail(folder, failure);
      }
      return FileVisitResult.CONTINUE;
    }

    private void fail(Path file, IOException failure) {
      found.failures.add(
          new InvalidInputException(
              file.toString(), "a file or folder", Reason.of(failure), failure));
    }

    private static boolean isHidden(Path file) {
      return String.valueOf(file.getFileName()).startsWith(".");
    }
  }

  /** The files, for those who must have all there are. */
  List<Path> filesOrFailure() throws InvalidInputException {
    for (InvalidInputException failure : failures) {
      // A link to nothing hides nothing, unlike one that can't be followed.
      if (failure.getCause() != null) {
        throw failure;
      }
    }
    return files;
  }

  /** The others in words, such as {@code 12 files (10 .txt, 2 .svg)}; empty if there are none. */
  public String othersInWords() {
    int count = others.values().stream().mapToInt(Integer::intValue).sum();
    if (count == 0) {
      return "";
    }
    return others.entrySet().stream()
        .sorted(Collections.reverseOrder(Map.Entry.comparingByValue()))
        .map(
            other ->
                other.getValue()
                    + (other.getKey().isEmpty() ? " without an ending" : " ." + other.getKey()))
        .collect(Collectors.joining(", ", count + (count == 1 ? " file (" : " files ("), ")"));
  }
}
