package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.jspecify.annotations.Nullable;

/** Encodes a part of a clip into a {@link PartFile}. For one thread at a time. */
final class PartWriter implements ClipSink {
  private final FrameEncoder encoder;
  private final PartFile.Writer out;
  private boolean fed;

  private PartWriter(FrameEncoder encoder, PartFile.Writer out) {
    this.encoder = encoder;
    this.out = out;
  }

  /**
   * Opens the encoder and begins the file.
   *
   * @param file the file to write
   * @param target its name in messages
   * @param source the whole clip
   * @param number the part's, from 1
   */
  static PartWriter create(
      Path file, Path target, ClipHeader source, FrameShape shape, PlanFacts plan, int number)
      throws IOException {
    FrameEncoder encoder = open(source, shape, plan, target);
    try {
      return new PartWriter(
          encoder,
          new PartFile.Writer(
              file, new PartFile.Header(plan.identity(), number, encoder.identity())));
    } catch (IOException | RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  private static FrameEncoder open(ClipHeader source, FrameShape shape, PlanFacts plan, Path target)
      throws IOException {
    Container container = plan.joined();
    AVOutputFormat muxer = av_guess_format(container.muxer(), (String) null, null);
    return FrameEncoder.open(source, shape, plan.clipEncoding(), container, muxer, target);
  }

  @Override
  public long done() {
    return 0;
  }

  /** Drops it, as joining copies those of the clip. */
  @Override
  public void write(Packet each) {}

  @Override
  public void write(Planes planes, Frame of) throws IOException {
    fed = true;
    encoder.encode(planes, of, out::write);
  }

  @Override
  public void pass(Frame each) {
    throw new IllegalStateException("no earlier run");
  }

  @Override
  public void finish() throws IOException {
    if (fed) {
      encoder.finish(out::write);
    }
    out.finish();
  }

  @Override
  public void forget() {}

  @Override
  public String encoder() {
    return encoder.name();
  }

  @Override
  public @Nullable String note() {
    return encoder.note();
  }

  @Override
  public FrameSize size() {
    return encoder.size();
  }

  @Override
  public List<String> dropped() {
    return List.of();
  }

  @Override
  public long leftOut() {
    return encoder.leftOut();
  }

  @Override
  public void close() throws IOException {
    encoder.close();
    out.close();
  }
}
