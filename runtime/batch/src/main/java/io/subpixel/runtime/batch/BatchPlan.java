package io.subpixel.runtime.batch;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.PictureOutput;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.NameTemplate.Field;
import java.io.IOException;
import java.io.OutputStream;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Assigns an output to each picture, before any of them is upscaled.
 *
 * @param jobs what to upscale, in the order given
 * @param failures the inputs that can't be upscaled
 * @since 0.1
 */
public record BatchPlan(List<Job> jobs, List<InvalidInputException> failures) {
  private static final Set<Field> OF_SIZE = Set.of(Field.SCALE, Field.WIDTH, Field.HEIGHT);
  private static final Pattern ODD = Pattern.compile("[^\\w.+-]");

  /**
   * One picture to upscale.
   *
   * @param input what to read
   * @param output where it goes
   * @param format the format to write; empty for that of the input
   * @param comparison the comparison sheet to write beside it
   */
  public record Job(
      BatchInput input, Target output, Optional<PictureFormat> format, Optional<Path> comparison) {
    /** Returns the output's name in messages. */
    public String where() {
      return output.toString();
    }
  }

  /** The output of one picture. {@code toString} gives its name in messages. */
  public sealed interface Target {
    /** Returns what an upscaler writes. */
    PictureOutput picture();

    /** A file. */
    record File(Path file) implements Target {
      @Override
      public PictureOutput picture() {
        return PictureOutput.of(file);
      }

      @Override
      public String toString() {
        return file.toString();
      }
    }

    /**
     * A stream, such as standard output.
     *
     * @param name its name in messages
     */
    record Stream(OutputStream out, String name) implements Target {
      @Override
      public PictureOutput picture() {
        return PictureOutput.of(out, name);
      }

      @Override
      public String toString() {
        return name;
      }
    }
  }

  /**
   * What determines the names of outputs.
   *
   * @param template how they are named
   * @param format the requested format; empty for that of each input
   * @param comparisons whether each gets a comparison
   * @param target how large the pictures become
   * @param maxPixels larger inputs are rejected if their header must be read
   */
  public record Naming(
      NameTemplate template,
      Optional<PictureFormat> format,
      boolean comparisons,
      TargetSize target,
      long maxPixels) {
    /** Keeps names and formats. */
    public static Naming unchanged() {
      return new Naming(
          NameTemplate.DEFAULT,
          Optional.empty(),
          false,
          TargetSize.ofModel(),
          PictureReader.MAX_PIXELS);
    }
  }

  /** The header of a picture's file. */
  private record Header(PictureLayout layout, PictureFormat format) {}

  /**
   * Plans the output of each picture, and of each page of a TIFF of several: its name gets the
   * page's number, as in {@code scan-1.png}. Reads headers only if names depend on them.
   *
   * @param upscaler the upscaler that will be used
   * @throws IllegalArgumentException if two inputs would become one file, an output would replace
   *     an input, or output and format don't match; the message begins with {@code out:} or {@code
   *     format:}
   */
  public static BatchPlan of(
      List<? extends BatchInput> inputs, BatchOutput output, Naming naming, Upscaler upscaler)
      throws IOException {
    List<Job> jobs = new ArrayList<>();
    List<InvalidInputException> failures = new ArrayList<>();
    List<BatchInput> pages = new ArrayList<>();
    for (BatchInput input : inputs) {
      try {
        pages.addAll(pages(input, output));
      } catch (InvalidInputException e) {
        failures.add(e);
      }
    }
    for (BatchInput page : pages) {
      try {
        jobs.add(job(page, output, naming, upscaler));
      } catch (InvalidInputException e) {
        failures.add(e);
      }
    }
    requireApart(jobs);
    return new BatchPlan(jobs, failures);
  }

  /** Returns the pages of a file of several, and otherwise the input itself. */
  private static List<BatchInput> pages(BatchInput input, BatchOutput output) throws IOException {
    if (!(input instanceof BatchInput.File file) || !Files.isReadable(file.file())) {
      return List.of(input);
    }
    int count = Files.isRegularFile(file.file()) ? PictureFiles.pages(file.file()) : 1;
    if (count == 1) {
      return List.of(input);
    }
    if (output instanceof BatchOutput.ToStream to) {
      throw new InvalidInputException(
          input.toString(),
          "one page for " + to.name() + ", or a file or folder",
          count + " pages");
    }
    List<BatchInput> pages = new ArrayList<>();
    for (int page = 1; page <= count; page++) {
      pages.add(file.page(page, count));
    }
    return pages;
  }

  private static Job job(BatchInput input, BatchOutput output, Naming naming, Upscaler upscaler)
      throws IOException {
    if (output instanceof BatchOutput.ToFile to) {
      if (naming.format.filter(wanted -> wanted != to.format()).isPresent()) {
        throw new IllegalArgumentException(
            "format: expected that of "
                + (to.file() + ", received " + naming.format.get().ending()));
      }
      Path file = input instanceof BatchInput.File each ? numbered(to.file(), each) : to.file();
      Optional<Path> comparison = comparison(file, naming);
      return new Job(input, new Target.File(file), Optional.of(to.format()), comparison);
    } else if (output instanceof BatchOutput.ToFolder to) {
      if (input instanceof BatchInput.File file) {
        return inFolder(file, to.folder(), naming, upscaler);
      }
      throw new IllegalArgumentException(
          "out: expected a file or - for " + input + ", received the folder " + to.folder());
    }
    BatchOutput.ToStream to = (BatchOutput.ToStream) output;
    return new Job(input, new Target.Stream(to.out(), to.name()), naming.format, Optional.empty());
  }

