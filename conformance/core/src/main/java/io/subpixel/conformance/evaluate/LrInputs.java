package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.internal.HrPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * LR pictures, each with the HR picture of the same name but for the extension.
 *
 * @param pairs in the order of the LR pictures
 * @param hrWithoutLr HR pictures that have no LR picture
 */
public record LrInputs(List<Pair> pairs, List<Path> hrWithoutLr) {
  /** Copies the lists. */
  public LrInputs {
    pairs = List.copyOf(pairs);
    hrWithoutLr = List.copyOf(hrWithoutLr);
  }

  /**
   * An LR picture and the HR picture that it was made from.
   *
   * @param lr its file
   * @param hr its file
   */
  public record Pair(Path lr, Path hr) {}

  /**
   * Finds the HR picture of each LR picture.
   *
   * @param lrSource an LR picture, or a folder of them
   * @param hrPictures HR pictures to choose from
   * @throws InvalidInputException if an LR picture has none, or two LR pictures have the same
   */
  public static LrInputs of(Path lrSource, List<Path> hrPictures) throws IOException {
    Map<String, Path> hrByName = new HashMap<>();
    for (Path hr : hrPictures) {
      hrByName.put(stem(hr), hr);
    }
    List<Pair> pairs = new ArrayList<>();
    List<Path> hrWithoutLr = new ArrayList<>(hrPictures);
    Map<String, Path> taken = new HashMap<>();
    for (Path lr : HrPictures.files(lrSource)) {
      String name = stem(lr);
      Path hr = hrByName.get(name);
      if (hr == null) {
        throw new InvalidInputException(
            lr.toString(), "an HR picture called " + name + " in --data", "none");
      }
      Path other = taken.put(name, lr);
      if (other != null) {
        throw new InvalidInputException(
            lr.toString(), "one LR picture called " + name, "another one, " + other);
      }
      pairs.add(new Pair(lr, hr));
      hrWithoutLr.remove(hr);
    }
    return new LrInputs(pairs, hrWithoutLr);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
