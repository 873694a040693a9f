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
 * What there is to upscale.
 *
 * @param files the files, in the order given
 * @param failures the folders and patterns without any, and the links that lead nowhere
 * @param notes what was passed over
 * @since 0.1
 */
public record BatchInputs(
    List<BatchInput.File> files, List<InvalidInputException> failures, List<String> notes) {
  /**
   * Finds the pictures of folders and patterns. What an earlier run wrote below its own input isn't
   * input.
   *
   * @param named files; folders; patterns such as {@code photos/**}{@code /*.jpg}
   * @param recurse whether a folder's folders count too
   * @param out where outputs go
   * @throws IOException if a folder can't be read
   */
  public static BatchInputs find(List<Path> named, boolean recurse, Path out) throws IOException {
    return find(named, recurse, out, file -> false);
  }

  /**
   * Finds them, as above, with files of another kind among them.
   *
   * @param also whether a file that is no picture by its name belongs to them
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
      notes.add(name + ": passed over " + others);
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
          name.toString(), "pictures outside " + out, "none but those in it");
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
