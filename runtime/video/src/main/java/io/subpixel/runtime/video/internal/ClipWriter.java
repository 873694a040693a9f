package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/**
 * Writes a clip with new frames: encodes the video and copies everything else from the source. For
 * one thread at a time, which may differ from the reader's.
 */
final class ClipWriter implements ClipSink {
  private final ClipHeader source;
  private final Container container;
  private final FrameFormat format;
  private final FrameEncoder encoder;
  private final Muxer muxer;
  private final @Nullable Journal journal;
  private final long done;
  private final AVPacket packet = av_packet_alloc();
  private boolean fed;

  /**
   * Whether to start over or to resume.
   *
   * @param work a text that identifies the work, and differs whenever the result would, so that a
   *     run can be resumed; null if it can't be
   * @param resume whether to resume an earlier run, if there is one
   */
  record Continuation(@Nullable String work, boolean resume) {
    static final Continuation NONE = new Continuation(null, false);
  }

  private ClipWriter(
      ClipHeader source,
      Container container,
      FrameFormat format,
      FrameEncoder encoder,
      Muxer muxer,
      @Nullable Journal journal,
      long done) {
    this.source = source;
    this.container = container;
    this.format = format;
    this.encoder = encoder;
    this.muxer = muxer;
    this.journal = journal;
    this.done = done;
  }

  /**
   * Opens the encoder and writes the header.
   *
   * @param file the file to write; it is overwritten
   * @param target its ending names the container: mp4, mkv, webm, mov, avi, y4m, gif, webp, or png
   *     for one file per frame
   * @param source the clip that supplies everything except the frames; must stay open
   * @param shape the size of the frames
   * @throws InvalidInputException if the encoder is missing or can't hold the frames, or the
   *     container can't hold a stream; nothing has been written then
   */
  static ClipWriter create(
      Path file,
      Path target,
      ClipHeader source,
      FrameShape shape,
      ClipEncoding encoding,
      Continuation continuation)
      throws IOException {
    Natives.silence();
    Container container = container(target);
    FrameFormat format = source.facts().format().withSize(shape.width(), shape.height());
    Muxer muxer = new Muxer(file, target, container, source);
    @Nullable FrameEncoder encoder = null;
    @Nullable Journal journal = null;
    try {
      encoder = FrameEncoder.open(source, shape, encoding, container, muxer.nativeFormat(), target);
      if (continuation.work() != null && container.isJournaled()) {
        journal =
            Journal.open(
                target,
                continuation.work() + " " + encoder.identity(),
                String.valueOf(file.getFileName()),
                continuation.resume());
      }
      long done = journal == null ? present(target, container, continuation) : journal.frames();
      muxer.begin(encoder, encoding, done);
      return new ClipWriter(source, container, format, encoder, muxer, journal, done);
    } catch (IOException | RuntimeException e) {
      if (journal != null) {
        journal.close();
      }
      if (encoder != null) {
        encoder.close();
      }
      muxer.close();
      throw e;
    }
  }

  /**
   * Returns the container of a file.
   *
   * @throws InvalidInputException if its ending is none of theirs
   */
  static Container container(Path target) throws InvalidInputException {
    Container container = Container.of(target);
    if (container == null) {
      throw new InvalidInputException(
          target.toString(), "a name that ends in " + Container.endings(), "another");
    }
    return container;
  }

  /**
   * Returns how many files of a sequence exist, from the first on. Deletes the partial next one
   * that a killed run leaves.
   */
  private static long present(Path target, Container container, Continuation continuation)
      throws IOException {
    if (!container.isSequence()) {
      return 0;
    }
    long count = 0;
    while (Files.exists(Container.frame(target, count + 1))) {
      if (!continuation.resume()) {
        throw new InvalidInputException(
            target.toString(),
            "a location without frames, or the option to resume",
            Container.frame(target, 1).toString());
      }
      count++;
    }
    Path next = Container.frame(target, count + 1);
    Files.deleteIfExists(next.resolveSibling(next.getFileName() + Container.PART_ENDING));
    return count;
  }

  /** Returns the required format of frames: the clip's format in the new size. */
  FrameFormat format() {
    return format;
  }

  /** Returns FFmpeg's name of the chosen encoder. */
  @Override
  public String encoder() {
    return encoder.name();
  }

  /** Returns streams that are omitted, as the container can't hold them. */
  @Override
  public List<String> dropped() {
    List<String> all = new ArrayList<>();
    if (encoder.dropsAlpha()) {
      all.add("alpha");
    }
    muxer.dropped().forEach(each -> all.add(each.kind() + " " + each.codec()));
    return all;
  }

  /** Returns how many frames were omitted, as the format can't time them. */
  @Override
  public long leftOut() {
    return encoder.leftOut();
  }

  @Override
  public @Nullable String note() {
    return encoder.note();
  }

  /** Returns the size of the frames that are written. */
  @Override
  public FrameSize size() {
    return encoder.size();
  }

  /**
   * Returns how many frames, from the first on, an earlier run encoded; call {@link #pass} for
   * those.
   */
  @Override
  public long done() {
    return done;
  }

  /** Copies a packet of the reader. It is empty afterwards; the caller still closes it. */
  @Override
  public void write(Packet each) throws IOException {
    muxer.write(each);
  }

  /**
   * Encodes a frame.
   *
   * @param planes in {@link #format}
   * @param of the source frame, which supplies timestamp, duration and side data
   */
  @Override
  public void write(Planes planes, Frame of) throws IOException {
    fed = true;
    encoder.encode(planes, of, this::writeVideo);
  }

  /** Returns an identity that packets must share with this encoder to form one stream. */
  String encoderIdentity() {
    return encoder.identity();
  }

  /** Writes a packet of an equal encoder. It is empty afterwards. */
  void writeEncoded(AVPacket each) throws IOException {
    muxer.writeVideo(each);
  }

  /** Returns the time of such a packet in seconds. */
  double seconds(AVPacket each) {
    return each.dts() * Natives.ratio(encoder.ticks()).value();
  }

  private void writeVideo(AVPacket each) throws IOException {
    if (journal != null) {
      journal.write(each);
    }
    muxer.writeVideo(each);
  }

  /** Writes what an earlier run encoded for a frame, the next of the first {@link #done}. */
  @Override
  public void pass(Frame each) throws IOException {
    encoder.pass(each);
    if (journal == null) {
      return;
    }
    journal.read(packet);
    if (!container.isCounted() && packet.pts() != each.pts()) {
      // The input isn't at fault, so the kept packets must stay.
      throw new IOException(
          source.file()
              + ": expected the video of the unfinished run, with a frame at "
              + packet.pts()
              + ", received one at "
              + each.pts());
    }
    muxer.writeVideo(packet);
  }

  /** Completes the clip: flushes the encoder and writes the trailer. Only close may follow. */
  @Override
  public void finish() throws IOException {
    if (fed) {
      encoder.finish(this::writeVideo);
    }
    muxer.finish(encoder.latestSeconds());
  }

  /** Discards what was kept for another run. */
  @Override
  public void forget() throws IOException {
    if (journal != null) {
      journal.delete();
    }
  }

  /**
   * Frees everything. The file isn't a valid clip unless it was finished. What another run may
   * resume is kept.
   */
  @Override
  public void close() throws IOException {
    av_packet_free(packet);
    encoder.close();
    muxer.close();
    if (journal != null) {
      journal.close();
    }
  }
}
