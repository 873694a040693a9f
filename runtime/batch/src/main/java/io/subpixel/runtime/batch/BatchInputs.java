package io.subpixel.runtime.batch;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.files.Listing;
import io.subpixel.pictures.internal.files.PicturePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The inputs of a batch.
 *
 * @param files the files, in the order given
 * @param failures folders and patterns without files, broken links and unreadable folders
 * @param notes messages about skipped files
 * @since 0.1
 */
public record BatchInputs(
    List<BatchInput.File> files, List<InvalidInputException> failures, List<String> notes) {
  /**
   * Finds the pictures of folders and patterns. Outputs that an earlier run wrote below its input
   * are excluded.
   *
   * @param named files; folders; patterns such as {@code photos/**}{@code /*.jpg}
   * @param recurse whether to include subfolders
   * @param out where outputs go
   * @throws IOException if a folder can't be read
   */
  public static BatchInputs find(List<Path> named, boolean recurse, Path out) throws IOException {
    return find(named, recurse, out, file -> false);
  }

  /**
   * Finds pictures and files of another kind.
   *
   * @param also selects further files among those that aren't pictures by name
   */
  public static BatchInputs find(List<Path> named, boolean recurse, Path out, Predicate<Path> also)
      throws IOException {
    BatchInputs inputs = new BatchInputs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Path name : named) {
      if (Files.isDirectory(name) || PicturePattern.isPattern(name)) {
        try {
          inputs.addBelow(name, recurse, absolute(out), also);
        } catch (InvalidInputException e) {
          inputs.failures.add(e);
        }
      } else {
        inputs.files.add(new BatchInput.File(name, name.getFileName()));
      }
    }
    return inputs;
  }

  private void addBelow(Path name, boolean recurse, Path out, Predicate<Path> also)
      throws IOException {
    Path root = name;
    Listing listing;
    if (Files.isDirectory(name)) {
      listing = PictureFiles.listing(name, recurse ? Integer.MAX_VALUE : 1, also);
    } else {
      PicturePattern pattern = new PicturePattern(name);
      root = pattern.base();
      listing = pattern.listing(also);
    }
    failures.addAll(listing.failures());
    String others = listing.othersInWords();
    if (!others.isEmpty()) {
      notes.add(name + ": skipped " + others);
    }
    boolean isOwnWithin = out.startsWith(absolute(root)) && !out.equals(absolute(root));
    int before = files.size();
    for (Path file : listing.files()) {
      if (!isOwnWithin || !absolute(file).startsWith(out)) {
        files.add(
            new BatchInput.File(file, root.toString().isEmpty() ? file : root.relativize(file)));
      }
    }
    if (files.size() == before) {
      throw new InvalidInputException(
          name.toString(), "images outside " + out, "only images in it");
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
