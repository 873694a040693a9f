package io.subpixel.runtime.cli;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.file.PictureFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which file becomes which, decided before any of them is read.
 *
 * @param jobs what to upscale, in the order given
 * @param failures the inputs that can't be
 */
record Plan(List<Job> jobs, List<InvalidInputException> failures) {
  private static final Pattern OTHER_FORMAT = Pattern.compile(".*\\.[A-Za-z][A-Za-z0-9]{2,3}");

  /** One file to upscale. */
  record Job(Path input, Path output) {}

  /** What was asked for can't be meant; with one line that says why. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Finds the files below folders and gives each its output.
   *
   * @param inputs files and folders
   * @param out the file or folder to write to
   * @throws UsageException if two inputs would become one file, or an output would replace an input
   */
  static Plan of(List<Path> inputs, String out) throws IOException, UsageException {
    Path target = path(out);
    if (isFile(inputs, out, target)) {
      return checked(List.of(new Job(inputs.get(0), target)), List.of());
    }
    List<Job> jobs = new ArrayList<>();
    List<InvalidInputException> failures = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        try {
          jobs.addAll(below(input, target));
        } catch (InvalidInputException e) {
          failures.add(e);
        }
      } else {
        jobs.add(new Job(input, target.resolve(writable(input.getFileName()))));
      }
    }
    return checked(jobs, failures);
  }

  private static List<Job> below(Path folder, Path target) throws IOException {
    Path own = target.toAbsolutePath().normalize();
    Path root = folder.toAbsolutePath().normalize();
    boolean nested = own.startsWith(root) && !own.equals(root);
    List<Job> jobs = new ArrayList<>();
    for (Path file : PictureFiles.list(folder)) {
      // What an earlier run wrote below its own input isn't input.
      if (!nested || !file.toAbsolutePath().normalize().startsWith(own)) {
        jobs.add(new Job(file, target.resolve(writable(folder.relativize(file)))));
      }
    }
    if (jobs.isEmpty()) {
      throw new InvalidInputException(
          folder.toString(), "pictures outside " + target, "none but those in it");
    }
    return jobs;
  }

  /** A format that is only read becomes PNG. */
  private static Path writable(Path file) {
    if (!PictureFiles.isPicture(file) || PictureFiles.isWritable(file)) {
      return file;
    }
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".png");
  }

  private static Path path(String out) throws UsageException {
    try {
      return Path.of(out);
    } catch (InvalidPathException e) {
      throw new UsageException("--out: expected a path, received " + e.getMessage());
    }
  }

  private static boolean isFile(List<Path> inputs, String out, Path target) throws UsageException {
    if (out.endsWith("/") || out.endsWith(File.separator) || Files.isDirectory(target)) {
      return false;
    }
    boolean one = inputs.size() == 1 && !Files.isDirectory(inputs.get(0));
    boolean picture = PictureFiles.isWritable(target);
    if (!one && (picture || Files.exists(target))) {
      throw new UsageException(
          "--out: expected a folder for more than one picture, received the file " + out);
    }
    if (one && !picture && (Files.exists(target) || OTHER_FORMAT.matcher(out).matches())) {
      throw new UsageException(
          "--out: expected a .png, .jpg or .bmp file, or a folder (with / at the end), received "
              + out);
    }
    return picture;
  }

  private static Plan checked(List<Job> jobs, List<InvalidInputException> failures)
      throws IOException, UsageException {
    Set<Path> inputs = new HashSet<>();
    for (Job job : jobs) {
      inputs.add(identity(job.input()));
    }
    Map<Path, Path> inputOf = new HashMap<>();
    for (Job job : jobs) {
      Path output = identity(job.output());
      if (inputs.contains(output)) {
        throw new UsageException("--out: " + job.output() + " would replace an input");
      }
      Path other = inputOf.putIfAbsent(output, job.input());
      if (other != null) {
        throw new UsageException(
            "--out: " + other + " and " + job.input() + " would both become " + job.output());
      }
    }
    return new Plan(jobs, failures);
  }

  /** The same for all the names of a file. */
  private static Path identity(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
  }
}
