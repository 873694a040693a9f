package io.subpixel.runtime.cli;

import io.subpixel.runtime.video.ClipPlan;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for upscaling a video in parts, on several machines. */
final class PartOptions {
  /** Options that don't apply where a plan is made. */
  static final Set<String> NOT_OF_PLANS =
      Set.of("--bitrate", "--target-size", "--resume", "--preview", "--no-recurse", "--dry-run");

  /** Options that a plan decides for all parts. */
  static final Set<String> OF_PLANS =
      Set.of(
          "--scale",
          "--width",
          "--height",
          "--shorter",
          "--megapixels",
          "--strip",
          "--fit",
          "--codec",
          "--crf",
          "--preset",
          "--tune",
          "--fps",
          "--start",
          "--end",
          "--drop-streams",
          "--deinterlace",
          "--parts");

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "Video: write a plan for several machines, instead of OUT. With --part: the plan to"
              + " follow.")
  private @Nullable Path plan;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description = "Video: how many parts to plan. Default: one per minute.")
  private @Nullable Integer count;

  @Option(
      names = "--part",
      paramLabel = "K[/N]",
      converter = PartConverter.class,
      description =
          "Video: upscale part K of the plan, into OUT.K-of-N.part. 'runtime join' joins the parts.")
  private @Nullable Part part;

  /** A part's number, and the number of all parts if it was given. */
  record Part(int number, @Nullable Integer count) {}

  static final class PartConverter implements ITypeConverter<Part> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})(?:/([1-9]\\d{0,5}))?");

    @Override
    public Part convert(String value) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw new TypeConversionException(
            "expected a number such as 3, or 3/12, received " + value);
      }
      return new Part(
          Integer.parseInt(form.group(1)),
          form.group(2) == null ? null : Integer.valueOf(form.group(2)));
    }
  }

  /**
   * Returns the plan's file; null if none was given.
   *
   * @throws UsageException if other options need one
   */
  @Nullable Path plan() throws UsageException {
    if (plan == null && (part != null || count != null)) {
      throw new UsageException(
          (part == null ? "--parts" : "--part") + ": expected --plan FILE with it, received none");
    }
    if (count != null && count < 1) {
      throw new UsageException("--parts: expected 1 or more, received " + count);
    }
    return plan;
  }

  /** Returns how many parts to plan; 0 for one per minute. */
  int count() {
    return count == null ? 0 : count;
  }

  /** Returns whether a part is to be upscaled. */
  boolean isPart() {
    return part != null;
  }

  /**
   * Returns the number of the part to upscale.
   *
   * @throws UsageException if the plan has no such part
   */
  int number(ClipPlan planned) throws UsageException {
    int all = planned.parts().size();
    if (part == null || part.number() > all || (part.count() != null && part.count() != all)) {
      throw new UsageException(
          "--part: expected 1 to "
              + all
              + " of "
              + all
              + ", received "
              + (part == null ? "none" : part.number())
              + (part == null || part.count() == null ? "" : "/" + part.count()));
    }
    return part.number();
  }

  /** Returns the file of a part beside the output. */
  static Path file(Path out, int number, int count) {
    return out.resolveSibling(out.getFileName() + "." + number + "-of-" + count + ".part");
  }
}
