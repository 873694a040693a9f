package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a file in ONNX Runtime and compares it with SameDiff, without the converter's own check. */
final class Referee {
  private Referee() {}

  /** Both must give an output of the same shape and values within {@code tolerance}, absolute. */
  static void assertSame(
      SameDiff network, Path file, String input, INDArray fed, String output, double tolerance)
      throws OrtException {
    INDArray expected = Networks.run(network, input, fed, output);
    assertOutput(file, Map.of(input, fed), output, expected, tolerance);
  }

  /** The file must give {@code expected} within {@code tolerance}, absolute. */
  static void assertOutput(
      Path file, Map<String, INDArray> fed, String output, INDArray expected, double tolerance)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString())) {
      for (Map.Entry<String, INDArray> one : fed.entrySet()) {
        inputs.put(
            one.getKey(),
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(one.getValue().dup('c').data().asFloat()),
                one.getValue().shape()));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        assertThat(tensor.getInfo().getShape()).isEqualTo(expected.shape());
        float[] received = new float[(int) expected.length()];
        tensor.getFloatBuffer().get(received);
        float[] should = expected.dup('c').data().asFloat();
        for (int i = 0; i < received.length; i++) {
          assertThat((double) received[i])
              .as("%s at %d", output, i)
              .isCloseTo(should[i], Offset.offset(tolerance));
        }
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }
}
