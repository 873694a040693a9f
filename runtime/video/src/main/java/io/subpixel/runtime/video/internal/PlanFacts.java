package io.subpixel.runtime.video.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The content of a plan's file: what all parts of a clip must share, and where each begins.
 *
 * @param kind {@link #KIND}
 * @param container the output's ending
 * @param size the target, as {@link #text} writes it
 * @param frameRate of image sequences
 * @param start of the range in seconds
 * @param end likewise; null for the rest of the clip
 * @param parts at least one, in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanFacts(
    String kind,
    Source source,
    String container,
    Model model,
    String size,
    Encoding encoding,
    boolean deinterlace,
    String frameRate,
    double start,
    @Nullable Double end,
    List<Part> parts) {
  static final String KIND = "Subpixel plan 1";

  private static final int MAX_PARTS = 100_000;
  private static final int MAX_BYTES = 1 << 24;

  /** How many values of the model's results are kept, and how far those of other CPUs may be. */
  private static final int RESULTS = 96;

  private static final int TOLERANCE = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * The clip.
   *
   * @param bytes its size; that of the first picture of a sequence
   * @param sha256 {@link WorkIdentity#clip}
   */
  public record Source(String name, long bytes, String sha256) {
    /** Checks that nothing is missing. */
    public Source {
      require(name != null && sha256 != null, "source");
    }

    static Source of(Path clip, Ratio rate) throws IOException {
      ImageSequence sequence = ImageSequence.isPattern(clip) ? ImageSequence.of(clip) : null;
      return new Source(
          String.valueOf(clip.getFileName()),
          Files.size(sequence == null ? clip : sequence.file(sequence.first())),
          WorkIdentity.clip(clip, rate));
    }
  }

  /**
   * The model.
   *
   * @param results some values of its result for a drawn picture, in hexadecimal digits
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Model(String name, int scale, @Nullable Double strength, String results) {
    /** Checks that nothing is missing. */
    public Model {
      require(name != null && results != null, "model");
      require(scale >= 1 && scale <= TargetSize.MAX_SCALE, "model.scale");
      require(results.length() == 2 * RESULTS && results.matches("[0-9a-f]+"), "model.results");
      require(strength == null || (strength >= 0 && strength <= 1), "model.strength");
    }

    static Model of(Upscaler upscaler, byte[] specimen) {
      byte[] results = new byte[RESULTS];
      for (int i = 0; i < RESULTS; i++) {
        results[i] = specimen[(int) ((long) i * specimen.length / RESULTS)];
      }
      return new Model(
          upscaler.traits().name(),
          upscaler.traits().scale(),
          upscaler.strength().isPresent() ? upscaler.strength().getAsDouble() : null,
          HexFormat.of().formatHex(results));
    }

    /** Returns whether another has the same results, as far as CPUs round equally. */
    boolean equalsNearly(Model other) {
      byte[] own = HexFormat.of().parseHex(results);
      byte[] others = HexFormat.of().parseHex(other.results);
      for (int i = 0; i < RESULTS; i++) {
        if (Math.abs((own[i] & 0xff) - (others[i] & 0xff)) > TOLERANCE) {
          return false;
        }
      }
      return scale == other.scale;
    }

    @Override
    public String toString() {
      return strength == null ? name : name + " at strength " + strength;
    }
  }

  /** How parts are encoded. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Encoding(
      String encoder,
      @Nullable Integer quality,
      @Nullable String preset,
      @Nullable String tune,
      boolean dropStreams,
      boolean strip) {
    /** Checks that nothing is missing. */
    public Encoding {
      require(encoder != null, "encoding.encoder");
    }
  }

  /**
   * A part, which ends where the next begins.
   *
   * @param from the file's timestamp of its first frame, in the video's unit
   * @param seconds the same from the clip's start
   * @param frames about how many it has
   */
  public record Part(long from, double seconds, long frames) {}

  /** Checks that nothing is missing or senseless. */
  public PlanFacts {
    require(KIND.equals(kind), "kind");
    require(source != null && model != null && encoding != null, "source, model and encoding");
    require(container(container) != null, "container");
    require(size != null && target(size) != null, "size");
    require(frameRate != null && rate(frameRate) != null, "frameRate");
    require(start >= 0 && (end == null || end > start), "start and end");
    require(parts != null && !parts.isEmpty() && parts.size() <= MAX_PARTS, "parts");
    parts = List.copyOf(parts);
    for (int i = 1; i < parts.size(); i++) {
      require(parts.get(i).from() > parts.get(i - 1).from(), "parts in order");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  /** Returns a container that can be joined; null if it is none. */
  static @Nullable Container container(@Nullable String ending) {
    Container container = ending == null ? null : Container.of(Path.of("x." + ending));
    return container != null && container.isJournaled() && !container.isCounted()
        ? container
        : null;
  }

  /** Returns the output's container. */
  Container joined() {
    // The constructor has checked it.
    return Objects.requireNonNull(container(container));
  }

  /**
   * Reads a plan.
   *
   * @throws InvalidInputException if the file is none
   */
  public static PlanFacts read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(file.toString(), "a plan of a video", "no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /**
   * Reads a plan from a stream.
   *
   * @throws InvalidInputException if it is none
   */
  public static PlanFacts read(InputStream in, String where) throws IOException {
    byte[] json = in.readNBytes(MAX_BYTES + 1);
    if (json.length > MAX_BYTES) {
      throw new InvalidInputException(where, "a plan of a video", "a larger file");
    }
    try {
      return JSON.readValue(json, PlanFacts.class);
    } catch (JacksonException e) {
      String received =
          e.getCause() instanceof IllegalArgumentException cause
              ? "one whose " + cause.getMessage() + " can't be used"
              : "another file";
      throw new InvalidInputException(where, "a plan of a video", received, e);
    }
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, temporary -> Files.writeString(temporary, toJson()));
  }

  /** Returns the file's content. */
  public String toJson() {
    return JSON.writeValueAsString(this) + "\n";
  }

  /** Returns whether another differs in nothing but how CPUs round the model's results. */
  public boolean equalsNearly(PlanFacts other) {
    return model.name().equals(other.model.name())
        && Objects.equals(model.strength(), other.model.strength())
        && model.equalsNearly(other.model)
        && new PlanFacts(
                kind,
                source,
                container,
                other.model,
                size,
                encoding,
                deinterlace,
                frameRate,
                start,
                end,
                parts)
            .equals(other);
  }

  /** Returns a hash of everything, which parts bear. */
  String identity() {
    return WorkIdentity.text(JSON.writeValueAsString(this));
  }

  /** Returns the file's first timestamp after a part, counted from 1. */
  long until(int part) {
    return part == parts.size() ? Long.MAX_VALUE : parts.get(part).from();
  }

  /** Returns the task of processing the clip. */
  ClipTask task(Upscaler upscaler, VideoUpscaler.Listener listener, BooleanSupplier stop) {
    return new ClipTask(
        upscaler,
        target(),
        clipEncoding(),
        rate(),
        range(),
        deinterlace,
        false,
        false,
        listener,
        (frames, frame) -> {},
        stop);
  }

  ClipEncoding clipEncoding() {
    return new ClipEncoding(
        encoding.encoder(),
        encoding.quality() == null ? OptionalInt.empty() : OptionalInt.of(encoding.quality()),
        OptionalLong.empty(),
        OptionalLong.empty(),
        encoding.preset(),
        encoding.tune(),
        null,
        0,
        encoding.dropStreams(),
        encoding.strip());
  }

  ClipReader.Range range() {
    return new ClipReader.Range(start, end == null ? Double.POSITIVE_INFINITY : end);
  }

  TargetSize target() {
    TargetSize target = target(size);
    return target == null ? TargetSize.ofModel() : target;
  }

  Ratio rate() {
    Ratio rate = rate(frameRate);
    return rate == null ? ImageSequence.RATE : rate;
  }

  private static @Nullable Ratio rate(String text) {
    return text.matches("[1-9]\\d{0,8}/[1-9]\\d{0,8}")
        ? new Ratio(
            Integer.parseInt(text.substring(0, text.indexOf('/'))),
            Integer.parseInt(text.substring(text.indexOf('/') + 1)))
        : null;
  }

  /** Writes a target as a plan has it. */
  static String text(TargetSize target) {
    if (target instanceof TargetSize.Times times) {
      return "times " + times.scale().toPlainString();
    } else if (target instanceof TargetSize.Width width) {
      return "width " + width.columns();
    } else if (target instanceof TargetSize.Height height) {
      return "height " + height.rows();
    } else if (target instanceof TargetSize.Shorter shorter) {
      return "shorter " + shorter.pixels();
    } else if (target instanceof TargetSize.Megapixels megapixels) {
      return "megapixels " + megapixels.millions().toPlainString();
    } else if (target instanceof TargetSize.Box box) {
      return "%s %dx%d"
          .formatted(box.fit().name().toLowerCase(Locale.ROOT), box.columns(), box.rows());
    }
    return "model";
  }

  /** Reads what {@link #text} writes; null if it is something else. */
  private static @Nullable TargetSize target(String text) {
    if (text.equals("model")) {
      return TargetSize.ofModel();
    }
    String[] words = text.split(" ", 2);
    try {
      return switch (words[0]) {
        case "times" -> new TargetSize.Times(new BigDecimal(words[1]));
        case "width" -> TargetSize.width(Integer.parseInt(words[1]));
        case "height" -> TargetSize.height(Integer.parseInt(words[1]));
        case "shorter" -> TargetSize.shorter(Integer.parseInt(words[1]));
        case "megapixels" -> new TargetSize.Megapixels(new BigDecimal(words[1]));
        default -> {
          int times = words[1].indexOf('x');
          yield TargetSize.box(
              Integer.parseInt(words[1].substring(0, times)),
              Integer.parseInt(words[1].substring(times + 1)),
              TargetSize.Fit.valueOf(words[0].toUpperCase(Locale.ROOT)));
        }
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }
}