  private static Job inFolder(BatchInput.File input, Path folder, Naming naming, Upscaler upscaler)
      throws IOException {
    PictureFormat own = PictureFormat.ofName(input.relative()).orElse(null);
    PictureFormat wanted = naming.format.or(naming.template::format).orElse(null);
    Header header = null;
    if (naming.template.uses(OF_SIZE) || (own == null && wanted == null)) {
      header = header(input, naming.maxPixels);
    }
    PictureFormat format = wanted;
    if (format == null) {
      PictureFormat read = own != null || header == null ? own : header.format;
      format = read != null && read.isWritten() ? read : PictureFormat.PNG;
    }
    String ending = format == own ? endingOf(input.relative()) : format.ending();
    Path output = numbered(folder.resolve(input.relative()), input);
    // Converting to text would damage names that aren't valid text.
    if (format != own || !naming.template.equals(NameTemplate.DEFAULT)) {
      output = output.resolveSibling(nameOf(input, ending, naming, header, upscaler));
    }
    return new Job(input, new Target.File(output), Optional.of(format), comparison(output, naming));
  }

  private static Path nameOf(
      BatchInput.File input,
      String ending,
      Naming naming,
      @Nullable Header header,
      Upscaler upscaler)
      throws IOException {
    Map<Field, String> values = new HashMap<>();
    values.put(Field.NAME, nameOf(input.relative()) + input.suffix());
    values.put(Field.EXT, ending);
    if (naming.template.uses(Set.of(Field.MODEL))) {
      String model = modelFor(input, naming.maxPixels, upscaler);
      values.put(Field.MODEL, ODD.matcher(model).replaceAll("_"));
    }
    Path parent = input.file().toAbsolutePath().normalize().getParent();
    values.put(
        Field.PARENT,
        parent == null || parent.getFileName() == null ? "" : parent.getFileName().toString());
    if (header != null) {
      int modelScale = upscaler.traits().scale();
      PictureLayout sr = naming.target.of(header.layout, modelScale, input.toString());
      values.put(Field.WIDTH, Integer.toString(sr.width()));
      values.put(Field.HEIGHT, Integer.toString(sr.height()));
      values.put(Field.SCALE, scaleText(naming.target, header.layout, modelScale));
    }
    return naming.template.expand(field -> values.getOrDefault(field, ""));
  }

  /** Formats a scale, such as {@code 2} or {@code 1.667}. */
  static String scaleText(TargetSize target, PictureLayout lr, int modelScale) {
    return target
        .scale(lr, modelScale)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static Header header(BatchInput.File file, long maxPixels) throws InvalidInputException {
    try (PictureReader reader = file.open(maxPixels)) {
      return new Header(reader.layout(), reader.format());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static String modelFor(BatchInput.File file, long maxPixels, Upscaler upscaler)
      throws InvalidInputException {
    try (PictureReader reader = file.open(maxPixels)) {
      return upscaler.prepare(reader, reader.jpegQuality()).chosen().upscaler().traits().name();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InvalidInputException unreadable(BatchInput.File file, IOException failure) {
    return failure instanceof InvalidInputException known
        ? known
        : new InvalidInputException(
            file.toString(), "an image that can be read", Reason.of(failure), failure);
  }

  private static Optional<Path> comparison(Path output, Naming naming) {
    return naming.comparisons
        ? Optional.of(output.resolveSibling(nameOf(output) + ".compare.png"))
        : Optional.empty();
  }

  /** Returns a page's own file: with its number before the ending. */
  private static Path numbered(Path file, BatchInput.File input) {
    if (input.page() == 0) {
      return file;
    }
    String name = nameOf(file);
    String ending = file.getFileName().toString().substring(name.length());
    return file.resolveSibling(name + input.suffix() + ending);
  }

  /** Returns a file's name without the ending of a picture. */
  private static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return PictureFormat.ofName(file).isPresent() ? name.substring(0, name.lastIndexOf('.')) : name;
  }

  private static String endingOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static void requireApart(List<Job> jobs) throws IOException {
    Set<Path> inputs = new HashSet<>();
    for (Job job : jobs) {
      if (job.input() instanceof BatchInput.File file) {
        inputs.add(identity(file.file()));
      }
    }
    Map<Path, BatchInput> inputOf = new HashMap<>();
    for (Job job : jobs) {
      if (job.output() instanceof Target.File to) {
        requireApart(to.file(), job.input(), inputs, inputOf);
      }
      if (job.comparison().isPresent()) {
        requireApart(job.comparison().get(), job.input(), inputs, inputOf);
      }
    }
  }

  private static void requireApart(
      Path output, BatchInput input, Set<Path> inputs, Map<Path, BatchInput> inputOf)
      throws IOException {
    Path identity = identity(output);
    if (inputs.contains(identity)) {
      throw new IllegalArgumentException("out: " + output + " would replace an input");
    }
    BatchInput other = inputOf.putIfAbsent(identity, input);
    if (other != null) {
      throw new IllegalArgumentException(
          "out: " + other + " and " + input + " would both become " + output);
    }
  }

  /** Returns an identity that all names of a file share. */
  private static Path identity(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
  }
}
