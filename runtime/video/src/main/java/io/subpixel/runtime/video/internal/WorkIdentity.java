package io.subpixel.runtime.video.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identifies the work of a run, to distinguish runs with different results. */
final class WorkIdentity {
  /** The bytes that are read at both ends of a file. */
  private static final int SAMPLE = 1 << 20;

  /** How often as many bytes are read in between, evenly spread. */
  private static final int SAMPLES_BETWEEN = 14;

  private WorkIdentity() {}

  /**
   * Returns a hash of what the result depends on: the clip's size and parts of it, the range, the
   * sizes, the model's result for a drawn frame, and the encoding.
   *
   * @param specimen {@link FrameUpscaler#specimen}
   */
  static String of(
      Path clip,
      Ratio rate,
      ClipReader.Range range,
      Treatment treatment,
      ClipScaling scaling,
      byte[] specimen,
      ClipEncoding encoding)
      throws IOException {
    MessageDigest digest = sha256();
    digest.update(clip(clip, rate).getBytes(StandardCharsets.UTF_8));
    digest.update(
        (range + " " + treatment + " " + encoding + " " + scaling)
            .getBytes(StandardCharsets.UTF_8));
    digest.update(specimen);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns a hash of a clip: its size and 17 MB of it, evenly spread. */
  static String clip(Path clip, Ratio rate) throws IOException {
    MessageDigest digest = sha256();
    if (ImageSequence.isPattern(clip)) {
      ImageSequence sequence = ImageSequence.of(clip);
      sample(sequence.file(sequence.first()), digest);
      sample(sequence.file(sequence.last()), digest);
      digest.update(
          (sequence.first() + " " + sequence.count() + " " + rate)
              .getBytes(StandardCharsets.UTF_8));
    } else {
      sample(clip, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the hash of a text. */
  static String text(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void sample(Path file, MessageDigest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(SAMPLE);
      long last = Math.max(0, channel.size() - SAMPLE);
      for (int i = 0; i <= SAMPLES_BETWEEN; i++) {
        bytes.clear();
        channel.read(bytes, last / (SAMPLES_BETWEEN + 1) * i);
        digest.update(bytes.flip());
      }
      bytes.clear();
      channel.read(bytes, last);
      digest.update(bytes.flip());
      digest.update(Long.toString(channel.size()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
