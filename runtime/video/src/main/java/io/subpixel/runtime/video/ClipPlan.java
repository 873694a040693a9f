package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.internal.Parts;
import io.subpixel.runtime.video.internal.PlanFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Divides a clip into parts that several machines upscale independently. Every part begins at a key
 * frame of the clip and is encoded with the same settings; joining them encodes nothing. The result
 * has the frames, timestamps and other streams of an undivided run. Immutable.
 *
 * <pre>{@code
 * ClipPlan plan = VideoUpscaler.builder(upscaler).build().plan(film, large, 12);
 * plan.upscale(3, film, part3, upscaler, (frames, share) -> {}, () -> false); // on any machine
 * plan.join(film, List.of(part1, part2, ...), large);
 * }</pre>
 *
 * @since 0.1
 */
public final class ClipPlan {
  private final PlanFacts facts;

  ClipPlan(PlanFacts facts) {
    this.facts = facts;
  }

  /**
   * A part.
   *
   * @param number counted from 1
   * @param start seconds from the clip's start
   * @param frames about how many it has
   */
  public record Part(int number, double start, long frames) {}

  /**
   * The result of joining parts.
   *
   * @param frames the frames written
   * @param dropped omitted streams, as {@link VideoUpscaler.Work#dropped}
   */
  public record Joined(long frames, List<String> dropped) {
    /** Copies the list. */
    public Joined {
      dropped = List.copyOf(dropped);
    }
  }

  /**
   * Reads a plan's file.
   *
   * @throws InvalidInputException if it isn't one
   */
  public static ClipPlan read(Path file) throws IOException {
    return new ClipPlan(PlanFacts.read(file));
  }

  /**
   * Reads a plan from a stream.
   *
   * @param where its name in messages
   * @throws InvalidInputException if it isn't one
   */
  public static ClipPlan read(InputStream in, String where) throws IOException {
    return new ClipPlan(PlanFacts.read(in, where));
  }

  /** Returns the plan as JSON. */
  public String toJson() {
    return facts.toJson();
  }

  /**
   * Returns whether another plan says the same, so that it may be followed in place of this one.
   * The model's results may differ as CPUs round differently.
   */
  public boolean matches(ClipPlan other) {
    return facts.equalsNearly(other.facts);
  }

  /** Writes the plan as JSON. */
  public void write(Path file) throws IOException {
    facts.write(file);
  }

  /** Returns the parts in order. */
  public List<Part> parts() {
    List<PlanFacts.Part> parts = facts.parts();
    return IntStream.range(0, parts.size())
        .mapToObj(i -> new Part(i + 1, parts.get(i).seconds(), parts.get(i).frames()))
        .toList();
  }

  /** Returns the name of the model that every part needs. */
  public String model() {
    return facts.model().name();
  }

  /** Returns the strength that it needs; empty if it has none. */
  public OptionalDouble strength() {
    Double strength = facts.model().strength();
    return strength == null ? OptionalDouble.empty() : OptionalDouble.of(strength);
  }

  /**
   * Upscales and encodes a part. Its file appears whole or not at all; if the work is stopped, it
   * doesn't.
   *
   * @param number of the part, from 1
   * @param clip the clip that was planned, wherever it lies
   * @param part the file to write
   * @param upscaler has the plan's {@link #model} and {@link #strength}
   * @param listener receives the progress
   * @param stop checked before every frame for whether to end
   * @throws IllegalArgumentException if the plan has no such part
   * @throws InvalidInputException if the clip or the model is another than planned
   * @throws UnavailableException if memory doesn't suffice
   */
  public VideoUpscaler.Work upscale(
      int number,
      Path clip,
      Path part,
      Upscaler upscaler,
      VideoUpscaler.Listener listener,
      BooleanSupplier stop)
      throws IOException {
    int count = facts.parts().size();
    if (number < 1 || number > count) {
      throw new IllegalArgumentException("part: expected 1 to " + count + ", received " + number);
    }
    return Parts.upscale(facts, number, clip, part, upscaler, listener, stop);
  }

  /**
   * Joins the parts, and copies everything else from the clip.
   *
   * @param clip the clip that was planned
   * @param parts the files of all parts, in any order
   * @param output has the ending that was planned; appears whole or not at all
   * @throws InvalidInputException if a part is missing, damaged or of another plan, or the clip is
   *     another
   */
  public Joined join(Path clip, List<Path> parts, Path output) throws IOException {
    return Parts.join(facts, clip, parts, output);
  }
}
