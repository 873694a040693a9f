package io.subpixel.trainer.history;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the epochs of a run: {@code history.csv} to plot, {@code history.json} to resume
 * from.
 *
 * @since 0.1
 */
public final class History {
  /** The table's file name in a run. */
  public static final String CSV = "history.csv";

  /** The file name of all that is known, in a run. */
  public static final String JSON = "history.json";

  private static final String COLUMNS =
      "epoch,steps,seconds,learning_rate,loss,samples_per_second,wait_share";

  private static final String LOSSES = "losses";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private History() {}

  /**
   * Writes both files; each is always whole.
   *
   * @throws InvalidInputException if the folder can't be written to
   */
  public static void write(Path folder, List<Epoch> epochs) throws IOException {
    AtomicFile.write(folder.resolve(CSV), file -> Files.writeString(file, toCsv(epochs)));
    AtomicFile.write(
        folder.resolve(JSON),
        file -> Files.writeString(file, MAPPER.writeValueAsString(epochs) + "\n"));
  }

  /**
   * Reads {@code history.json} back.
   *
   * @throws InvalidInputException if the file is absent or no history
   * @throws IOException if it can't be read
   */
  public static List<Epoch> read(Path json) throws IOException {
    String expected = "a history (a JSON list of epochs)";
    if (Files.isDirectory(json)) {
      throw new InvalidInputException(json.toString(), expected, "a folder");
    }
    try {
      JsonNode tree = MAPPER.readTree(Files.readString(json));
      for (JsonNode each : tree) {
        if (each instanceof ObjectNode epoch && !epoch.has(LOSSES)) {
          // Histories of earlier versions have none.
          epoch.putObject(LOSSES);
        }
      }
      List<Epoch> epochs = MAPPER.treeToValue(tree, new TypeReference<List<Epoch>>() {});
      if (epochs == null || epochs.contains(null)) {
        throw new InvalidInputException(json.toString(), expected, "null");
      }
      return List.copyOf(epochs);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(json.toString(), expected, "no such file", e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(json.toString(), expected, "bytes that are no UTF-8", e);
    } catch (JacksonException e) {
      throw new InvalidInputException(json.toString(), expected, reason(e), e);
    }
  }

  /** Returns the names of all validation sets, in the order of their first appearance. */
  public static List<String> sets(List<Epoch> epochs) {
    Set<String> names = new LinkedHashSet<>();
    for (Epoch epoch : epochs) {
      epoch.validation().forEach(quality -> names.add(quality.data()));
    }
    return List.copyOf(names);
  }

  /** Returns the names of all that losses consist of, in the order of their first appearance. */
  public static List<String> losses(List<Epoch> epochs) {
    Set<String> names = new LinkedHashSet<>();
    epochs.forEach(epoch -> names.addAll(epoch.losses().keySet()));
    return List.copyOf(names);
  }

  /** Returns the figures that an epoch has for a set, if any. */
  public static Optional<Quality> quality(Epoch epoch, String set) {
    return epoch.validation().stream().filter(quality -> quality.data().equals(set)).findFirst();
  }

  /** Returns the epoch of the greatest PSNR on the first set; the earliest of equals, never NaN. */
  public static Optional<Epoch> best(List<Epoch> epochs) {
    @Nullable Epoch best = null;
    double greatest = Double.NEGATIVE_INFINITY;
    for (Epoch epoch : epochs) {
      if (!epoch.validation().isEmpty() && epoch.validation().get(0).psnr() > greatest) {
        greatest = epoch.validation().get(0).psnr();
        best = epoch;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String toCsv(List<Epoch> epochs) {
    List<String> sets = sets(epochs);
    List<String> losses = losses(epochs);
    StringBuilder csv = new StringBuilder(COLUMNS);
    losses.forEach(name -> csv.append(",loss_").append(name));
    for (String name : columnNames(sets)) {
      for (String figure : List.of("psnr", "ssim", "bilinear_psnr", "bicubic_psnr")) {
        csv.append(',').append(name).append('_').append(figure);
      }
    }
    csv.append('\n');
    for (Epoch epoch : epochs) {
      csv.append(row(epoch));
      for (String name : losses) {
        @Nullable Double loss = epoch.losses().get(name);
        csv.append(loss == null ? "," : String.format(Locale.ROOT, ",%.6e", loss));
      }
      for (String set : sets) {
        csv.append(quality(epoch, set).map(History::cells).orElse(",,,,"));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String row(Epoch e) {
    return String.format(
        Locale.ROOT,
        "%d,%d,%.1f,%.3e,%.6e,%.1f,%.4f",
        e.epoch(),
        e.steps(),
        e.seconds(),
        e.learningRate(),
        e.loss(),
        e.samplesPerSecond(),
        e.waitShare());
  }

  private static String cells(Quality q) {
    return String.format(
        Locale.ROOT, ",%.4f,%.5f,%.4f,%.4f", q.psnr(), q.ssim(), q.bilinearPsnr(), q.bicubicPsnr());
  }

  /** Names without what a table's reader might take for more than a name; no two alike. */
  private static List<String> columnNames(List<String> sets) {
    List<String> names = new ArrayList<>();
    for (String set : sets) {
      String safe = set.replaceAll("[^\\p{L}\\p{N}._-]", "_");
      String name = safe;
      for (int i = 2; names.contains(name); i++) {
        name = safe + "-" + i;
      }
      names.add(name);
    }
    return names;
  }

  private static String reason(JacksonException failure) {
    StringBuilder reason = new StringBuilder("something else");
    for (JacksonException.Reference at : failure.getPath()) {
      reason.append(reason.length() == "something else".length() ? " at " : "");
      reason.append(
          at.getPropertyName() == null ? "[" + at.getIndex() + "]" : "." + at.getPropertyName());
    }
    if (failure.getLocation() != null) {
      reason.append(" in line ").append(failure.getLocation().getLineNr());
    }
    return reason.toString();
  }
}
