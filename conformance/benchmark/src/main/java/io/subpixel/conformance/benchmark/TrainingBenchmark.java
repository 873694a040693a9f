package io.subpixel.conformance.benchmark;

import io.subpixel.trainer.internal.program.GradientProgram.Timing;
import io.subpixel.trainer.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Times a training step of Subpixel, of {@code SameDiff.fit} and of PyTorch. Turns are interleaved,
 * so that background load affects all of them equally.
 */
public final class TrainingBenchmark {
  /** Steps in a row: the first ones run with caches full of another party's data. */
  private static final int STEPS_A_TURN = 5;

  private TrainingBenchmark() {}

  /**
   * A party's figures.
   *
   * @param name what it is called
   * @param milliseconds the median of a step
   * @param samplesPerSecond LR samples trained on, a second
   * @param gflops 10^9 floating-point operations a second, of 2 x 3 x MACs a step
   * @param ratioToPytorch its speed divided by PyTorch's; null without PyTorch
   */
  public record Row(
      String name,
      double milliseconds,
      double samplesPerSecond,
      double gflops,
      @Nullable Double ratioToPytorch) {}

  /**
   * An operator's share of a step's time.
   *
   * @param operator its name
   * @param calls how often in a step
   * @param milliseconds all calls of a step together, the mean over the steps
   * @param share of the whole step, 0..1
   */
  public record Share(String operator, int calls, double milliseconds, double share) {}

  /**
   * The result.
   *
   * @param architecture name of the network
   * @param scale how many times larger
   * @param batch samples a step
   * @param patch side of a sample in LR pixels
   * @param threads of ND4J and of PyTorch each
   * @param steps that each median is of
   * @param rows one for each party
   * @param pytorchCollapsed whether PyTorch trains the exported network in place of wider factors
   * @param agreement of Subpixel with PyTorch; null without PyTorch
   * @param profile of Subpixel's step, most expensive first; empty unless asked for
   */
  public record Result(
      String architecture,
      int scale,
      int batch,
      int patch,
      int threads,
      int steps,
      List<Row> rows,
      boolean pytorchCollapsed,
      @Nullable Agreement agreement,
      List<Share> profile) {
    /** Copies the lists. */
    public Result {
      rows = List.copyOf(rows);
      profile = List.copyOf(profile);
    }
  }

  /**
   * Runs it.
   *
   * @param rounds how many turns each party gets after one that doesn't count
   * @param pytorch null to leave PyTorch out
   * @param profiled whether to profile Subpixel's step as well
   * @param progress called with the number of each finished round, from 1
   * @throws IOException if PyTorch's process fails
   */
  public static Result run(
      Task task, int rounds, @Nullable Python pytorch, boolean profiled, IntConsumer progress)
      throws IOException {
    Network network = task.build();
    int threads = threads();
    SubpixelTraining subpixel = new SubpixelTraining(task);
    SameDiffFit fit = new SameDiffFit(task);
    try (PytorchTraining torch =
        pytorch == null ? null : new PytorchTraining(task, pytorch, threads)) {
      Agreement agreement = torch == null ? null : Agreement.of(subpixel, torch);
      Map<Contender, List<Double>> times = new LinkedHashMap<>();
      times.put(subpixel, new ArrayList<>());
      times.put(fit, new ArrayList<>());
      List<Double> reference = new ArrayList<>();
      if (torch != null) {
        times.put(torch, reference);
      }
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<Contender, List<Double>> party : times.entrySet()) {
          List<Double> turn = party.getKey().steps(STEPS_A_TURN).milliseconds();
          if (round > 0) {
            party.getValue().addAll(turn);
          }
        }
        progress.accept(round);
      }
      List<Row> rows = new ArrayList<>();
      times.forEach((party, all) -> rows.add(row(task, network, party.name(), all, reference)));
      return new Result(
          task.architecture().name(),
          task.scale(),
          task.batch(),
          task.patch(),
          threads,
          rounds * STEPS_A_TURN,
          rows,
          torch != null && torch.isCollapsed(),
          agreement,
          profiled ? shares(subpixel.profile(rounds * STEPS_A_TURN)) : List.of());
    }
  }

  private static Row row(
      Task task, Network network, String name, List<Double> times, List<Double> reference) {
    double milliseconds = Turns.median(times);
    return new Row(
        name,
        milliseconds,
        1e3 * task.batch() / milliseconds,
        task.operations(network.macsPerLrPixel()) / milliseconds / 1e6,
        reference.isEmpty() ? null : Turns.median(reference) / milliseconds);
  }

  /** Calls of one operator are one share. */
  private static List<Share> shares(List<Timing> timings) {
    double whole = timings.stream().mapToDouble(Timing::milliseconds).sum();
    Map<String, List<Timing>> byOperator =
        timings.stream()
            .collect(
                Collectors.groupingBy(
                    timing -> timing.call().split(" ", 2)[0],
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Share> shares = new ArrayList<>();
    byOperator.forEach(
        (operator, calls) -> {
          double sum = calls.stream().mapToDouble(Timing::milliseconds).sum();
          shares.add(new Share(operator, calls.size(), sum, sum / whole));
        });
    shares.sort(Comparator.comparingDouble(Share::milliseconds).reversed());
    return shares;
  }

  private static int threads() {
    Nd4j.getBackend();
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }
}
