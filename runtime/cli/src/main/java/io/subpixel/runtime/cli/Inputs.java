package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.files.Listing;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.files.PicturePattern;
import io.subpixel.runtime.video.ClipFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What there is to upscale.
 *
 * @param pictures the pictures, in the order given
 * @param clips the clips, by their endings, likewise
 * @param failures the folders and patterns without any, and the links that lead nowhere
 * @param notes what was passed over
 */
record Inputs(
    List<Input> pictures,
    List<Input.File> clips,
    List<InvalidInputException> failures,
    List<String> notes) {
  /**
   * Finds the files of folders and patterns. What an earlier run wrote below its own input isn't
   * input.
   *
   * @param named files, folders, patterns, or {@code -} alone
   * @param recurse whether a folder's folders count too
   * @param out where outputs go
   * @throws UsageException if standard input is given beside others
   */
  static Inputs find(List<Path> named, boolean recurse, Path out)
      throws IOException, UsageException {
    Inputs inputs =
        new Inputs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Path name : named) {
      if (name.toString().equals(Destination.STANDARD)) {
        if (named.size() > 1) {
          throw new UsageException("IN: expected - (standard input) alone, received others too");
        }
        inputs.pictures.add(new Input.Standard());
      } else if (Files.isDirectory(name) || PicturePattern.isPattern(name)) {
        try {
          inputs.addBelow(name, recurse, absolute(out));
        } catch (InvalidInputException e) {
          inputs.failures.add(e);
        }
      } else {
        inputs.add(new Input.File(name, name.getFileName()));
      }
    }
    return inputs;
  }

  private void add(Input.File file) {
    if (ClipFrames.isClip(file.file())) {
      clips.add(file);
    } else {
      pictures.add(file);
    }
  }

  private void addBelow(Path name, boolean recurse, Path out) throws IOException {
    Path root = name;
    Listing listing;
    if (Files.isDirectory(name)) {
      listing = PictureFiles.listing(name, recurse ? Integer.MAX_VALUE : 1, ClipFrames::isClip);
    } else {
      PicturePattern pattern = new PicturePattern(name);
      root = pattern.base();
      listing = pattern.listing(ClipFrames::isClip);
    }
    failures.addAll(listing.failures());
    String others = listing.othersInWords();
    if (!others.isEmpty()) {
      notes.add(name + ": passed over " + others);
    }
    boolean isOwnWithin = out.startsWith(absolute(root)) && !out.equals(absolute(root));
    int before = pictures.size() + clips.size();
    for (Path file : listing.files()) {
      if (!isOwnWithin || !absolute(file).startsWith(out)) {
        add(new Input.File(file, root.toString().isEmpty() ? file : root.relativize(file)));
      }
    }
    if (pictures.size() + clips.size() == before) {
      throw new InvalidInputException(
          name.toString(), "pictures outside " + out, "none but those in it");
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
