package io.subpixel.conformance.networks;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.networks.Attempt.Outcome;
import io.subpixel.conformance.worker.Worker;
import io.subpixel.converter.cli.ConverterCommand;
import io.subpixel.converter.internal.verification.Difference;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.OnnxRunException;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.verification.ValueResult;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The process in which networks are exported, one after the other: it may crash or hang. */
public final class NetworkWorker {
  private static final String SEPARATOR = "\t";

  private NetworkWorker() {}

  /**
   * Answers each line of standard input, a network's folder and options between tabs, with a line.
   *
   * @param args a folder for the file that is written, and the tolerance
   */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    Path model = Path.of(args[0]).resolve("model.onnx");
    double tolerance = Double.parseDouble(args[1]);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    JsonMapper json = JsonMapper.builder().build();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      List<String> parts = List.of(line.split(SEPARATOR));
      ForeignNetwork network = new ForeignNetwork(Path.of(parts.get(0)));
      Attempt attempt = export(network, parts.subList(1, parts.size()), tolerance, model);
      Files.deleteIfExists(model);
      Worker.answer(answers, json.writeValueAsString(attempt));
    }
  }

  static String line(ForeignNetwork network, List<String> options) {
    List<String> parts = new ArrayList<>();
    parts.add(network.folder().toAbsolutePath().toString());
    parts.addAll(options);
    return String.join(SEPARATOR, parts);
  }

  private static Attempt export(
      ForeignNetwork network, List<String> options, double tolerance, Path model)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("export", model.toString(), "--from"));
    arguments.add(network.file().orElseThrow().toString());
    arguments.addAll(options);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    long start = System.nanoTime();
    int status = CommandRunner.run(new ConverterCommand(), arguments.toArray(String[]::new));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != ExitStatus.DONE) {
      return new Attempt(
          options, Outcome.REFUSED, said.toString(StandardCharsets.UTF_8).strip(), seconds);
    }
    String fault = fault(network, tolerance, model);
    return new Attempt(options, fault.isEmpty() ? Outcome.RIGHT : Outcome.WRONG, fault, seconds);
  }

  /** What is wrong with the file where Deeplearning4j's values are known; empty if nothing is. */
  private static String fault(ForeignNetwork network, double tolerance, Path model)
      throws IOException {
    List<String> faults = new ArrayList<>();
    try (OnnxRun run = OnnxRun.of(model)) {
      Map<String, Tensor> received = run.run(named(network.inputs(), run.inputs()));
      Map<String, Tensor> expected = named(network.outputs(), List.copyOf(received.keySet()));
      received.forEach(
          (output, is) -> {
            Tensor should = expected.get(output);
            if (should != null) {
              ValueResult result = Difference.between(output, should, is, tolerance);
              if (!result.accurate()) {
                faults.add(output + ": " + result.fault());
              }
            }
          });
      if (expected.isEmpty()) {
        faults.add(
            "expected one of "
                + network.outputs().keySet()
                + " among the outputs, received "
                + received.keySet());
      }
    } catch (OnnxRunException | IllegalArgumentException e) {
      return "ONNX Runtime: " + e.getMessage();
    }
    return String.join("; ", faults);
  }

  /** Of the arrays those that have a name; the only one where there is only one. */
  private static Map<String, Tensor> named(Map<String, Tensor> arrays, List<String> names) {
    if (arrays.size() == 1 && names.size() == 1) {
      return Map.of(names.get(0), arrays.values().iterator().next());
    }
    Map<String, Tensor> named = new LinkedHashMap<>(arrays);
    named.keySet().retainAll(names);
    return named;
  }
}
