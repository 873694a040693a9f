package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.cli.NameTemplate.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which picture becomes which file, decided before any of them is upscaled.
 *
 * @param jobs what to upscale, in the order given
 * @param failures the inputs that can't be
 */
record Plan(List<Job> jobs, List<InvalidInputException> failures) {
  private static final Set<Field> OF_SIZE = Set.of(Field.SCALE, Field.WIDTH, Field.HEIGHT);
  private static final Pattern ODD = Pattern.compile("[^\\w.+-]");

  /**
   * One picture to upscale.
   *
   * @param input what to read
   * @param output the file to write; null for standard output
   * @param format the format to write; null for that of the input
   * @param comparison the comparison to write; null for none
   */
  record Job(
      Input input,
      @Nullable Path output,
      @Nullable PictureFormat format,
      @Nullable Path comparison) {
    /** What messages call the output. */
    String where() {
      return output == null ? "standard output" : output.toString();
    }
  }

  /**
   * What the names of outputs depend on.
   *
   * @param template how they are named
   * @param format the format that was asked for; null for that of each input
   * @param comparisons whether each gets a comparison beside it
   * @param target how large the pictures become
   * @param models the names of the models that they get
   * @param modelScale the model's scale
   */
  record Naming(
      NameTemplate template,
      @Nullable PictureFormat format,
      boolean comparisons,
      TargetSize target,
      Models models,
      int modelScale) {}

  /** Says which model a picture gets. */
  @FunctionalInterface
  interface Models {
    String of(Path file) throws IOException;
  }

  /** What a picture's file says of it, before its pixels. */
  record Header(PictureLayout layout, PictureFormat format) {}

  /** Reads headers. */
  @FunctionalInterface
  interface Headers {
    Header of(Path file) throws IOException;
  }

  /**
   * Gives each picture its output. Headers are read only if names depend on them.
   *
   * @throws UsageException if two inputs would become one file, or an output would replace an input
   */
  static Plan of(Inputs inputs, Destination destination, Naming naming, Headers headers)
      throws IOException, UsageException {
    List<Job> jobs = new ArrayList<>();
    List<InvalidInputException> failures = new ArrayList<>();
    for (Input input : inputs.pictures()) {
      try {
        jobs.add(job(input, destination, naming, headers));
      } catch (InvalidInputException e) {
        failures.add(e);
      }
    }
    requireApart(jobs);
    return new Plan(jobs, failures);
  }

  private static Job job(Input input, Destination destination, Naming naming, Headers headers)
      throws IOException, UsageException {
    if (destination instanceof Destination.ToFile to) {
      if (naming.format != null && naming.format != to.format()) {
        throw new UsageException(
            "--format: expected that of " + to.file() + ", received " + naming.format.ending());
      }
      return new Job(input, to.file(), to.format(), comparison(to.file(), naming));
    } else if (destination instanceof Destination.ToFolder to) {
      if (input instanceof Input.File file) {
        return inFolder(file, to.folder(), naming, headers);
      }
      throw new UsageException(
          "--out: expected a file or - for standard input, received the folder " + to.folder());
    }
    return new Job(input, null, naming.format, null);
  }

  private static Job inFolder(Input.File input, Path folder, Naming naming, Headers headers)
      throws IOException, UsageException {
    PictureFormat own = PictureFormat.ofName(input.relative()).orElse(null);
    PictureFormat wanted =
        naming.format != null ? naming.format : naming.template.format().orElse(null);
    Header header = null;
    if (naming.template.uses(OF_SIZE) || (own == null && wanted == null)) {
      header = headers.of(input.file());
    }
    PictureFormat format = wanted;
    if (format == null) {
      PictureFormat read = own != null || header == null ? own : header.format;
      format = read != null && read.isWritten() ? read : PictureFormat.PNG;
    }
    String ending = format == own ? endingOf(input.relative()) : format.ending();
    Path output = folder.resolve(input.relative());
    // Through text, names that are no text would suffer.
    if (format != own || !naming.template.text().equals(NameTemplate.DEFAULT)) {
      output = output.resolveSibling(nameOf(input, ending, naming, header));
    }
    return new Job(input, output, format, comparison(output, naming));
  }

  private static Path nameOf(
      Input.File input, String ending, Naming naming, @Nullable Header header)
      throws IOException, UsageException {
    Map<Field, String> values = new HashMap<>();
    values.put(Field.NAME, nameOf(input.relative()));
    values.put(Field.EXT, ending);
    if (naming.template.uses(Set.of(Field.MODEL))) {
      values.put(Field.MODEL, ODD.matcher(naming.models.of(input.file())).replaceAll("_"));
    }
    Path parent = input.file().toAbsolutePath().normalize().getParent();
    values.put(
        Field.PARENT,
        parent == null || parent.getFileName() == null ? "" : parent.getFileName().toString());
    if (header != null) {
      PictureLayout lr = header.layout;
      Scaling scaling = naming.target.of(lr, naming.modelScale, input.toString());
      values.put(Field.WIDTH, Integer.toString(scaling.width()));
      values.put(Field.HEIGHT, Integer.toString(scaling.height()));
      values.put(Field.SCALE, naming.target.scaleText(lr, naming.modelScale));
    }
    return naming.template.expand(field -> values.getOrDefault(field, ""));
  }

  private static @Nullable Path comparison(Path output, Naming naming) {
    return naming.comparisons ? output.resolveSibling(nameOf(output) + ".compare.png") : null;
  }

  /** A file's name without the ending of a picture. */
  private static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return PictureFormat.ofName(file).isPresent() ? name.substring(0, name.lastIndexOf('.')) : name;
  }

  private static String endingOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static void requireApart(List<Job> jobs) throws IOException, UsageException {
    Set<Path> inputs = new HashSet<>();
    for (Job job : jobs) {
      if (job.input() instanceof Input.File file) {
        inputs.add(identity(file.file()));
      }
    }
    Map<Path, Input> inputOf = new HashMap<>();
    for (Job job : jobs) {
      requireApart(job.output(), job.input(), inputs, inputOf);
      requireApart(job.comparison(), job.input(), inputs, inputOf);
    }
  }

  private static void requireApart(
      @Nullable Path output, Input input, Set<Path> inputs, Map<Path, Input> inputOf)
      throws IOException, UsageException {
    if (output == null) {
      return;
    }
    Path identity = identity(output);
    if (inputs.contains(identity)) {
      throw new UsageException("--out: " + output + " would replace an input");
    }
    Input other = inputOf.putIfAbsent(identity, input);
    if (other != null) {
      throw new UsageException(
          "--out: " + other + " and " + input + " would both become " + output);
    }
  }

  /** The same for all the names of a file. */
  private static Path identity(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
  }
}
