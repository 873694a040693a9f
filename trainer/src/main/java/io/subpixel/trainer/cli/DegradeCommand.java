package io.subpixel.trainer.cli;

import static java.util.Objects.requireNonNull;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardHeader;
import io.subpixel.shards.ShardWriter;
import io.subpixel.trainer.internal.data.PictureSet;
import io.subpixel.trainer.internal.report.ContactSheet;
import io.subpixel.zoo.degradation.Degradation;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
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
import org.jspecify.annotations.Nullable;
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
  private static final int DEFAULT_SHARD_SIZE = 1000;

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
          "The folder to write the LR images to, as PNG files of the same names, or the shards; or a"
              + " file, for a single image or for --sheet.")
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

  @Option(
      names = "--shards",
      description =
          "Write shards to train on: tar files in WebDataset's convention with each HR image and its"
              + " LR image. A rerun keeps the shards that are there.")
  private boolean shards;

  @Option(
      names = "--shard-size",
      paramLabel = "N",
      description = "The number of images in a shard (default: " + DEFAULT_SHARD_SIZE + ").")
  private @Nullable Integer shardSize;

  private int status = ExitStatus.DONE;

  /** Handles one image. */
  @FunctionalInterface
  private interface Use {
    void take(Path file, Picture hr) throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    require(scale >= 2 && scale <= 4, "--scale", "2, 3 or 4", String.valueOf(scale));
    require(!sheet || !shards, "--shards", "no --sheet with it", "one");
    require(shardSize == null || shards, "--shard-size", "--shards with it", "none");
    require(shardSize == null || shardSize > 0, "--shard-size", "1 or more", "" + shardSize);
    Pairing pairing = new Pairing(parsed(), scale, seed);
    PictureSet pictures = PictureSet.of(inputs);
    if (!pictures.clips().isEmpty()) {
      throw new InvalidInputException(pictures.clips().get(0).toString(), "an image", "a video");
    } else if (!pictures.shards().isEmpty()) {
      throw new InvalidInputException(pictures.shards().get(0).toString(), "an image", "a shard");
    }
    List<Path> files = pictures.files();
    if (shards) {
      writeShards(pairing, files);
      return status;
    }
    requireNoInput(files, sheet || isPng(out) ? List.of(out) : targets(files).values());
    if (sheet) {
      require(isPng(out), "--out", "a .png file for --sheet", out.toString());
      ContactSheet all = new ContactSheet(pairing.degradation(), scale, seed);
      each(files, (file, hr) -> all.add(hr));
      write(out, all.toPicture());
    } else if (isPng(out)) {
      require(files.size() == 1, "--out", "a folder for several images", out.toString());
      each(files, (file, hr) -> write(out, lr(pairing, file, hr)));
    } else {
      Map<Path, Path> targets = targets(files);
      Files.createDirectories(out);
      each(files, (file, hr) -> write(requireNonNull(targets.get(file)), lr(pairing, file, hr)));
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

  private static Picture lr(Pairing pairing, Path file, Picture hr) throws InvalidInputException {
    return pair(pairing, file, hr).lr();
  }

  private static Pairing.Pair pair(Pairing pairing, Path file, Picture hr)
      throws InvalidInputException {
    return pairing.of(hr, String.valueOf(file.getFileName()), file.toString());
  }

  private void writeShards(Pairing pairing, List<Path> files) throws IOException {
    int size = shardSize == null ? DEFAULT_SHARD_SIZE : shardSize;
    int count = (files.size() - 1) / size + 1;
    requireNoOtherShards(count);
    Map<Path, String> names = namesBelowOneFolder(files);
    for (int i = 0; i < count; i++) {
      List<Path> some = files.subList(i * size, Math.min(files.size(), (i + 1) * size));
      writeShard(out.resolve(Shard.fileName(i)), pairing, some, names);
    }
  }

  private void writeShard(Path target, Pairing pairing, List<Path> files, Map<Path, String> names)
      throws IOException {
    ShardHeader header =
        pairing.header(files.stream().map(file -> requireNonNull(names.get(file))).toList());
    if (Files.exists(target)) {
      keep(target, header, files.size());
      return;
    }
    try (AtomicFile file = AtomicFile.create(target)) {
      int pairs;
      try (ShardWriter writer = new ShardWriter(Files.newOutputStream(file.temporary()), header)) {
        each(
            files,
            (each, hr) -> writer.add(requireNonNull(names.get(each)), pair(pairing, each, hr)));
        writer.finish();
        pairs = writer.pairs();
      } catch (IOException e) {
        throw file.explained(e);
      }
      if (pairs > 0) {
        file.commit();
        tell(target + "  " + pairs + " pairs");
      }
    }
  }

  /**
   * Keeps a shard of an earlier run.
   *
   * @throws InvalidInputException if it is another
   */
  private void keep(Path target, ShardHeader header, int images) throws IOException {
    Shard there = Shard.open(target);
    if (!there.header().equals(header)) {
      throw new InvalidInputException(
          target.toString(), "no shard, or one of these images and options", "another");
    }
    int pairs = there.pairs().size();
    if (pairs < images) {
      CommandRunner.print(
          spec.commandLine(),
          target
              + (": expected " + images + " pairs, received " + pairs)
              + ", as an earlier run couldn't read the others; delete it to try again");
      status = ExitStatus.INPUT_FAILED;
    }
    tell(target + "  " + pairs + " pairs, kept");
  }

  /** Whoever trains on the folder takes all shards in it. */
  private void requireNoOtherShards(int count) throws IOException {
    if (!Files.isDirectory(out)) {
      return;
    }
    Set<String> own = new HashSet<>();
    for (int i = 0; i < count; i++) {
      own.add(Shard.fileName(i));
    }
    try (DirectoryStream<Path> there = Files.newDirectoryStream(out, Shard::isShard)) {
      for (Path file : there) {
        if (!own.contains(String.valueOf(file.getFileName()))) {
          throw new InvalidInputException(
              out.toString(), "a folder for these shards alone", file.toString());
        }
      }
    }
  }

  /** The path of each file below the folder that all of them share. */
  private static Map<Path, String> namesBelowOneFolder(List<Path> files) {
    Path folder = parent(files.get(0));
    for (Path file : files) {
      while (!parent(file).startsWith(folder)) {
        folder = parent(folder);
      }
    }
    Map<Path, String> names = new HashMap<>();
    for (Path file : files) {
      Path below = folder.relativize(file.toAbsolutePath().normalize());
      names.put(file, below.toString().replace(File.separatorChar, '/'));
    }
    return names;
  }

  private static Path parent(Path file) {
    return requireNonNull(file.toAbsolutePath().normalize().getParent());
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
    tell(file + "  " + picture.width() + "x" + picture.height());
  }

  private void tell(String line) {
    spec.commandLine().getOut().println(line);
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
