package io.subpixel.pictures.internal.files;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.PictureFormat;
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
 * The content of a folder and its subfolders. Links are followed; hidden files are ignored.
 *
 * @param files the matching files by path, in the order of their names
 * @param others the number of other files, by the ending of their names
 * @param failures broken links and unreadable folders
 */
public record Listing(
    List<Path> files, SortedMap<String, Integer> others, List<InvalidInputException> failures) {

  /**
   * Lists a folder.
   *
   * @param depth the depth of the search; 1 for the folder's own files alone
   * @param wanted selects the files to list
   * @param counted selects the other files to count
   * @throws InvalidInputException if it isn't a folder or can't be read
   */
  public static Listing of(Path folder, int depth, Predicate<Path> wanted, Predicate<Path> counted)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder.toString(),
          "a folder of images",
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
            root.toString(), "a folder of images", Reason.of(failure), failure);
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

  /** Returns the files, or throws the first failure, for callers that need all of them. */
  public List<Path> filesOrFailure() throws InvalidInputException {
    for (InvalidInputException failure : failures) {
      // A broken link hides no file, unlike one that can't be followed.
      if (failure.getCause() != null) {
        throw failure;
      }
    }
    return files;
  }

  /** Describes the others, such as {@code 12 files (10 .txt, 2 .svg)}; empty if there are none. */
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
