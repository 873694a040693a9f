package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import io.subpixel.converter.source.NetworkFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What holds for every operator of a family: saved, loaded and exported, with known and with
 * symbolic sizes, to the first, the default and the last opset, ONNX Runtime computes what SameDiff
 * computes, in the same type and shape.
 */
public abstract class OperatorContract {
  private static final List<Integer> OPSETS = List.of(Opset.LEAST, 17, Opset.MOST);

  @TempDir private Path folder = Path.of("");

  /** Every use of an operator that is tried. */
  public abstract Stream<OperatorCase> cases();

  @TestFactory
  Stream<DynamicTest> onnxRuntimeComputesWhatSameDiffComputes() {
    return cases().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
  }

  private void check(OperatorCase one) throws Exception {
    check(one, true);
    if (one.alsoUnknownSizes()) {
      check(one, false);
    }
  }

  private void check(OperatorCase one, boolean knownSizes) throws Exception {
    SameDiff network = one.network(knownSizes);
    List<String> outputs = network.outputs();
    if (one.alsoLoaded()) {
      Path saved = folder.resolve("network.fb");
      network.save(saved.toFile(), false);
      network = NetworkFile.read(saved).sameDiff();
    }
    Map<String, INDArray> fed = new LinkedHashMap<>();
    for (int i = 0; i < one.inputs().size(); i++) {
      fed.put("in" + i, one.inputs().get(i));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    fed.forEach((name, array) -> tensors.put(name, Tensor.of(array)));
    Path model = folder.resolve("model.onnx");
    for (int opset : OPSETS) {
      if (opset < one.since()) {
        continue;
      }
      ExportOptions options =
          ExportOptions.DEFAULT.withOutputs(outputs).withOpset(opset).withVerify(false);
      for (Map.Entry<String, INDArray> input : fed.entrySet()) {
        // SameDiff can't tell a scalar from an input without a shape.
        if (input.getValue().rank() == 0) {
          options = options.withShape(input.getKey());
        }
      }
      OnnxExport.export(network, options, model);
      Map<String, INDArray> expected = run(network, fed, outputs);
      try (OnnxRun run = OnnxRun.of(model)) {
        Map<String, Tensor> received = run.run(tensors);
        assertThat(received.keySet()).containsExactlyElementsOf(outputs);
        for (String output : outputs) {
          TensorAssert.assertSame(
              "%s, opset %d, %s sizes".formatted(output, opset, knownSizes ? "known" : "unknown"),
              Tensor.of(Objects.requireNonNull(expected.get(output))),
              Objects.requireNonNull(received.get(output)),
              one.tolerance());
        }
      }
    }
  }

  /**
   * By SameDiff's own code, as oneDNN's can't run some settings; on one thread, as several race for
   * a row that is scattered to twice.
   */
  private static Map<String, INDArray> run(
      SameDiff network, Map<String, INDArray> fed, List<String> outputs) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    fed.forEach((name, array) -> copies.put(name, array.dup()));
    Environment environment = Nd4j.getEnvironment();
    int threads = environment.maxMasterThreads();
    environment.allowHelpers(false);
    environment.setMaxMasterThreads(1);
    try {
      return network.output(copies, outputs);
    } finally {
      environment.setMaxMasterThreads(threads);
      environment.allowHelpers(true);
    }
  }
}
