package io.subpixel.converter.internal.verification;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model in ONNX Runtime. Closing it frees the session; the environment is the JVM's. */
public final class OnnxRun implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /** ONNX Runtime's version, as its native library reports it. */
  public static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  private OnnxRun(byte[] model) {
    try (OrtSession.SessionOptions options = options(OptLevel.ALL_OPT)) {
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new OnnxRunException(e);
    }
  }

  private OnnxRun(Path model, OptLevel level) {
    try (OrtSession.SessionOptions options = options(level)) {
      session = environment.createSession(model.toString(), options);
    } catch (OrtException e) {
      throw new OnnxRunException(e);
    }
  }

  /**
   * Loads a model.
   *
   * @throws OnnxRunException if ONNX Runtime refuses it
   */
  public static OnnxRun of(byte[] model) {
    return new OnnxRun(model);
  }

  /**
   * Loads a file.
   *
   * @throws OnnxRunException if ONNX Runtime refuses it
   */
  public static OnnxRun of(Path model) {
    return new OnnxRun(model, OptLevel.ALL_OPT);
  }

  /**
   * Loads a file to be run as it is written: ONNX Runtime fuses no operators.
   *
   * @throws OnnxRunException if ONNX Runtime refuses it
   */
  static OnnxRun asWritten(Path model) {
    return new OnnxRun(model, OptLevel.NO_OPT);
  }

  /** Whether ONNX Runtime's Java API can feed and read such elements. */
  public static boolean canCarry(ElementType type) {
    return switch (type) {
      case UINT16, UINT32, UINT64 -> false;
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT8, UINT8, INT16, INT32, INT64, BOOL -> true;
    };
  }

  /** Names of the inputs, in order. */
  public List<String> inputs() {
    return List.copyOf(session.getInputNames());
  }

  /**
   * Computes every output.
   *
   * @throws OnnxRunException if ONNX Runtime can't
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, Optional.empty());
  }

  /**
   * Computes every output, in some time if it has to end.
   *
   * @throws OnnxRunException if ONNX Runtime can't, or hasn't after that time
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs, Optional<Duration> patience) {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), toOnnx(input.getValue()));
      }
      try (OrtSession.RunOptions options = new OrtSession.RunOptions();
          Watchdog watchdog = new Watchdog(options, patience);
          OrtSession.Result result =
              session.run(fed, session.getOutputNames(), watchdog.options())) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), fromOnnx((OnnxTensor) output.getValue()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new OnnxRunException(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /** Ends a run that takes too long; a loop's condition may never become false. */
  private static final class Watchdog implements AutoCloseable {
    private final OrtSession.RunOptions options;
    private final Thread thread;

    Watchdog(OrtSession.RunOptions options, Optional<Duration> patience) {
      this.options = options;
      thread =
          new Thread(
              () -> {
                try {
                  Thread.sleep(patience.orElse(Duration.ZERO).toMillis());
                  options.setTerminate(true);
                } catch (InterruptedException | OrtException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "watchdog");
      thread.setDaemon(true);
      if (patience.isPresent()) {
        thread.start();
      }
    }

    OrtSession.RunOptions options() {
      return options;
    }

    @Override
    public void close() {
      thread.interrupt();
      boolean isInterrupted = Thread.interrupted();
      try {
        thread.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new OnnxRunException(e);
    }
  }

  private OnnxTensor toOnnx(Tensor tensor) throws OrtException {
    ByteBuffer elements = tensor.elements().bytes();
    // A direct buffer, which ONNX Runtime reads without a copy; an empty one has no address.
    ByteBuffer direct =
        ByteBuffer.allocateDirect(Math.max(1, elements.remaining())).order(ByteOrder.nativeOrder());
    direct.put(elements).flip();
    return OnnxTensor.createTensor(environment, direct, tensor.sizes(), type(tensor.type()));
  }

  private static Tensor fromOnnx(OnnxTensor tensor) {
    ElementType type = type(tensor.getInfo().type);
    long[] sizes = tensor.getInfo().getShape();
    ByteBuffer elements =
        tensor.getInfo().getNumElements() == 0 ? ByteBuffer.allocate(0) : tensor.getByteBuffer();
    return new Tensor(sizes, new Elements(type, elements));
  }

  private static OnnxJavaType type(ElementType type) {
    return switch (type) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case DOUBLE -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      case UINT16, UINT32, UINT64 ->
          throw new IllegalArgumentException(type + ": ONNX Runtime's Java API can't feed it");
    };
  }

  private static ElementType type(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> ElementType.FLOAT;
      case DOUBLE -> ElementType.DOUBLE;
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case INT8 -> ElementType.INT8;
      case UINT8 -> ElementType.UINT8;
      case INT16 -> ElementType.INT16;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case BOOL -> ElementType.BOOL;
      case STRING, UNKNOWN ->
          throw new IllegalArgumentException(type + ": ONNX Runtime's Java API can't read it");
    };
  }

  private static OrtSession.SessionOptions options(OptLevel level) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(level);
    // A refused size is expected and reported; ONNX Runtime would print it too.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return options;
  }
}
