package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.benchmark.Standing.Result;
import io.subpixel.conformance.benchmark.Standing.Row;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** An earlier run of {@link Standing}, to find what has become slower since. */
public final class Baseline {
  private static final JsonMapper JSON = new JsonMapper();

  /** A smaller ratio is noise, however narrow the quartiles are. */
  private static final double MIN_RATIO = 1.05;

  private final Map<String, Row> rows;

  private Baseline(Map<String, Row> rows) {
    this.rows = rows;
  }

  /** A party that is slower than it was. */
  public record Slower(String key, double before, double after) {}

  /**
   * Reads what an earlier run wrote.
   *
   * @param machine the machine of the next run: times of different machines aren't compared
   * @throws InvalidInputException if the file is no such run, or is from another machine
   */
  public static Baseline read(Path file, Map<String, String> machine) throws IOException {
    Result before;
    try {
      before = JSON.readValue(Files.readString(file), Result.class);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file.toString(), "what --json wrote", "no such file");
    } catch (JacksonException e) {
      throw new InvalidInputException(file.toString(), "what --json wrote", "something else", e);
    }
    if (before == null || before.machine() == null || !before.machine().equals(machine)) {
      throw new InvalidInputException(
          file.toString(),
          "a run on " + machine,
          before == null || before.machine() == null ? "none" : "one on " + before.machine());
    }
    return new Baseline(
        before.rows().stream()
            .collect(Collectors.toMap(Row::key, Function.identity(), (first, again) -> first)));
  }

  /**
   * The parties that are slower beyond noise: the median is more than 5 % slower, and the first
   * quartile is above the third quartile of the earlier run.
   */
  public List<Slower> slower(Result after) {
    List<Slower> slower = new ArrayList<>();
    for (Row now : after.rows()) {
      Row then = rows.get(now.key());
      if (then != null
          && now.lower() > then.upper()
          && now.milliseconds() > MIN_RATIO * then.milliseconds()) {
        slower.add(new Slower(now.key(), then.milliseconds(), now.milliseconds()));
      }
    }
    return slower;
  }
}
