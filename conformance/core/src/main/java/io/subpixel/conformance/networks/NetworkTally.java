package io.subpixel.conformance.networks;

import io.subpixel.conformance.networks.NetworkResult.Standing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts results by where the networks are from, and what isn't exported at once by its reason.
 *
 * @param results of all networks
 */
public record NetworkTally(List<NetworkResult> results) {
  private static final int EXAMPLES = 3;

  /** Copies the list. */
  public NetworkTally {
    results = List.copyOf(results);
  }

  /** A table of counts, a line per reason and the times. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    List<Standing> columns = List.of(Standing.values());
    text.append(String.format(Locale.ROOT, "%-12s %8s", "", "networks"));
    columns.forEach(column -> text.append("  ").append(column.words()));
    text.append('\n');
    Map<String, List<NetworkResult>> sources =
        results.stream()
            .collect(
                Collectors.groupingBy(NetworkResult::source, TreeMap::new, Collectors.toList()));
    sources.put("\uffff", results);
    sources.forEach(
        (source, of) -> {
          text.append(
              String.format(
                  Locale.ROOT, "%-12s %8d", source.equals("\uffff") ? "all" : source, of.size()));
          for (Standing column : columns) {
            long count = of.stream().filter(each -> each.standing() == column).count();
            text.append(String.format(Locale.ROOT, "  %" + column.words().length() + "d", count));
          }
          text.append('\n');
        });
    long run = results.stream().filter(each -> each.standing().counts()).count();
    long atOnce = count(Standing.AT_ONCE);
    text.append(
        String.format(
            Locale.ROOT,
            "%nOf %d networks that Deeplearning4j runs %d are exported at once (%.1f %%).%n",
            run,
            atOnce,
            run == 0 ? 0 : 100.0 * atOnce / run));
    reasons(text);
    double[] seconds =
        results.stream()
            .filter(each -> !each.attempts().isEmpty())
            .mapToDouble(each -> each.attempts().get(0).seconds())
            .sorted()
            .toArray();
    if (seconds.length > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nSeconds of the first try: median %.2f, longest %.1f, together %.0f.%n",
              seconds[seconds.length / 2],
              seconds[seconds.length - 1],
              Arrays.stream(seconds).sum()));
    }
    return text.toString();
  }

  private void reasons(StringBuilder text) {
    for (Standing standing : Standing.values()) {
      Map<String, List<NetworkResult>> reasons = new HashMap<>();
      for (NetworkResult result : results) {
        if (result.standing() == standing && !result.reason().isEmpty()) {
          RefusalReason.of(result.reason())
              .forEach(
                  reason -> reasons.computeIfAbsent(reason, each -> new ArrayList<>()).add(result));
        }
      }
      if (reasons.isEmpty() || standing == Standing.NOT_RUN) {
        continue;
      }
      text.append(String.format(Locale.ROOT, "%n%s%n", standing.words()));
      reasons.entrySet().stream()
          .sorted(
              Comparator.comparingInt(
                      (Map.Entry<String, List<NetworkResult>> each) -> -each.getValue().size())
                  .thenComparing(Map.Entry::getKey))
          .forEach(
              each -> {
                long unverified =
                    each.getValue().stream().filter(NetworkResult::rightUnverified).count();
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%5d  %s%s (%s%s)%n",
                        each.getValue().size(),
                        each.getKey(),
                        unverified == 0 ? "" : ", " + unverified + " right with --no-verify",
                        each.getValue().stream()
                            .limit(EXAMPLES)
                            .map(NetworkResult::network)
                            .collect(Collectors.joining(", ")),
                        each.getValue().size() > EXAMPLES ? ", ..." : ""));
              });
    }
  }

  private long count(Standing standing) {
    return results.stream().filter(each -> each.standing() == standing).count();
  }
}
