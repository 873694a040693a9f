package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;

import java.lang.ref.Cleaner;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Encoded data of a stream that is copied. */
public final class Packet implements Item {
  private final AVPacket packet;
  private final Cleaner.Cleanable memory;

  /** Takes over the packet, whose timestamps are in the time base of its stream in the reader. */
  Packet(AVPacket packet) {
    this.packet = packet;
    memory = Natives.CLEANER.register(this, () -> av_packet_free(packet));
  }

  /** Returns the index of its stream in the file, from 0. */
  int stream() {
    return packet.stream_index();
  }

  AVPacket nativePacket() {
    return packet;
  }

  @Override
  public void close() {
    memory.clean();
  }
}
