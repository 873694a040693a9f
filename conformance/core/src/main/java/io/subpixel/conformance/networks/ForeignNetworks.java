package io.subpixel.conformance.networks;

import io.subpixel.conformance.networks.Attempt.Outcome;
import io.subpixel.conformance.networks.NetworkResult.Standing;
import io.subpixel.conformance.worker.Answer;
import io.subpixel.conformance.worker.Worker;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Exports networks that others wrote, first without options. */
public final class ForeignNetworks {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ForeignNetworks() {}

  /**
   * Tries every network in a folder, one after the other, in a process of its own.
   *
   * @param folder of folders with networks
   * @param tolerance the largest difference, as a share of a tensor's largest magnitude
   * @param patience processor time that one export may take
   * @param heap what Java may use of memory in that process, as {@code 2g}
   * @param observer gets each result as soon as it is there
   * @throws io.subpixel.pictures.InvalidInputException if there are none
   */
  public static void tally(
      Path folder,
      double tolerance,
      Duration patience,
      String heap,
      Consumer<NetworkResult> observer)
      throws IOException {
    List<ForeignNetwork> networks = ForeignNetwork.list(folder);
    Path scratch = Files.createTempDirectory("subpixel-networks");
    try (Worker worker =
        new Worker(
            NetworkWorker.class,
            System.getProperty("java.class.path"),
            heap,
            patience,
            List.of(scratch.toString(), String.valueOf(tolerance)))) {
      for (ForeignNetwork network : networks) {
        observer.accept(result(network, worker));
      }
    } finally {
      Temporaries.delete(scratch);
    }
  }

  private static NetworkResult result(ForeignNetwork network, Worker worker) throws IOException {
    Optional<String> refusal = network.refusal();
    if (refusal.isPresent()) {
      return untried(network, Standing.NOT_RUN, refusal.get());
    }
    // A damaged array would look like a crash in the other process.
    Map<String, Tensor> inputs;
    try {
      inputs = network.inputs();
      network.outputs();
    } catch (InvalidInputException e) {
      return untried(network, Standing.UNREADABLE, String.valueOf(e.getMessage()));
    }
    List<Attempt> attempts = new ArrayList<>();
    Attempt first = attempt(worker, network, List.of());
    attempts.add(first);
    Standing standing = Standing.of(first.outcome());
    String reason = first.said();
    boolean rightUnverified = false;
    if (standing == Standing.REFUSED) {
      for (boolean isBatchOpen : new boolean[] {true, false}) {
        List<String> shapes = shapes(inputs, isBatchOpen);
        Attempt next = attempt(worker, network, shapes);
        attempts.add(next);
        if (next.outcome() == Outcome.RIGHT) {
          standing = Standing.WITH_OPTION;
          break;
        }
        if (next.outcome() != Outcome.REFUSED) {
          standing = Standing.of(next.outcome());
          reason = next.said();
          break;
        }
      }
    }
    if (standing == Standing.REFUSED) {
      Attempt unverified = attempt(worker, network, List.of("--no-verify"));
      rightUnverified = unverified.outcome() == Outcome.RIGHT;
      attempts.add(unverified);
    }
    return new NetworkResult(
        network.name(), network.source(), standing, reason, rightUnverified, attempts);
  }

  private static NetworkResult untried(ForeignNetwork network, Standing standing, String reason) {
    return new NetworkResult(network.name(), network.source(), standing, reason, false, List.of());
  }

  private static Attempt attempt(Worker worker, ForeignNetwork network, List<String> options)
      throws IOException {
    long start = System.nanoTime();
    Answer answer = worker.ask(NetworkWorker.line(network, options));
    double seconds = (System.nanoTime() - start) / 1e9;
    return switch (answer.state()) {
      case GIVEN -> JSON.readValue(answer.text(), Attempt.class);
      case CRASHED -> new Attempt(options, Outcome.CRASHED, answer.text(), seconds);
      case HUNG -> new Attempt(options, Outcome.HUNG, answer.text(), seconds);
    };
  }

  /** All sizes as they are where Deeplearning4j's values are known, as a user would give them. */
  private static List<String> shapes(Map<String, Tensor> inputs, boolean isBatchOpen) {
    List<String> options = new ArrayList<>();
    inputs.forEach(
        (name, value) -> {
          long[] sizes = value.sizes().clone();
          if (isBatchOpen && sizes.length > 0) {
            sizes[0] = -1;
          }
          options.add("--shape");
          options.add(
              name
                  + "="
                  + Arrays.stream(sizes)
                      .mapToObj(String::valueOf)
                      .collect(Collectors.joining(",")));
        });
    return options;
  }
}
