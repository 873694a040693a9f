package io.subpixel.conformance.networks;

import io.subpixel.conformance.peer.NpyFile;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One folder: {@code network.fb} or {@code network.zip}, {@code in.NAME.npy} for what it is fed,
 * {@code out.NAME.npy} for what Deeplearning4j makes of it, and {@code refused.txt} where it makes
 * nothing of it. In file names {@code #} stands for a slash.
 *
 * @param folder where it is
 */
record ForeignNetwork(Path folder) {
  private static final String REFUSAL = "refused.txt";

  /**
   * All networks in a folder, by name.
   *
   * @throws InvalidInputException if there are none
   */
  static List<ForeignNetwork> list(Path parent) throws IOException {
    List<ForeignNetwork> networks = List.of();
    if (Files.isDirectory(parent)) {
      try (Stream<Path> folders = Files.list(parent)) {
        networks =
            folders
                .sorted()
                .map(ForeignNetwork::new)
                .filter(each -> each.file().isPresent() || Files.exists(each.refusalFile()))
                .toList();
      }
    }
    if (networks.isEmpty()) {
      throw new InvalidInputException(
          parent.toString(), "folders with network.fb or network.zip", "none");
    }
    return networks;
  }

  String name() {
    return String.valueOf(folder.getFileName());
  }

  /** What its name begins with says where it is from. */
  String source() {
    return name().split("-", 2)[0];
  }

  Optional<Path> file() {
    return Stream.of("network.fb", "network.zip")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst();
  }

  /** Why Deeplearning4j itself can't import or run it. */
  Optional<String> refusal() throws IOException {
    return Files.exists(refusalFile())
        ? Optional.of(Files.readString(refusalFile()).strip())
        : Optional.empty();
  }

  Map<String, Tensor> inputs() throws IOException {
    return NpyFile.readAll(folder, "in.");
  }

  Map<String, Tensor> outputs() throws IOException {
    return NpyFile.readAll(folder, "out.");
  }

  private Path refusalFile() {
    return folder.resolve(REFUSAL);
  }
}
