package io.subpixel.runtime.cli;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.file.PictureFiles;
import io.subpixel.models.picture.file.PicturePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to upscale.
 *
 * @param found the pictures, in the order given
 * @param failures the folders and patterns without any
 */
record Inputs(List<Input> found, List<InvalidInputException> failures) {
  /**
   * Finds the files of folders and patterns. What an earlier run wrote below its own input isn't
   * input.
   *
   * @param named files, folders, patterns, or {@code -} alone
   * @param recurse whether a folder's folders count too
   * @throws UsageException if standard input is given beside others
   */
  static Inputs find(List<Path> named, boolean recurse, Destination destination)
      throws IOException, UsageException {
    Inputs inputs = new Inputs(new ArrayList<>(), new ArrayList<>());
    for (Path name : named) {
      if (name.toString().equals(Destination.STANDARD)) {
        if (named.size() > 1) {
          throw new UsageException("IN: expected - (standard input) alone, received others too");
        }
        inputs.found.add(new Input.Standard());
      } else if (Files.isDirectory(name) || PicturePattern.isPattern(name)) {
        try {
          inputs.found.addAll(below(name, recurse, destination));
        } catch (InvalidInputException e) {
          inputs.failures.add(e);
        }
      } else {
        inputs.found.add(new Input.File(name, name.getFileName()));
      }
    }
    return inputs;
  }

  private static List<Input> below(Path name, boolean recurse, Destination destination)
      throws IOException {
    Path root = name;
    List<Path> files;
    if (Files.isDirectory(name)) {
      files = PictureFiles.list(name, recurse ? Integer.MAX_VALUE : 1);
    } else {
      PicturePattern pattern = new PicturePattern(name);
      root = pattern.base();
      files = pattern.files();
    }
    Path own = outputsBelow(root, destination);
    List<Input> inputs = new ArrayList<>();
    for (Path file : files) {
      if (own == null || !absolute(file).startsWith(own)) {
        Path relative = root.toString().isEmpty() ? file : root.relativize(file);
        inputs.add(new Input.File(file, relative));
      }
    }
    if (inputs.isEmpty()) {
      throw new InvalidInputException(
          name.toString(), "pictures outside " + own, "none but those in it");
    }
    return inputs;
  }

  /** The folder of outputs, if it lies below that of the inputs. */
  private static @Nullable Path outputsBelow(Path root, Destination destination) {
    if (destination instanceof Destination.ToFolder to) {
      Path own = absolute(to.folder());
      Path above = absolute(root);
      return own.startsWith(above) && !own.equals(above) ? own : null;
    }
    return null;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
