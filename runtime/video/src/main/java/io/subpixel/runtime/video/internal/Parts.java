package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/** Divides clips into parts, processes parts, and joins them. */
public final class Parts {
  private static final double SECONDS_BY_DEFAULT = 60;

  private Parts() {}

  /** A key frame: its timestamp in the file, and how many packets precede it. */
  private record Key(long pts, long before) {}

  /** The key frames at which parts may begin, and the number of packets of the range. */
  private record Keys(List<Key> keys, long packets) {}

  /** As {@link VideoUpscaler#plan}. */
  public static PlanFacts plan(ClipTask task, Path input, Path output, int count)
      throws IOException {
    String name = String.valueOf(output.getFileName());
    Container container = PlanFacts.container(name.substring(name.lastIndexOf('.') + 1));
    if (container == null) {
      throw new InvalidInputException(
          output.toString(), "a name that ends in .mp4, .mkv, .webm, .mov", "another");
    }
    Treatment treatment = new Treatment(task.deinterlace(), container.turn());
    ExecutorService helpers = ClipTask.helpers();
    try (ClipReader reader = ClipReader.open(input, task.frameRate(), task.range(), 0, treatment)) {
      Upscaler.Chosen chosen = task.chosen(input);
      ClipScaling scaling = task.scaling(input, reader);
      FrameUpscaler frames = new FrameUpscaler(task.upscaler(), chosen, scaling, helpers);
      ClipEncoding encoding = task.encoding();
      Keys found = keys(input, task, reader);
      double seconds = reader.header().facts().seconds();
      int wanted =
          count > 0
              ? count
              : Double.isNaN(seconds)
                  ? 1
                  : (int) Math.max(1, Math.ceil(seconds / SECONDS_BY_DEFAULT));
      return new PlanFacts(
          PlanFacts.KIND,
          PlanFacts.Source.of(input, task.frameRate()),
          container.toString(),
          PlanFacts.Model.of(chosen.upscaler(), frames.specimen()),
          PlanFacts.text(task.target()),
          new PlanFacts.Encoding(
              encoder(reader, scaling, encoding, output),
              encoding.quality().isPresent() ? encoding.quality().getAsInt() : null,
              encoding.preset(),
              encoding.tune(),
              encoding.dropUnfit(),
              encoding.strip()),
          task.deinterlace(),
          task.frameRate().numerator() + "/" + task.frameRate().denominator(),
          task.range().start(),
          task.range().end() < Double.POSITIVE_INFINITY ? task.range().end() : null,
          divided(found, wanted, reader));
    } finally {
      helpers.shutdown();
    }
  }

