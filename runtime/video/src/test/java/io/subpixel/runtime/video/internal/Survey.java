package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * All that a clip holds, to compare one with another.
 *
 * @param times of the frames, in seconds times {@code unit}'s denominator
 */
record Survey(
    ClipFacts facts,
    List<Long> times,
    List<String> pictures,
    Map<String, List<Coded>> packets,
    Map<String, String> tags,
    List<String> chapters,
    List<String> streams,
    String look) {
  /** A packet: its data's MD5, timestamps in seconds as they are kept. */
  record Coded(String data, double pts, double duration) {}

  static Survey of(Path file) throws IOException {
    return of(file, ClipReader.Range.ALL);
  }

  static Survey of(Path file, ClipReader.Range range) throws IOException {
    try (ClipReader reader = ClipReader.open(file, range, 1)) {
      ClipHeader header = reader.header();
      List<Long> times = new ArrayList<>();
      List<String> pictures = new ArrayList<>();
      Map<String, List<Coded>> packets = new TreeMap<>();
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          if (each instanceof Frame frame) {
            times.add(frame.pts());
            pictures.add(md5(planes(frame)));
          } else if (each instanceof Packet packet) {
            ClipFacts.Copied stream = Objects.requireNonNull(header.copied(packet.stream()));
            double unit = Natives.ratio(header.stream(packet.stream()).time_base()).value();
            AVPacket coded = packet.nativePacket();
            byte[] data = new byte[coded.size()];
            coded.data().get(data);
            packets
                .computeIfAbsent(stream.kind(), kind -> new ArrayList<>())
                .add(new Coded(md5(data), coded.pts() * unit, coded.duration() * unit));
          }
        }
      }
      assertThat(reader.faults()).as(reader.firstFault()).isZero();
      Map<String, String> tags = new TreeMap<>();
      for (String key : Natives.keys(header.metadata())) {
        tags.put(key.toLowerCase(Locale.ROOT), get(header.metadata(), key));
      }
      List<String> chapters = new ArrayList<>();
      for (AVChapter each : header.chapters()) {
        double unit = Natives.ratio(each.time_base()).value();
        chapters.add(
            String.format(
                Locale.ROOT,
                "%s %.3f %.3f",
                get(each.metadata(), "title"),
                each.start() * unit,
                each.end() * unit));
      }
      List<String> streams = new ArrayList<>();
      for (ClipFacts.Copied each : header.facts().copied()) {
        AVStream stream = header.stream(each.index());
        byte[] extra = new byte[stream.codecpar().extradata_size()];
        if (extra.length > 0) {
          stream.codecpar().extradata().get(extra);
        }
        streams.add(
            each.kind()
                + " "
                + each.codec()
                + " "
                + get(stream.metadata(), "language")
                + " "
                + get(stream.metadata(), "filename")
                + " "
                + stream.disposition()
                + " "
                // Its muxer fits the box of these to the picture.
                + (each.codec().equals("mov_text") ? "" : md5(extra)));
      }
      AVFrame first = header.look();
      FrameFormat format = header.facts().format();
      String look =
          List.of(
                  format.studio(),
                  format.siting(),
                  first.color_primaries(),
                  first.color_trc(),
                  first.colorspace())
              .toString();
      return new Survey(header.facts(), times, pictures, packets, tags, chapters, streams, look);
    }
  }

  /** The frames of a clip. */
  static List<Planes> frames(Path file) throws IOException {
    List<Planes> frames = new ArrayList<>();
    try (ClipReader reader = ClipReader.open(file, ClipReader.Range.ALL, 1)) {
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          if (each instanceof Frame frame) {
            frames.add(Planes.of(frame));
          }
        }
      }
    }
    return frames;
  }

  /** Timestamps in seconds, exactly as far as doubles go. */
  List<Double> seconds() {
    Ratio unit = facts.timeBase();
    return times.stream()
        .map(each -> (double) (each * unit.numerator()) / unit.denominator())
        .toList();
  }

  /** Packets of the streams of a kind. */
  List<Coded> packets(String kind) {
    return packets.getOrDefault(kind, List.of());
  }

  /** A frame's planes, one behind the other, low bytes first. */
  static byte[] planes(Frame frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    FrameFormat format = frame.format();
    for (int p = 0; p < format.planes(); p++) {
      int size = format.width(p) * format.height(p);
      if (format.depth() == 8) {
        byte[] plane = new byte[size];
        frame.read(p, plane);
        all.writeBytes(plane);
      } else {
        short[] plane = new short[size];
        frame.read(p, plane);
        for (short each : plane) {
          all.write(each);
          all.write(each >> 8);
        }
      }
    }
    return all.toByteArray();
  }

  private static String get(AVDictionary dictionary, String key) {
    AVDictionaryEntry entry = av_dict_get(dictionary, key, null, 0);
    return entry == null ? "none" : Natives.text(entry.value());
  }

  static String md5(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
