package io.subpixel.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.pictures.internal.Temporaries;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The native library: its availability, and the options of its sessions. */
final class OnnxRuntime {
  private static final int LONGEST_MESSAGE = 200;
  private static final String MOST_FOLDED_BYTES = Integer.toString(64 << 20);
  private static final Pattern PREFIX =
      Pattern.compile(
          "^Error code - \\w+ - message: |^.*\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ",
          Pattern.DOTALL);
  private static final Pattern SOURCE = Pattern.compile("\\S+\\.(?:cc|h|cpp):\\d+\\s*");
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(lib[\\w.+-]+\\.so[.\\d]*): cannot open shared object"
              + "|which depends on \"([^\"]+)\" which is missing");

  private static final Pattern SYMBOL =
      Pattern.compile("undefined symbol: (\\w+), version (lib[\\w.+-]+)");
  private static final Pattern CUDA_FAILURE = Pattern.compile("CUDA failure \\d+: ([^;]+?) *;");

  /** The minimum size of the unpacked CPU library. */
  private static final int UNPACKED_MEGABYTES = 32;

  private static volatile boolean loaded;

  private OnnxRuntime() {}

  /**
   * Returns the process's environment, which belongs to the host application and is never closed
   * here.
   *
   * @throws UnavailableException if there is no native library for this machine, or no temporary
   *     folder to unpack it
   */
  static OrtEnvironment environment() {
    return loaded ? OrtEnvironment.getEnvironment() : load();
  }

  private static synchronized OrtEnvironment load() {
    // It creates a folder there even if its library needn't be unpacked.
    Path temporary = Temporaries.root();
    StaleNatives.sweep(temporary);
    // It logs the stack trace of a failure that it also throws.
    Logger logger = Logger.getLogger("ai.onnxruntime.OnnxRuntime");
    Level level = logger.getLevel();
    logger.setLevel(Level.OFF);
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      loaded = true;
      return environment;
    } catch (LinkageError | RuntimeException e) {
      long free = temporary.toFile().getUsableSpace() >> 20;
      if (free < UNPACKED_MEGABYTES) {
        throw new UnavailableException(
            "temporary folder "
                + temporary
                + (": expected room for ONNX Runtime's native library, received " + free + " MB"),
            e);
      }
      throw new UnavailableException(
          "ONNX Runtime: expected to load its native library on "
              + (System.getProperty("os.name") + " " + System.getProperty("os.arch"))
              + (" by " + temporary + ", received ")
              + reason(e),
          e);
    } finally {
      logger.setLevel(level);
    }
  }

  /** Returns what this build or machine lacks to use a device, in one line. */
  static Optional<String> missing(Device device) {
    try {
      environment();
    } catch (UnavailableException e) {
      return Optional.ofNullable(e.getMessage());
    }
    Optional<OrtProvider> provider = provider(device);
    if (provider.isPresent() && !has(provider.get())) {
      return Optional.of(
          switch (device.kind()) {
            case CUDA, TENSORRT ->
                "this build of ONNX Runtime is for the CPU; "
                    + provider.get().getName().replace("ExecutionProvider", "")
                    + " needs onnxruntime_gpu (mvn -Pcuda)";
            case COREML -> "this build of ONNX Runtime lacks Core ML, which only macOS has";
            case DIRECTML ->
                "this build of ONNX Runtime lacks DirectML, which only its DirectML builds for Windows"
                    + " have";
            case AUTO, CPU -> throw new IllegalStateException(device + " needs no provider");
          });
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      addProvider(options, device, OptionalLong.empty());
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(explain(e));
    }
  }

  static boolean hasCuda() {
    environment();
    return has(OrtProvider.CUDA);
  }

  private static boolean has(OrtProvider provider) {
    return OrtEnvironment.getAvailableProviders().contains(provider);
  }

  private static Optional<OrtProvider> provider(Device device) {
    return switch (device.kind()) {
      case AUTO, CPU -> Optional.empty();
      case CUDA -> Optional.of(OrtProvider.CUDA);
      case TENSORRT -> Optional.of(OrtProvider.TENSOR_RT);
      case COREML -> Optional.of(OrtProvider.CORE_ML);
      case DIRECTML -> Optional.of(OrtProvider.DIRECT_ML);
    };
  }

  /** Creates options, which the caller closes. */
  static OrtSession.SessionOptions options(Device device, NetworkOptions wanted)
      throws OrtException {
    environment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      // Failures are thrown as exceptions; the native log would repeat them.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (wanted.environmentThreads()) {
        options.disablePerSessionThreads();
      } else {
        options.setInterOpNumThreads(1);
        if (wanted.threads() > 0) {
          options.setIntraOpNumThreads(wanted.threads());
        }
      }
      // A memory plan per size would hold the memory of a second run, and is no faster.
      options.setMemoryPatternOptimization(false);
      // Instead of spinning for the next run, cores can work on other tiles, chroma and files.
      options.addConfigEntry("session.force_spinning_stop", "1");
      // Constant folding may turn a few bytes into gigabytes before the first run.
      options.addConfigEntry(
          "optimization.constant_folding_max_output_size_in_bytes", MOST_FOLDED_BYTES);
      addProvider(options, device, wanted.deviceMemory());
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static void addProvider(
      OrtSession.SessionOptions options, Device device, OptionalLong memory) throws OrtException {
    switch (device.kind()) {
      case AUTO, CPU -> {}
      case CUDA -> addCuda(options, device.index(), memory);
      case TENSORRT -> {
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(device.index())) {
          options.addTensorrt(tensorRt);
        }
        // For nodes that TensorRT doesn't support.
        addCuda(options, device.index(), memory);
      }
      case COREML -> options.addCoreML(Map.of("ModelFormat", "MLProgram"));
      case DIRECTML -> options.addDirectML(device.index());
    }
  }

  private static void addCuda(OrtSession.SessionOptions options, int index, OptionalLong memory)
      throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
      // The default tries every algorithm for each new picture size, which takes seconds.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      // The default doubles its memory each time it grows.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      if (memory.isPresent()) {
        cuda.add("gpu_mem_limit", Long.toString(memory.getAsLong()));
      }
      options.addCUDA(cuda);
    }
  }

  /** Returns whether a session failed because the environment has no threads to share. */
  static boolean lacksEnvironmentThreads(OrtException failure) {
    return String.valueOf(failure.getMessage()).contains("GlobalThreadPools");
  }

  /** Shortens ONNX Runtime's message to one line, such as the name of a missing library. */
  static String explain(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher library = LIBRARY.matcher(message);
    if (library.find()) {
      String name = library.group(1) == null ? library.group(2) : library.group(1);
      String what = name.startsWith("libcuda.so") ? " (NVIDIA's driver)" : "";
      return "no " + name + what + " on this machine";
    }
    Matcher symbol = SYMBOL.matcher(message);
    if (symbol.find()) {
      return symbol.group(2) + " on this machine is too old, it lacks " + symbol.group(1);
    }
    Matcher cuda = CUDA_FAILURE.matcher(message);
    return cuda.find() ? "CUDA: " + cuda.group(1) : shorten(message);
  }

  private static String shorten(String message) {
    String line = PREFIX.matcher(message).replaceFirst("");
    line = PREFIX.matcher(line).replaceFirst("");
    line = SOURCE.matcher(line).replaceAll("").replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
  }

  private static String reason(Throwable failure) {
    Throwable root = root(failure);
    return root instanceof UnsatisfiedLinkError ? explain(root) : Reason.of(root);
  }

  private static Throwable root(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : root(cause);
  }
}
