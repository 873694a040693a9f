package io.subpixel.runtime;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a network runs. Immutable.
 *
 * @param kind the kind of processor
 * @param index the index among devices of that kind, from 0; always 0 if there is only one
 * @since 0.1
 */
public record Device(Kind kind, int index) {
  /** CUDA if available, otherwise the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern TEXT = Pattern.compile("([a-z]+)(?::(\\d{1,3}))?");

  /** The kinds of devices. */
  public enum Kind {
    /** CUDA if available, otherwise the CPU. */
    AUTO(false),
    /** The processor that runs the JVM. */
    CPU(false),
    /** An NVIDIA GPU. */
    CUDA(true),
    /** An NVIDIA GPU with TensorRT, which first compiles the network for minutes. */
    TENSORRT(true),
    /** Apple's processors with Core ML. */
    COREML(false),
    /** A GPU on Windows with DirectML. */
    DIRECTML(true);

    private final boolean numbered;

    Kind(boolean numbered) {
      this.numbered = numbered;
    }

    private String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the index. */
  public Device {
    if (index < 0 || (!kind.numbered && index != 0)) {
      throw new IllegalArgumentException(
          "device " + kind + ": expected 0, or more for a GPU, received " + index);
    }
  }

  /** Returns the NVIDIA GPU with this index, from 0. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Parses the name of a kind, such as {@code auto} or {@code cuda} (the first GPU), or of one of
   * several devices, such as {@code cuda:1}.
   *
   * @throws IllegalArgumentException if the text isn't one of these
   */
  public static Device parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      String number = matcher.group(2);
      for (Kind kind : Kind.values()) {
        if (kind.id().equals(matcher.group(1)) && (number == null || kind.numbered)) {
          return new Device(kind, number == null ? 0 : Integer.parseInt(number));
        }
      }
    }
    throw new IllegalArgumentException(
        "device: expected auto, cpu, cuda, cuda:N, tensorrt, tensorrt:N, coreml, directml or"
            + " directml:N, received "
            + text);
  }

  /**
   * Returns what this build or machine lacks to use the device, in one line; empty if its libraries
   * are available. A GPU itself is detected only when an {@link Upscaler} is opened.
   */
  public Optional<String> missing() {
    return OnnxRuntime.missing(this);
  }

  /** Returns the text that {@link #parse} reads: {@code auto}, {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    return kind.numbered ? kind.id() + ":" + index : kind.id();
  }
}
