package io.subpixel.runtime.video;

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
 * Writes a clip that is a {@link ClipReader}'s with other pictures: video is encoded anew, all else
 * is copied. Used by one thread at a time, which may be another than the reader's.
 */
final class ClipWriter implements AutoCloseable {
  private final ClipReader source;
  private final Container container;
  private final FrameFormat format;
  private final FrameEncoder encoder;
  private final Muxer muxer;
  private final @Nullable Journal journal;
  private final long done;
  private final AVPacket packet = av_packet_alloc();
  private boolean fed;

  /**
   * Whether to begin anew or to go on.
   *
   * @param work if a run that ends early is to be gone on with: what is being done, in words that
   *     differ if anything does that changes the result; else null
   * @param resume whether to go on with an earlier run, if there is one
   */
  record Continuation(@Nullable String work, boolean resume) {
    static final Continuation NONE = new Continuation(null, false);
  }

  private ClipWriter(
      ClipReader source,
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
   * Opens the encoder and writes the header. The reader must not be in use meanwhile, and isn't
   * used afterwards.
   *
   * @param file what is written; it is overwritten
   * @param target whose ending names the container: mp4, mkv, webm, mov, avi, y4m, gif, webp, or
   *     png, which is a file a frame
   * @param source where all but the pictures comes from
   * @param width columns of the frames to come
   * @param height rows of the frames to come
   * @throws InvalidInputException if the encoder is missing or can't hold the frames, or the
   *     container can't hold a stream; nothing has been written then
   */
  static ClipWriter create(
      Path file,
      Path target,
      ClipReader source,
      int width,
      int height,
      ClipEncoding encoding,
      Continuation continuation)
      throws IOException {
    Natives.silence();
    Container container = Container.of(target);
    if (container == null) {
      throw new InvalidInputException(
          target.toString(), "a name that ends in " + Container.endings(), "another");
    }
    FrameFormat format = source.facts().format().withSize(width, height);
    Muxer muxer = new Muxer(file, target, container, source);
    @Nullable FrameEncoder encoder = null;
    @Nullable Journal journal = null;
    try {
      encoder =
          FrameEncoder.open(source, format, encoding, container, muxer.nativeFormat(), target);
      if (continuation.work() != null && container.isJournaled()) {
        journal =
            Journal.open(
                target,
                continuation.work() + " " + encoder.identity(),
                String.valueOf(file.getFileName()),
                continuation.resume());
      }
      long done = journal == null ? present(target, container, continuation) : journal.frames();
      muxer.begin(encoder, encoding.dropUnfit(), done);
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

  /** How many files of a sequence are there, from the first on. */
  private static long present(Path target, Container container, Continuation continuation)
      throws InvalidInputException {
    long count = 0;
    while (container.isSequence() && Files.exists(Container.frame(target, count + 1))) {
      if (!continuation.resume()) {
        throw new InvalidInputException(
            target.toString(),
            "a place without frames, or to be told to resume",
            Container.frame(target, 1).toString());
      }
      count++;
    }
    return count;
  }

  /** How frames are to be given: the reader's format in the new size. */
  FrameFormat format() {
    return format;
  }

  /** FFmpeg's name of the encoder that was chosen. */
  String encoder() {
    return encoder.name();
  }

  /** What is left out, as the container can't hold it. */
  List<String> dropped() {
    List<String> all = new ArrayList<>();
    if (encoder.dropsAlpha()) {
      all.add("alpha");
    }
    muxer.dropped().forEach(each -> all.add(each.kind() + " " + each.codec()));
    return all;
  }

  /** The size of the frames that are written. */
  FrameSize size() {
    return encoder.size();
  }

  /** How many frames, from the first on, an earlier run has encoded: those are to be passed. */
  long done() {
    return done;
  }

  /** Copies a packet of the reader; it is empty afterwards and still to be closed. */
  void write(Packet each) throws IOException {
    muxer.write(each);
  }

  /**
   * Encodes a frame.
   *
   * @param planes in {@link #format}
   * @param of the frame that was upscaled: timestamp, duration and side data are its own
   */
  void write(Planes planes, Frame of) throws IOException {
    fed = true;
    encoder.encode(planes, of, this::writeVideo);
  }

  private void writeVideo(AVPacket each) throws IOException {
    if (journal != null) {
      journal.write(each);
    }
    muxer.writeVideo(each);
  }

  /** Writes what an earlier run made of a frame; the next of the first {@link #done}. */
  void pass(Frame each) throws IOException {
    encoder.pass(each);
    if (journal == null) {
      return;
    }
    journal.read(packet);
    if (!container.isCounted() && packet.pts() != each.pts()) {
      // No fault of the input that would come again: what is kept must stay.
      throw new IOException(
          source.file()
              + ": expected the clip of the unfinished run, with a frame at "
              + packet.pts()
              + ", received one at "
              + each.pts());
    }
    muxer.writeVideo(packet);
  }

  /** Ends the clip: what the encoder still holds, and the trailer. Only close follows. */
  void finish() throws IOException {
    if (fed) {
      encoder.finish(this::writeVideo);
    }
    muxer.finish();
  }

  /** Forgets what was kept for another run. */
  void forget() throws IOException {
    if (journal != null) {
      journal.delete();
    }
  }

  /**
   * Frees everything; the file is no clip unless it was finished. What another run may go on with
   * stays.
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
