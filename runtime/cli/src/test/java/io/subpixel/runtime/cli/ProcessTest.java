package io.subpixel.runtime.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.GreedyModel;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: standard streams, and what a signal leaves behind. */
@Timeout(120)
class ProcessTest {
  private static final int PICTURES = 40;

  @TempDir private Path folder;
  private Workspace work;

  @BeforeEach
  void prepare() throws IOException {
    work = Workspace.in(folder);
  }

  private ProcessBuilder command(Object... args) {
    return command(work.model(), args);
  }

  private ProcessBuilder command(Path model, Object[] args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RuntimeCommand.class.getName(), "upscale"));
    command.addAll(List.of("--model", model.toString(), "--device", "cpu"));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Test
  void aPictureGoesThroughAPipe() throws Exception {
    Path a = work.picture("a.png", 300, 200, 3);
    Path output = folder.resolve("b.png");
    Process process =
        command("-", "-o", "-").redirectInput(a.toFile()).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor()).as(err()).isZero();
    assertThat(err()).isEmpty();
    assertThat(PictureFiles.read(output)).isEqualTo(TinyModel.expected(PictureFiles.read(a), 2));

    process = command("-", "-o", "-", "--format", "bmp").redirectInput(a.toFile()).start();
    try (InputStream out = process.getInputStream()) {
      assertThat(new String(out.readNBytes(2), StandardCharsets.US_ASCII)).isEqualTo("BM");
    }
    // Whoever reads has gone: that is a failure, but in one line.
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(err().strip()).startsWith("runtime: ").hasLineCount(1);
  }

  /** Where libwebp can't be loaded, the machine lacks what WebP needs, and the others need not. */
  @Test
  void aMachineWithoutLibwebpUpscalesTheOthers() throws Exception {
    work.picture("a.png", 30, 20, 3);
    Path webp = folder.resolve("in/b.webp");
    PictureFiles.write(webp, PictureFiles.read(folder.resolve("in/a.png")));
    Path missing = folder.resolve("missing");
    ProcessBuilder command = command(folder.resolve("in"), "-o", folder.resolve("out"), "--quiet");
    command.command().add(1, "-Dcom.luciad.imageio.webp.tmpdir=" + missing);
    assertThat(command.start().waitFor()).isEqualTo(3);
    assertThat(err().strip())
        .isEqualTo(
            "runtime: "
                + webp
                + ": WebP needs com.github.usefulness:webp-imageio, whose natives can't be unpacked"
                + " into the folder "
                + missing);
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/a.png");
    assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**/b.*");

    Files.write(folder.resolve("in/c.png"), new byte[20]);
    assertThat(command.start().waitFor()).isEqualTo(1);
  }

  @Test
  void brokenStandardInputIsReported() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no picture");
    Path output = folder.resolve("b.png");
    Process process =
        command("-", "-o", output)
            .redirectInput(text.toFile())
            .redirectOutput(Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(err().strip())
        .startsWith("runtime: standard input: expected an image")
        .hasLineCount(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void standardStreamsStandAlone() throws IOException {
    Path a = work.picture("a.png");
    work.refused("expected - (standard input) alone", "-", a, "-o", work.out());
    work.refused("expected a folder for more than one image", work.in(), "-o", "-");
    work.refused("for --json", a, "-o", "-", "--json");
    work.refused("expected a file or - for standard input", "-", "-o", work.out());
  }

  @Test
  void aClipGoesThroughPipes() throws Exception {
    Path clip = clip(5);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    ProcessBuilder command = command("-", "-o", "-", "--format", "mp4");
    command.command().add(1, "-Djava.io.tmpdir=" + temporary);
    Path piped = folder.resolve("piped.mp4");
    Process process = command.redirectInput(clip.toFile()).redirectOutput(piped.toFile()).start();
    assertThat(process.waitFor()).as(err()).isZero();
    Path named = work.out().resolve("named.mp4");
    work.upscaled(clip, "-o", named);
    assertThat(piped).hasSameBinaryContentAs(named);
    assertThat(err()).isEmpty();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(each -> each.getFileName().toString().matches("subpixel\\d+")))
          .isEmpty();
    }
  }

  @Test
  void aClipFromStandardInputIsNamedSo() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no video");
    Path out = folder.resolve("b.mkv");
    Process process = command("-", "-o", out).redirectInput(text.toFile()).start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(err().strip())
        .startsWith("runtime: standard input: expected a video clip that FFmpeg reads, received ")
        .hasLineCount(1);
    assertThat(out).doesNotExist();
    work.refused("for a video on standard output, received none", clip(1), "-o", "-");
    work.refused("received mkv", clip(1), "-o", work.out().resolve("x.mp4"), "--format", "mkv");
    work.refused("expected a file for OUT", clip(1), "-o", "-", "--format", "mkv", "--json");
  }

  /** Waits until a few of many pictures are written. */
  private Process startedOn(Path pictures) throws Exception {
    for (int i = 0; i < PICTURES; i++) {
      PictureFiles.write(
          pictures.resolve(String.format("%02d.png", i)), Pictures.random(500, 400, 3, i));
    }
    Process process =
        command(pictures, "-o", work.out(), "--skip-existing")
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    while (process.isAlive() && complete().size() < 3) {
      Thread.sleep(5);
    }
    return process;
  }

  private List<String> complete() throws IOException {
    return work.written().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private void assertResumes() throws Exception {
    List<String> before = complete();
    assertThat(before).hasSizeBetween(3, PICTURES - 1);
    FileTime first = Files.getLastModifiedTime(work.out().resolve(before.get(0)));
    for (String name : before) {
      work.assertUpscaled(work.in().resolve(name), name);
    }
    CommandOutput output = work.upscaled(work.in(), "-o", work.out(), "--skip-existing");
    assertThat(output.out()).hasSize(PICTURES);
    assertThat(output.out().stream().filter(line -> line.endsWith("there already")))
        .hasSize(before.size());
    assertThat(Files.getLastModifiedTime(work.out().resolve(before.get(0)))).isEqualTo(first);
    // Nor is anything left of the run before.
    assertThat(work.written()).hasSize(PICTURES).isEqualTo(complete());
  }

  @Test
  void anEndlessModelEndsInTime() throws Exception {
    Path a = work.picture("a.png");
    Path model =
        Files.write(folder.resolve("endless.onnx"), GreedyModel.loopingForGood(Long.MAX_VALUE));
    Path output = folder.resolve("b.png");
    Process process = command(model, new Object[] {a, "-o", output, "--timeout", 2}).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(err().strip())
        .startsWith("runtime: " + model + ": expected a super-resolution model")
        .endsWith("received nothing within 2.0 s on [1, 1, 1, 1]")
        .hasLineCount(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void aModelThatTakesAllMemoryIsRefused() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells how much there is");
    Path a = work.picture("a.png");
    // 16 GB
    Path model = Files.write(folder.resolve("large.onnx"), GreedyModel.large(1L << 32));
    Process process = command(model, new Object[] {a, "-o", folder.resolve("b.png")}).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(err().strip()).contains("received one that takes more than 1024 MB of memory");
  }

  /** A limit of the size of files stands for a disk that is full. */
  @Test
  void aFullDiskIsReportedForTheOutput() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
    // Of more than what the native libraries take that are unpacked.
    Path a = work.picture("a.bmp", 3200, 3200, 3);
    Path output = work.out().resolve("b.bmp");
    List<String> limited =
        new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 200000; exec \"$@\"", "sh"));
    // What Java maps of its own would exceed the limit too.
    ProcessBuilder command = command(a, "-o", output);
    limited.addAll(command.command());
    limited.add(5, "-XX:-UsePerfData");
    Process process = command.command(limited).start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(err().strip())
        .isEqualTo(
            "runtime: "
                + output
                + ": expected room for it on the disk, received a limit of the system on files");
    assertThat(work.written()).isEmpty();
  }

  @Test
  void aMissingTemporaryFolderIsReported() throws Exception {
    Path a = work.picture("a.png");
    ProcessBuilder command = command(a, "-o", work.out());
    command.command().add(1, "-Djava.io.tmpdir=" + folder.resolve("absent"));
    Process process = command.start();
    assertThat(process.waitFor()).isEqualTo(3);
    assertThat(err().strip())
        .isEqualTo(
            "runtime: temporary folder "
                + folder.resolve("absent")
                + ": expected one that may be written to, received no such folder"
                + " (-Djava.io.tmpdir names another)");
  }

  @Test
  void garbageThatNeverEndsIsRefusedAtOnce() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/zero")), "no endless file");
    Process process =
        command("-", "-o", folder.resolve("b.png"))
            .redirectInput(Path.of("/dev/zero").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(err().strip()).endsWith("received something else").hasLineCount(1);
  }

  @Test
  void aKilledRunIsResumed() throws Exception {
    Process process = startedOn(work.in());
    process.destroyForcibly().waitFor();
    assertResumes();
  }

  private Path clip(int frames) throws IOException {
    Path clip = work.in().resolve("clip.y4m");
    Files.write(clip, "YUV4MPEG2 W200 H150 F25:1 Ip A1:1 C420mpeg2\n".getBytes(US_ASCII));
    byte[] frame = new byte[6 + 200 * 150 * 3 / 2];
    System.arraycopy("FRAME\n".getBytes(US_ASCII), 0, frame, 0, 6);
    for (int i = 0; i < frames; i++) {
      frame[6 + i] = (byte) i;
      Files.write(clip, frame, StandardOpenOption.APPEND);
    }
    return clip;
  }

  @Test
  void aKilledClipIsResumed() throws Exception {
    Path clip = clip(600);
    Path out = work.out().resolve("large.y4m");
    Path unfinished = work.out().resolve("large.y4m.unfinished");
    Process process = command(clip, "-o", out).start();
    while (process.isAlive() && unfinished.toFile().length() < 3_000_000) {
      Thread.sleep(2);
    }
    process.destroyForcibly().waitFor();
    assertThat(out).doesNotExist();
    // What was being written stays hidden.
    assertThat(work.written()).hasSize(2).contains("large.y4m.unfinished");

    CommandOutput refused = work.upscale(clip, "-o", out);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .containsExactly(
            "runtime: "
                + unfinished
                + ": expected --resume to continue an unfinished run, or no such file to start"
                + " over, received neither");
    CommandOutput output = work.upscaled(clip, "-o", out, "--resume");
    assertThat(output.out()).hasSize(1);
    assertThat(output.out().get(0))
        .containsPattern(": 600 frames \\(([1-9]|[1-9]\\d|[1-5]\\d\\d) of an earlier run.*\\) of ");
    assertThat(work.written()).containsExactly("large.y4m");

    Path undisturbed = work.out().resolve("undisturbed.y4m");
    work.upscaled(clip, "-o", undisturbed);
    assertThat(Files.mismatch(out, undisturbed)).isEqualTo(-1);
  }

  @Test
  void aSignalLeavesAPlayableClip() throws Exception {
    Path clip = clip(4000);
    Path out = work.out().resolve("large.y4m");
    Process process =
        command(clip, "-o", out).redirectOutput(folder.resolve("out.txt").toFile()).start();
    while (process.isAlive() && writtenBytes() < 1_000_000) {
      Thread.sleep(5);
    }
    process.destroy();
    assertThat(process.waitFor()).as(err()).isEqualTo(128 + 15);
    assertThat(work.written()).containsExactly("large.y4m", "large.y4m.unfinished");
    assertThat(Files.readString(folder.resolve("out.txt"))).contains("interrupted");
    // A header, and whole frames.
    long large = 6 + 400 * 300 * 3 / 2;
    assertThat(Files.size(out) % large).isLessThan(200);
    assertThat(Files.size(out)).isBetween(large, 3999 * large);
  }

  private long writtenBytes() throws IOException {
    long bytes = 0;
    for (String name : work.written()) {
      // 0 if it has its own name meanwhile.
      bytes += work.out().resolve(name).toFile().length();
    }
    return bytes;
  }

  @Test
  void aSignalLeavesNoHalfFileAndSaysHowManyAreDone() throws Exception {
    // Ctrl-C takes the same way, but is ignored below a shell's background jobs.
    Process process = startedOn(work.in());
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(work.written()).isEqualTo(complete());
    assertThat(err().strip())
        .isEqualTo(
            "runtime: interrupted: " + complete().size() + " of " + PICTURES + " images are done");
    assertResumes();
  }
}
