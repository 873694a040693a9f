package io.subpixel.runtime;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a network runs. Immutable.
 *
 * @param kind the kind of processor
 * @param index which of that kind, from 0; always 0 where there is but one
 * @since 0.1
 */
public record Device(Kind kind, int index) {
  /** CUDA if it can be used, else the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern TEXT = Pattern.compile("([a-z]+)(?::(\\d{1,3}))?");

  /** The kinds of devices. */
  public enum Kind {
    /** Whichever of CUDA and the CPU is faster and can be used. */
    AUTO(false),
    /** The processor that runs the JVM. */
    CPU(false),
    /** An NVIDIA GPU. */
    CUDA(true),
    /** An NVIDIA GPU by TensorRT, which compiles the network first, for minutes. */
    TENSORRT(true),
    /** Apple's processors by Core ML. */
    COREML(false),
    /** A GPU under Windows by DirectML. */
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

  /** The NVIDIA GPU of that number, from 0. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Reads the name of a kind, such as {@code auto} or {@code cuda} (the first GPU), or of one of
   * several devices, such as {@code cuda:1}.
   *
   * @throws IllegalArgumentException if the text is none of these
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
   * What this build or this machine lacks to use the device, in one line; empty if its libraries
   * are there. A GPU itself is looked for only when an {@link Upscaler} is opened.
   */
  public Optional<String> missing() {
    return OnnxRuntime.missing(this);
  }

  /** As {@link #parse} reads it: {@code auto}, {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    return kind.numbered ? kind.id() + ":" + index : kind.id();
  }
}
