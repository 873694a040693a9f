package io.subpixel.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.subpixel.models.UnavailableException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The native library: whether it is there, and how its sessions are set up. */
final class OnnxRuntime {
  private static final int LONGEST_MESSAGE = 200;
  private static final Pattern PREFIX =
      Pattern.compile(
          "^Error code - \\w+ - message: |^.*\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ",
          Pattern.DOTALL);
  private static final Pattern SOURCE = Pattern.compile("\\S+\\.(?:cc|h|cpp):\\d+\\s*");
  private static final Pattern LIBRARY =
      Pattern.compile("(lib[\\w.+-]+\\.so[.\\d]*|[\\w.-]+\\.dll): cannot open shared object");

  private OnnxRuntime() {}

  /**
   * The process's environment. It belongs to the host application and is never closed here.
   *
   * @throws UnavailableException if there is no native library for this machine
   */
  static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError | RuntimeException e) {
      throw new UnavailableException(
          "ONNX Runtime: its native library can't be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + shorten(root(e).toString())
              + ")",
          e);
    }
  }

  static Optional<String> missing() {
    try {
      environment();
      return Optional.empty();
    } catch (UnavailableException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  static boolean hasCuda() {
    environment();
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  static Optional<String> missingForCuda(int index) {
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      return missing;
    }
    if (!hasCuda()) {
      return Optional.of(
          "ONNX Runtime here is the build for the CPU; CUDA needs onnxruntime_gpu (mvn -Pcuda)");
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      addCuda(options, index);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(explain(e));
    }
  }

  /** Options that the caller closes. */
  static OrtSession.SessionOptions options(Device device, NetworkOptions wanted)
      throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      // Whatever goes wrong comes back as an exception; the native log would say it a second time.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (wanted.environmentThreads()) {
        options.disablePerSessionThreads();
      } else {
        options.setInterOpNumThreads(1);
        if (wanted.threads() > 0) {
          options.setIntraOpNumThreads(wanted.threads());
        }
      }
      // A plan for each size would hold the memory of a second run, and is no faster.
      options.setMemoryPatternOptimization(false);
      // Cores that wait for the next run have other tiles, chroma and files to work on.
      options.addConfigEntry("session.force_spinning_stop", "1");
      if (device.kind() == Device.Kind.CUDA) {
        addCuda(options, device.index());
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static void addCuda(OrtSession.SessionOptions options, int index) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
      // The default tries every algorithm for each new size of picture, which takes seconds.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      options.addCUDA(cuda);
    }
  }

  /** What ONNX Runtime says, in one short line: the library that is missing, if that is it. */
  static String explain(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher library = LIBRARY.matcher(message);
    return library.find() ? "no " + library.group(1) + " on this machine" : shorten(message);
  }

  private static String shorten(String message) {
    String line = PREFIX.matcher(message).replaceFirst("");
    line = PREFIX.matcher(line).replaceFirst("");
    line = SOURCE.matcher(line).replaceAll("").replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
  }

  private static Throwable root(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : root(cause);
  }
}