  /** Returns the encoder's name, after a trial: what fails should fail before any part is done. */
  private static String encoder(
      ClipReader reader, ClipScaling scaling, ClipEncoding encoding, Path output)
      throws IOException {
    Path trial = Files.createTempFile("subpixel", ".part");
    try (ClipWriter writer =
        ClipWriter.create(
            trial,
            output,
            reader.header(),
            scaling.shape(),
            encoding,
            ClipWriter.Continuation.NONE)) {
      return writer.encoder();
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  /** Finds the key frames, without decoding. */
  private static Keys keys(Path input, ClipTask task, ClipReader reader) throws IOException {
    List<Key> keys = new ArrayList<>();
    long packets = 0;
    AVPacket packet = av_packet_alloc();
    try (Demuxer source = Demuxer.open(input, task.frameRate())) {
      boolean isTimed = source.untimedBegin() == 0;
      while (source.read(packet) >= 0) {
        if (packet.stream_index() == source.video()) {
          long pts = packet.pts();
          isTimed &= pts != AV_NOPTS_VALUE;
          boolean isInside = reader.isInside(pts);
          boolean isKey =
              (packet.flags() & AV_PKT_FLAG_KEY) != 0
                  && (packet.flags() & AV_PKT_FLAG_DISCARD) == 0;
          if (isInside && isKey && packets > 0) {
            keys.add(new Key(pts, packets));
          }
          packets += isInside ? 1 : 0;
        }
        av_packet_unref(packet);
      }
      // Without timestamps of its own or with jumps, a clip reads differently from its midst on.
      if (!isTimed || source.jumped()) {
        keys.clear();
      }
    } finally {
      av_packet_free(packet);
    }
    return new Keys(keys, packets);
  }

  /** Divides the range into parts of about the same number of frames. */
  private static List<PlanFacts.Part> divided(Keys found, int count, ClipReader reader) {
    List<Key> begins = new ArrayList<>();
    begins.add(new Key(reader.begin(), 0));
    for (int i = 1; i < count; i++) {
      double ideal = (double) found.packets() * i / count;
      Key last = begins.get(begins.size() - 1);
      found.keys().stream()
          .filter(each -> each.pts() > last.pts() && each.before() > last.before())
          .min(Comparator.comparingDouble(each -> Math.abs(each.before() - ideal)))
          .filter(each -> Math.abs(each.before() - ideal) < (double) found.packets() / count)
          .ifPresent(begins::add);
    }
    List<PlanFacts.Part> parts = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      Key begin = begins.get(i);
      long end = i + 1 < begins.size() ? begins.get(i + 1).before() : found.packets();
      double seconds = Math.round(reader.fileSeconds(begin.pts()) * 1e3) / 1e3;
      parts.add(new PlanFacts.Part(begin.pts(), seconds, end - begin.before()));
    }
    return parts;
  }

  /** As {@link ClipPlan#upscale}. */
  public static VideoUpscaler.Work upscale(
      PlanFacts plan,
      int number,
      Path input,
      Path output,
      Upscaler upscaler,
      VideoUpscaler.Listener listener,
      BooleanSupplier stop)
      throws IOException {
    long start = System.nanoTime();
    ClipTask task = plan.task(upscaler, listener, stop);
    requireSource(plan, input);
    ExecutorService helpers = ClipTask.helpers();
    try (ClipReader reader = open(plan, input)) {
      Upscaler.Chosen chosen = task.chosen(input);
      ClipScaling scaling = task.scaling(input, reader);
      FrameUpscaler frames = new FrameUpscaler(upscaler, chosen, scaling, helpers);
      PlanFacts.Model model = PlanFacts.Model.of(chosen.upscaler(), frames.specimen());
      if (!model.equalsNearly(plan.model())) {
        throw new InvalidInputException(
            input.toString(), "the plan's model, " + plan.model(), "another, " + model);
      }
      reader.restrict(plan.parts().get(number - 1).from(), plan.until(number));
      ClipTask.Run run =
          new ClipTask.Run(
              reader,
              scaling,
              frames,
              task.encoding(),
              chosen,
              output,
              ClipWriter.Continuation.NONE,
              helpers,
              start);
      try (AtomicFile file = AtomicFile.create(output)) {
        ClipTask.reserve(file);
        try (PartWriter writer =
            PartWriter.create(
                file.temporary(), output, reader.header(), scaling.shape(), plan, number)) {
          return task.run(
              run,
              writer,
              complete -> {
                if (complete) {
                  file.commit();
                }
              });
        }
      }
    } finally {
      helpers.shutdown();
    }
  }

  private static ClipReader open(PlanFacts plan, Path input) throws IOException {
    return ClipReader.open(
        input,
        plan.rate(),
        plan.range(),
        0,
        new Treatment(plan.deinterlace(), plan.joined().turn()));
  }

  private static void requireSource(PlanFacts plan, Path input) throws IOException {
    boolean isThere = Files.exists(input) || ImageSequence.isPattern(input);
    if (isThere
        && !PlanFacts.Source.of(input, plan.rate()).sha256().equals(plan.source().sha256())) {
      throw new InvalidInputException(
          input.toString(),
          "the plan's video, %s of %d bytes".formatted(plan.source().name(), plan.source().bytes()),
          "another");
    }
  }

  /** As {@link ClipPlan#join}. */
  public static ClipPlan.Joined join(PlanFacts plan, Path input, List<Path> files, Path output)
      throws IOException {
    if (Container.of(output) != plan.joined()) {
      throw new InvalidInputException(
          output.toString(),
          "a name that ends in ." + plan.container() + ", as planned",
          "another");
    }
    requireSource(plan, input);
    List<PartFile.Reader> parts = new ArrayList<>();
    try (ClipReader reader = open(plan, input);
        AtomicFile file = AtomicFile.create(output)) {
      for (Path each : files) {
        parts.add(new PartFile.Reader(each));
      }
      List<PartFile.Reader> ordered = ordered(plan, parts);
      ClipScaling scaling =
          ClipScaling.of(
              reader.header().facts(), plan.target(), plan.model().scale(), input.toString());
      ClipTask.reserve(file);
      try (ClipWriter writer =
          ClipWriter.create(
              file.temporary(),
              output,
              reader.header(),
              scaling.shape(),
              plan.clipEncoding(),
              ClipWriter.Continuation.NONE)) {
        for (PartFile.Reader each : ordered) {
          if (!each.header().encoder().equals(writer.encoderIdentity())) {
            throw each.invalid("one of another encoder, or another version of it");
          }
        }
        long frames = copy(plan, reader, ordered, writer);
        file.commit();
        return new ClipPlan.Joined(frames, writer.dropped());
      }
    } finally {
      for (PartFile.Reader each : parts) {
        each.close();
      }
    }
  }

  /** Returns the parts in their order, if there is each once. */
  private static List<PartFile.Reader> ordered(PlanFacts plan, List<PartFile.Reader> parts)
      throws InvalidInputException {
    int count = plan.parts().size();
    String identity = plan.identity();
    PartFile.@Nullable Reader[] ordered = new PartFile.Reader[count];
    for (PartFile.Reader each : parts) {
      int number = each.header().number();
      if (!each.header().plan().equals(identity) || number < 1 || number > count) {
        throw each.invalid("one of another plan");
      }
      if (ordered[number - 1] != null) {
        throw each.invalid("part " + number + " twice");
      }
      ordered[number - 1] = each;
    }
    List<Integer> missing =
        IntStream.rangeClosed(1, count).filter(i -> ordered[i - 1] == null).boxed().toList();
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          plan.source().name(),
          "all " + count + " parts",
          "none of number "
              + missing.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    List<PartFile.Reader> all = new ArrayList<>();
    for (PartFile.Reader each : ordered) {
      if (each != null) {
        all.add(each);
      }
    }
    return all;
  }

  /** Writes the parts' frames between the clip's other packets. */
  private static long copy(
      PlanFacts plan, ClipReader reader, List<PartFile.Reader> parts, ClipWriter writer)
      throws IOException {
    reader.skipFrames();
    AVPacket packet = av_packet_alloc();
    long frames = 0;
    long last = Long.MIN_VALUE;
    double reached = Double.NEGATIVE_INFINITY;
    try {
      for (int i = 0; i < parts.size(); i++) {
        PartFile.Reader part = parts.get(i);
        while (part.read(packet)) {
          long pts = packet.pts();
          long first = plan.parts().get(i).from() - reader.header().shift();
          boolean isWithin =
              (i == 0 || pts >= first) && pts + reader.header().shift() < plan.until(i + 1);
          if (!isWithin || packet.dts() <= last) {
            throw part.invalid("a frame of another time");
          }
          last = packet.dts();
          double time = writer.seconds(packet);
          while (reached < time) {
            Item item = reader.next();
            if (item instanceof Packet copied) {
              reached = Math.max(reached, reader.time(copied));
              try (copied) {
                writer.write(copied);
              }
            } else {
              reached = Double.POSITIVE_INFINITY;
            }
          }
          writer.writeEncoded(packet);
          av_packet_unref(packet);
          frames++;
        }
      }
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          if (each instanceof Packet copied) {
            writer.write(copied);
          }
        }
      }
      writer.finish();
      return frames;
    } finally {
      av_packet_free(packet);
    }
  }
}
