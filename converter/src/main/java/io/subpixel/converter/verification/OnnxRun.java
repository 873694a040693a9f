package io.subpixel.converter.verification;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model in ONNX Runtime. Closing it frees the session; the environment is the JVM's. */
final class OnnxRun implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private OnnxRun(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      session = environment.createSession(model, options);
    }
  }

  private OnnxRun(Path model) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      session = environment.createSession(model.toString(), options);
    }
  }

  static OnnxRun of(byte[] model) throws OrtException {
    return new OnnxRun(model);
  }

  static OnnxRun of(Path model) throws OrtException {
    return new OnnxRun(model);
  }

  /** Computes every output. */
  Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        Tensor tensor = input.getValue();
        fed.put(
            input.getKey(),
            OnnxTensor.createTensor(environment, tensor.toBuffer(), tensor.sizes()));
      }
      try (OrtSession.Result result = session.run(fed)) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          OnnxTensor tensor = (OnnxTensor) output.getValue();
          float[] values = new float[Math.toIntExact(tensor.getInfo().getNumElements())];
          tensor.getFloatBuffer().get(values);
          outputs.put(output.getKey(), new Tensor(tensor.getInfo().getShape(), values));
        }
        return outputs;
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    // A refused size is expected and reported; ONNX Runtime would print it too.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return options;
  }
}
