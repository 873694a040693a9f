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

/** An earlier run of {@link Standing}, to see what got slower since. */
public final class Baseline {
  private static final JsonMapper JSON = new JsonMapper();

  /** What is less is chance, however narrow the quartiles are. */
  private static final double LEAST = 1.05;

  private final Map<String, Row> rows;

  private Baseline(Map<String, Row> rows) {
    this.rows = rows;
  }

  /** A party that is slower than it was. */
  public record Slower(String key, double before, double after) {}

  /**
   * Reads what an earlier run wrote.
   *
   * @param machine that of the run to come: times of two machines aren't compared
   * @throws InvalidInputException if it is none, or of another machine
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
   * What is slower beyond noise: by 5 % or more, and so that three quarters of its turns took
   * longer than three quarters of the earlier ones.
   */
  public List<Slower> slower(Result after) {
    List<Slower> slower = new ArrayList<>();
    for (Row now : after.rows()) {
      Row then = rows.get(now.key());
      if (then != null
          && now.lower() > then.upper()
          && now.milliseconds() > LEAST * then.milliseconds()) {
        slower.add(new Slower(now.key(), then.milliseconds(), now.milliseconds()));
      }
    }
    return slower;
  }
}
