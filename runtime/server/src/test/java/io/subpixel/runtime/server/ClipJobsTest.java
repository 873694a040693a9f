package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Clips as jobs of real servers; one of them is a process that is killed. */
// Error Prone fails on literals of several lines.
@SuppressWarnings("StringConcatToTextBlock")
@Timeout(300)
class ClipJobsTest {
  private static final String MODEL = "sesr-m1-k3-x2";
  private static final String QUERY = "scale=2&model=" + MODEL;

  private final List<UpscaleServer> servers = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(Duration.ZERO));
  }

  private UpscaleServer.Builder builder() {
    return UpscaleServer.builder().port(0).state(folder.resolve("state"));
  }

  private URI start(UpscaleServer.Builder builder) throws IOException {
    UpscaleServer server = builder.start();
    servers.add(server);
    return URI.create(server.address());
  }

  /** Returns a clip of YUV4MPEG2, whose form needs no encoder. */
  private static byte[] clip(int width, int height, int frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420jpeg\n".formatted(width, height).getBytes(US_ASCII));
    for (int i = 0; i < frames; i++) {
      out.write("FRAME\n".getBytes(US_ASCII));
      out.write(Pictures.random(width, height, 1, i).samples());
      out.write(Pictures.random(width / 2, height / 2, 1, i + 1000).samples());
      out.write(Pictures.random(width / 2, height / 2, 1, i + 2000).samples());
    }
    return out.toByteArray();
  }

  private Path state(String path) {
    return folder.resolve("state").resolve(path.substring(path.lastIndexOf('/') + 1));
  }

  private List<String> names(String path) throws IOException {
    try (Stream<Path> files = Files.list(state(path))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private byte[] byTheLibrary(byte[] clip, TargetSize target, String ending) throws IOException {
    Path in = folder.resolve("in.y4m");
    Path out = folder.resolve("out." + ending);
    Files.write(in, clip);
    try (Upscaler upscaler = Upscaler.builder().model(MODEL).open()) {
      VideoUpscaler.builder(upscaler).target(target).build().upscale(in, out);
    }
    return Files.readAllBytes(out);
  }

  @Test
  void aClipIsThatOfTheLibrary() throws Exception {
    URI server = start(builder());
    byte[] clip = clip(48, 32, 12);
    String path = Requests.create(server, QUERY, clip);
    JsonNode job = Requests.awaitEnd(server, path);
    assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
    assertThat(job.get("kind").asString()).isEqualTo("clip");
    assertThat(job.get("format").asString()).isEqualTo("y4m");
    assertThat(job.get("frames").asLong()).isEqualTo(12);
    assertThat(job.get("framesTotal").asLong()).isEqualTo(12);
    assertThat(job.get("input").toString()).isEqualTo("{\"width\":48,\"height\":32}");
    assertThat(job.get("output").toString()).isEqualTo("{\"width\":96,\"height\":64}");
    HttpResponse<byte[]> result = Requests.get(server, path + "/result");
    assertThat(result.body()).isEqualTo(byTheLibrary(clip, TargetSize.ofModel(), "y4m"));
    assertThat(names(path)).containsExactly("job.json", "out.y4m", "preview.jpg");

    HttpResponse<byte[]> preview = Requests.get(server, path + "/preview");
    assertThat(preview.headers().firstValue("Content-Type")).hasValue("image/jpeg");
    Path file = folder.resolve("preview.jpg");
    Files.write(file, preview.body());
    Picture seen = PictureFiles.read(file);
    assertThat(seen.width()).isEqualTo(96);
    assertThat(seen.height()).isEqualTo(64);
    assertThat(preview.headers().firstValue("Subpixel-Frame")).hasValue("1");
    assertThat(job.get("preview").asString()).isEqualTo(path + "/preview");
  }

  @ParameterizedTest
  @CsvSource({
    "format=mkv&codec=ffv1&width=60, video/matroska, 60, 40",
    "format=mp4&crf=30, video/mp4, 96, 64",
    "format=webm, video/webm, 96, 64",
    "format=gif&width=50&height=50&fit=cover, image/gif, 50, 50",
    "codec=mjpeg&format=avi, video/vnd.avi, 96, 64",
  })
  void writesOtherContainers(String query, String type, int width, int height) throws Exception {
    URI server = start(builder());
    String size = query.contains("width") ? "" : "&scale=2";
    String path = Requests.create(server, query + "&model=" + MODEL + size, clip(48, 32, 5));
    JsonNode job = Requests.awaitEnd(server, path);
    assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
    HttpResponse<byte[]> result = Requests.get(server, path + "/result");
    assertThat(result.headers().firstValue("Content-Type")).hasValue(type);
    Path file = folder.resolve("result." + job.get("format").asString());
    Files.write(file, result.body());
    try (ClipFrames frames = ClipFrames.open(file)) {
      assertThat(frames.width()).isEqualTo(width);
      assertThat(frames.height()).isEqualTo(height);
      assertThat(count(frames)).isEqualTo(5);
    }
    // A clip without a name for its format stays what it is; an animation is a clip.
    String again = Requests.create(server, QUERY, result.body());
    JsonNode second = Requests.awaitEnd(server, again);
    assertThat(second.get("state").asString()).as(second.toString()).isEqualTo("done");
    assertThat(second.get("format").asString()).isEqualTo(job.get("format").asString());
    assertThat(second.get("kind").asString()).isEqualTo("clip");
  }

  private static int count(ClipFrames frames) throws IOException {
    int count = 0;
    while (frames.next() != null) {
      count++;
    }
    return count;
  }

  @Test
  void refusesWhatItCantDo() throws Exception {
    URI server =
        start(builder().limit(Limit.JOB_MACS, 300_000_000).limit(Limit.JOB_BYTES, 400_000));
    HttpResponse<byte[]> costly =
        Requests.send(server, "POST", "/v1/jobs?" + QUERY, clip(48, 32, 80));
    assertThat(costly.statusCode()).isEqualTo(413);
    assertThat(Requests.json(costly).get("detail").asString()).contains("frames of 96x64");
    byte[] small = clip(48, 32, 2);
    for (String wrong :
        List.of("codec=libx264", "crf=64", "crf=-1", "codec=h264&crf=high", "deinterlace=yes")) {
      assertThat(Requests.send(server, "POST", "/v1/jobs?" + wrong, small).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    // What only pictures have.
    for (String wrong : List.of("format=tiff", "quality=3", "background=white")) {
      HttpResponse<byte[]> refused = Requests.send(server, "POST", "/v1/jobs?" + wrong, small);
      assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
    }
    byte[] playlist = String.join("\n", "#EXTM3U", "file:///etc/passwd").getBytes(US_ASCII);
    HttpResponse<byte[]> noClip = Requests.send(server, "POST", "/v1/jobs?format=mp4", playlist);
    assertThat(noClip.statusCode()).isEqualTo(422);
    assertThat(new String(noClip.body(), US_ASCII))
        .contains("\"where\":\"clip\"")
        .doesNotContain("/in", "state");
    assertThat(Requests.send(server, "POST", "/v1/upscale", small).statusCode()).isEqualTo(422);
    assertThat(Requests.send(server, "POST", "/v1/upscale?codec=h264", small).statusCode())
        .isEqualTo(400);
    try (Stream<Path> left = Files.list(folder.resolve("state"))) {
      assertThat(left.map(each -> each.getFileName().toString())).containsExactly("lock");
    }

    // What it takes on the disk is known on its way alone.
    String full = Requests.create(server, QUERY + "&format=mkv&codec=rawvideo", clip(96, 64, 13));
    JsonNode failed = Requests.awaitEnd(server, full);
    assertThat(failed.get("state").asString()).isEqualTo("failed");
    assertThat(failed.get("problem").get("status").asInt()).isEqualTo(507);
    while (names(full).size() > 1) {
      Thread.sleep(20);
    }
    assertThat(names(full)).containsExactly("job.json");
    assertThat(Requests.get(server, full + "/preview").statusCode()).isEqualTo(404);
  }

  @Test
  void aClipSurvivesAKilledProcess() throws Exception {
    byte[] clip = clip(160, 120, 150);
    String query = QUERY + "&format=mkv&codec=ffv1";
    String path;
    Process killed = process();
    try {
      URI server = URI.create(killed.inputReader().readLine());
      path = Requests.create(server, query, clip);
      JsonNode job = Requests.json(Requests.get(server, path));
      while (job.get("frames").asLong() < 20) {
        Thread.sleep(5);
        job = Requests.json(Requests.get(server, path));
      }
      assertThat(job.get("state").asString()).isEqualTo("running");
      assertThat(Requests.get(server, path + "/preview").statusCode()).isEqualTo(200);
    } finally {
      killed.destroyForcibly().waitFor();
    }
    assertThat(names(path)).contains("in", "out.mkv.unfinished").doesNotContain("out.mkv");
    URI next = start(builder());
    JsonNode job = Requests.awaitEnd(next, path);
    assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
    assertThat(job.get("frames").asLong()).isEqualTo(150);
    assertThat(names(path)).containsExactly("job.json", "out.mkv", "preview.jpg");
    Path whole = folder.resolve("whole.y4m");
    Files.write(whole, byTheLibrary(clip, TargetSize.ofModel(), "y4m"));
    try (ClipFrames made = ClipFrames.open(state(path).resolve("out.mkv"));
        ClipFrames expected = ClipFrames.open(whole)) {
      for (ClipFrame frame = expected.next(); frame != null; frame = expected.next()) {
        ClipFrame other = made.next();
        assertThat(other == null ? null : other.luma()).isEqualTo(frame.luma());
      }
      assertThat(made.next()).isNull();
    }
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            JobsTest.Main.class.getName(),
            folder.resolve("state").toString())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
