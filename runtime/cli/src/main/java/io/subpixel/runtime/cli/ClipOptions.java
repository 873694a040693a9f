package io.subpixel.runtime.cli;

import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that apply only to video. */
final class ClipOptions {
  private static final int MAX_PREVIEWS = 1000;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      description =
          "Video: h264, hevc, vp9, av1, mpeg4, prores, mjpeg, ffv1, rawvideo, or one of FFmpeg's"
              + " encoders. hevc needs a build with the profile gpl. auto is an encoder on a graphics"
              + " card if 'runtime devices' lists a usable one. Default: one that suits OUT's"
              + " ending and the frames.")
  private @Nullable String codec;

  @Option(
      names = "--crf",
      paramLabel = "N",
      description = "Video: quality on the codec's own scale, lower is better.")
  private @Nullable Integer crf;

  @Option(
      names = "--bitrate",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "Video: bits per second, such as 8M or 800k, instead of --crf.")
  private @Nullable Long bitRate;

  @Option(
      names = "--target-size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "Video: size of the file, such as 700M, instead of --crf.")
  private @Nullable ByteSize targetSize;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Video: the encoder's own name of a speed: ultrafast to placebo for x264 and x265, 0 to"
              + " 13 for AV1.")
  private @Nullable String preset;

  @Option(
      names = "--tune",
      paramLabel = "NAME",
      description = "Video: x264's or x265's name of a kind of content, such as animation.")
  private @Nullable String tune;

  @Option(
      names = "--fps",
      paramLabel = "RATE",
      converter = FpsConverter.class,
      description =
          "Video: frames per second of numbered images, such as 24, 23.976 or 30000/1001. Default:"
              + " 25.")
  private @Nullable Fps fps;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--drop-streams",
      description =
          "Video: omit audio, subtitles and alpha that OUT can't hold. Default: an error.")
  private boolean dropStreams;

  @Option(
      names = "--deinterlace",
      description = "Video: deinterlace interlaced frames. Default: an error.")
  private boolean deinterlace;

  @Option(
      names = "--resume",
      description = "Video: resume a killed or interrupted run, if there is one.")
  private boolean resume;

  @Option(
      names = "--preview",
      paramLabel = "N",
      description =
          "Video: instead of a video, write N frames next to OUT as PNG, bicubic and the model side"
              + " by side.")
  private int preview;

  /** Frames per so many seconds. */
  record Fps(int frames, int seconds) {}

  static final class FpsConverter implements ITypeConverter<Fps> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:/(\\d{1,6})|\\.(\\d{1,3}))?");

    @Override
    public Fps convert(String value) {
      Matcher form = FORM.matcher(value);
      if (form.matches()) {
        int frames = Integer.parseInt(form.group(1));
        int seconds = form.group(2) == null ? 1 : Integer.parseInt(form.group(2));
        if (form.group(3) != null) {
          // Television's rates are a 1001st below a whole number.
          double rate = Double.parseDouble(value);
          long above = Math.round(Math.ceil(rate));
          boolean isTelevision = Math.abs(rate - above * 1000 / 1001.0) < 0.006;
          frames = (int) (isTelevision ? above * 1000 : Math.round(rate * 1000));
          seconds = isTelevision ? 1001 : 1000;
        }
        if (frames > 0 && seconds > 0) {
          return new Fps(frames, seconds);
        }
      }
      throw new TypeConversionException(
          "expected frames per second such as 24, 23.976 or 30000/1001, received " + value);
    }
  }

  static final class RateConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)([kKmM]?)");

    @Override
    public Long convert(String value) {
      Matcher form = FORM.matcher(value);
      if (form.matches()) {
        double unit = form.group(2).isEmpty() ? 1 : form.group(2).equalsIgnoreCase("k") ? 1e3 : 1e6;
        long bits = Math.round(Double.parseDouble(form.group(1)) * unit);
        if (bits > 0) {
          return bits;
        }
      }
      throw new TypeConversionException("expected a rate such as 8M or 800k, received " + value);
    }
  }

  /**
   * Checks the options against the inputs.
   *
   * @throws UsageException if one applies to none of them
   */
  void requireFor(List<BatchInput.File> clips) throws UsageException {
    boolean anySequence = clips.stream().anyMatch(each -> ClipFrames.isSequence(each.file()));
    if (fps != null && !anySequence) {
      throw new UsageException("--fps: expected a pattern of numbered images, received others");
    }
  }

  /** Returns whether to resume an earlier run. */
  boolean resumes() {
    return resume;
  }

  /** Returns how many frames to preview instead of writing the clip; 0 for none. */
  int preview() {
    return preview;
  }

  /**
   * Applies the options.
   *
   * @throws UsageException if options contradict each other
   */
  void apply(VideoUpscaler.Builder builder) throws UsageException {
    if ((crf == null ? 0 : 1) + (bitRate == null ? 0 : 1) + (targetSize == null ? 0 : 1) > 1) {
      throw new UsageException(
          "--crf: expected one of --crf, --bitrate and --target-size, received several");
    }
    range.check();
    if (preview < 0 || preview > MAX_PREVIEWS) {
      throw new UsageException(
          "--preview: expected 1 to " + MAX_PREVIEWS + " frames, received " + preview);
    }
    builder.range(range.start(), range.end()).keepUnfinished(resume);
    if (deinterlace) {
      builder.deinterlace();
    }
    if (dropStreams) {
      builder.dropUnfit();
    }
    if (codec != null) {
      builder.codec(codec);
    }
    if (crf != null) {
      builder.quality(crf);
    }
    if (bitRate != null) {
      builder.bitRate(bitRate);
    }
    if (targetSize != null) {
      builder.targetSize(targetSize.bytes());
    }
    if (fps != null) {
      builder.frameRate(fps.frames(), fps.seconds());
    }
    if (preset != null) {
      builder.preset(preset);
    }
    if (tune != null) {
      builder.tune(tune);
    }
  }
}
