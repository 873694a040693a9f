package io.subpixel.trainer.cli;

import static java.util.Objects.requireNonNull;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.trainer.internal.data.PictureSet;
import io.subpixel.trainer.internal.report.ContactSheet;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trainer degrade}. */
@Command(
    name = "degrade",
    description =
        "Makes LR images from HR images as training does, or shows what a degradation does.",
    sortOptions = false)
final class DegradeCommand implements Callable<Integer> {
  private static final String PNG = ".png";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "IN",
      arity = "1..*",
      description = "HR images: whatever --data of fit takes, except videos.")
  private List<Path> inputs = List.of();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "OUT",
      description =
          "The folder to write the LR images to, as PNG files of the same names; or a file, for a"
              + " single image or for --sheet.")
  private Path out;

  @Option(
      names = "--degradation",
      required = true,
      paramLabel = "ID",
      description =
          "A preset, such as photo, or steps, such as 'shrink+noise:2..8+jpeg:40..95'"
              + " (docs/degradations.md).")
  private String degradation;

  @Option(
      names = "--scale",
      paramLabel = "2|3|4",
      defaultValue = "2",
      description = "The scale to shrink by (default: ${DEFAULT-VALUE}).")
  private int scale;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds and file names give equal images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--sheet",
      description =
          "Write one contact sheet that shows a detail of each image, degraded several times.")
  private boolean sheet;

  private int status = ExitStatus.DONE;

  /** Handles one image. */
  @FunctionalInterface
  private interface Use {
    void take(Path file, Picture hr) throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    require(scale >= 2 && scale <= 4, "--scale", "2, 3 or 4", String.valueOf(scale));
    Degradation chosen = parsed();
    PictureSet pictures = PictureSet.of(inputs);
    if (!pictures.clips().isEmpty()) {
      throw new InvalidInputException(pictures.clips().get(0).toString(), "an image", "a video");
    }
    List<Path> files = pictures.files();
    requireNoInput(files, sheet || isPng(out) ? List.of(out) : targets(files).values());
    if (sheet) {
      require(isPng(out), "--out", "a .png file for --sheet", out.toString());
      ContactSheet all = new ContactSheet(chosen, scale, seed);
      each(files, (file, hr) -> all.add(hr));
      write(out, all.toPicture());
    } else if (isPng(out)) {
      require(files.size() == 1, "--out", "a folder for several images", out.toString());
      each(files, (file, hr) -> write(out, lr(chosen, file, hr)));
    } else {
      Map<Path, Path> targets = targets(files);
      Files.createDirectories(out);
      each(files, (file, hr) -> write(requireNonNull(targets.get(file)), lr(chosen, file, hr)));
    }
    return status;
  }

  private Degradation parsed() {
    try {
      return Degradation.parse(degradation);
    } catch (InvalidInputException e) {
      throw wrong("--degradation", e.expected(), e.received());
    }
  }

  /** A picture gets the same LR picture whatever else is degraded with it. */
  private Picture lr(Degradation chosen, Path file, Picture hr) {
    long own = 31 * seed + String.valueOf(file.getFileName()).hashCode();
    return chosen.apply(hr.cropToMultiple(scale), scale, own);
  }

  /**
   * Where each LR picture goes.
   *
   * @throws InvalidInputException if two would have the same name
   */
  private Map<Path, Path> targets(List<Path> files) throws InvalidInputException {
    Map<Path, Path> targets = new HashMap<>();
    Map<Path, Path> sources = new HashMap<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      int dot = name.lastIndexOf('.');
      Path target = out.resolve((dot > 0 ? name.substring(0, dot) : name) + PNG);
      Path other = sources.put(target, file);
      if (other != null) {
        throw new InvalidInputException(
            file.toString(), "images with different names", "the name of " + other);
      }
      targets.put(file, target);
    }
    return targets;
  }

  /** HR pictures must never be lost. */
  private void requireNoInput(List<Path> files, Collection<Path> targets) throws IOException {
    Set<Path> inputs = new HashSet<>();
    for (Path file : files) {
      inputs.add(file.toRealPath());
    }
    for (Path target : targets) {
      boolean isInput = Files.exists(target) && inputs.contains(target.toRealPath());
      require(
          !isInput, "--out", "a place where no HR image would be overwritten", target.toString());
    }
  }

  private void each(List<Path> files, Use use) throws IOException {
    for (Path file : files) {
      try {
        Picture hr = PictureFiles.read(file);
        if (Math.min(hr.width(), hr.height()) < scale) {
          throw new InvalidInputException(
              file.toString(), "sides of at least " + scale + " pixels", hr.toString());
        }
        use.take(file, hr);
      } catch (InvalidInputException e) {
        CommandRunner.print(spec.commandLine(), String.valueOf(e.getMessage()));
        status = ExitStatus.INPUT_FAILED;
      }
    }
  }

  private void write(Path file, Picture picture) throws IOException {
    PictureFiles.write(file, picture);
    spec.commandLine().getOut().println(file + "  " + picture.width() + "x" + picture.height());
    spec.commandLine().getOut().flush();
  }

  private static boolean isPng(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(PNG);
  }

  private void require(boolean valid, String option, String expected, String received) {
    if (!valid) {
      throw wrong(option, expected, received);
    }
  }

  private ParameterException wrong(String option, String expected, String received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}
