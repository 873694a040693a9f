package io.subpixel.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a network runs. Immutable.
 *
 * @param kind the kind of processor
 * @param index which of that kind, from 0; always 0 but for CUDA
 */
public record Device(Kind kind, int index) {
  /** CUDA if it can be used, else the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** The kinds of devices. */
  public enum Kind {
    /** Whichever of the others is fastest and can be used. */
    AUTO,
    /** The processor that runs the JVM. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA
  }

  /** Checks the index. */
  public Device {
    if (index < 0 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException(
          "device " + kind + ": expected 0, or more for CUDA, received " + index);
    }
  }

  /** The NVIDIA GPU of that number, from 0. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Reads {@code auto}, {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Device parse(String text) {
    Matcher gpu = CUDA.matcher(text);
    if (text.equals("auto")) {
      return AUTO;
    } else if (text.equals("cpu")) {
      return CPU;
    } else if (gpu.matches()) {
      return cuda(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    throw new IllegalArgumentException(
        "device: expected auto, cpu, cuda or cuda:N, received " + text);
  }

  /**
   * What this build or this machine lacks to use the device, in one line; empty if its libraries
   * are there. A GPU itself is looked for only when an {@link Upscaler} is opened.
   */
  public Optional<String> missing() {
    return switch (kind) {
      case AUTO, CPU -> OnnxRuntime.missing();
      case CUDA -> OnnxRuntime.missingForCuda(index);
    };
  }

  /** As {@link #parse} reads it: {@code auto}, {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
    };
  }
}
