package io.subpixel.runtime.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.GreedyModel;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said in one line, which holds nothing that only programmers know. */
class MessagesTest {
  private static final Pattern OF_JAVA =
      Pattern.compile(
          "\\b(java|javax|jdk|sun|com|org|ai|io)\\.\\w+\\.|Exception|Error\\b|[\\[, ]\\w+=\\w|\\bnull\\b"
              + "|\\w@[0-9a-f]{5}|Cannot invoke|out of bounds|input string");

  @TempDir private Path folder;
  private Workspace work;
  private final List<String> faults = new ArrayList<>();
  private int lines;

  @BeforeEach
  void prepare() throws IOException {
    work = Workspace.in(folder);
  }

  /** Runs a command that must fail. */
  private void fails(Object... args) {
    CommandOutput output = CommandOutput.of(args);
    if (output.status() == 0 || output.err().isEmpty()) {
      faults.add("no failure of " + Arrays.toString(args));
    }
    for (String line : output.err()) {
      lines++;
      String said = line.replace(folder.toString(), "").replace("/dev/null", "");
      if (OF_JAVA.matcher(said).find() || said.length() > 500 || !said.startsWith("runtime: ")) {
        faults.add(said);
      }
    }
  }

  private void failsToUpscale(Object... args) {
    List<Object> all = new ArrayList<>(List.of("upscale", "--model", work.model()));
    all.addAll(List.of("--device", "cpu"));
    all.addAll(Arrays.asList(args));
    fails(all.toArray());
  }

  private void assertSaidInWords(int least) {
    assertThat(faults).isEmpty();
    assertThat(lines).isGreaterThanOrEqualTo(least);
  }

  @Test
  void wrongOptionsGiveOneLineErrors() throws IOException {
    Path a = work.picture("a.png");
    String[] wrong = {
      "--scale x",
      "--scale 0",
      "--scale 1e99",
      "--scale -3",
      "--width -1",
      "--width x",
      "--height 99999999",
      "--format bmpx",
      "--quality 0",
      "--quality x",
      "--compression most",
      "--name {x}",
      "--name ../{name}",
      "--name {",
      "--background pink",
      "--background #12",
      "--device gpu",
      "--device cuda:x",
      "--device cuda:99999",
      "--threads 0",
      "--threads x",
      "--memory 1",
      "--memory x",
      "--memory 99999999999999G",
      "--tile 0",
      "--tile -7",
      "--timeout 0",
      "--timeout x",
      "--timeout -1",
      "--jobs 0",
      "--max-pixels 0",
      "--max-pixels 3",
      "--colour red",
      "--value-range 1",
      "--receptive-radius -1",
      "--receptive-radius x",
      "--crf 3",
      "--start x",
      "--preview 0",
      "--model absent",
      "--model absent.onnx",
      "--nonsense",
      "--value-range a..b",
      "--value-range 1..1",
      "--end 99:99"
    };
    for (String options : wrong) {
      List<Object> args = new ArrayList<>(List.of(a, "-o", work.out().resolve("b.png")));
      args.addAll(List.of(options.split(" ")));
      failsToUpscale(args.toArray());
    }
    fails();
    fails("upscale");
    fails("models", "absent");
    fails("models", "a", "b", "--json", "x");
    assertSaidInWords(wrong.length);
  }

  @Test
  void brokenImagesGiveOneLineErrors() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String ending : List.of("png", "jpg", "bmp", "tif", "webp", "pnm")) {
      Path whole = work.in().resolve("whole." + ending);
      PictureFiles.write(whole, Pictures.random(40, 30, 3, 1));
      byte[] bytes = Files.readAllBytes(whole);
      SplittableRandom random = new SplittableRandom(ending.hashCode());
      for (int i = 0; i < 60; i++) {
        byte[] damaged =
            Arrays.copyOf(bytes, i % 4 == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int faulty = 0; faulty < 1 + i % 3 && damaged.length > 0; faulty++) {
          int at = random.nextInt(Math.min(damaged.length, i % 2 == 0 ? 100 : damaged.length));
          damaged[at] = (byte) random.nextInt();
        }
        files.add(Files.write(work.in().resolve(i + "." + ending), damaged));
      }
      Files.delete(whole);
    }
    Files.write(work.in().resolve("empty.png"), new byte[0]);
    Files.writeString(work.in().resolve("text.gif"), "no picture");
    Files.writeString(work.in().resolve("start.gif"), "GIF89a");
    failsToUpscale(work.in(), "-o", work.out());
    failsToUpscale(work.in().resolve("absent.png"), "-o", work.out());
    failsToUpscale(work.in().resolve("absent/*.png"), "-o", work.out());
    failsToUpscale(work.in().resolve("[.png"), "-o", work.out());
    assertSaidInWords(files.size() / 3);
  }

  @Test
  void brokenVideosGiveOneLineErrors() throws IOException {
    byte[] header = "YUV4MPEG2 W20 H10 F25:1 Ip A1:1 C420mpeg2\n".getBytes(ISO_8859_1);
    Path whole = work.in().resolve("a.y4m");
    Files.write(whole, header);
    for (String name : List.of("a.mp4", "b.mkv", "c.webm", "d.avi", "e.mov", "f.ts", "g.gif")) {
      Files.write(work.in().resolve(name), Pictures.random(50, 9, 1, 1).samples());
    }
    Files.write(work.in().resolve("empty.mp4"), new byte[0]);
    failsToUpscale(work.in(), "-o", work.out());
    failsToUpscale(work.in().resolve("absent.mp4"), "-o", work.out().resolve("b.mp4"));
    assertSaidInWords(8);
  }

  @Test
  void brokenModelsGiveOneLineErrors() throws IOException {
    Path a = work.picture("a.png");
    List<byte[]> models = new ArrayList<>();
    String card = TinyModel.card(2, Colour.RGB).toJson();
    for (String json :
        List.of(
            "",
            "{",
            "[]",
            "{\"name\": 1}",
            "{\"scale\": \"x\"}",
            card.replace("\"scale\"", "\"scales\""),
            card.replace("2", "99999999999999999999"),
            card.replace("RGB", "CMYK").replace("rgb", "cmyk"),
            card.replace(":", ""),
            card + card)) {
      models.add(new TinyModel(2, Colour.RGB).card(json).onnx());
    }
    for (TinyModel.Flaw flaw : TinyModel.Flaw.values()) {
      if (flaw != TinyModel.Flaw.NONE && flaw != TinyModel.Flaw.GLOBAL) {
        models.add(new TinyModel(2, Colour.RGB).card(null).with(flaw).onnx());
        models.add(new TinyModel(2, Colour.RGB).with(flaw).onnx());
      }
    }
    for (int type = 4; type < 9; type++) {
      models.add(new TinyModel(2, Colour.Y).card(null).inputType(type).onnx());
    }
    byte[] whole = new TinyModel(2, Colour.Y).onnx();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 60; i++) {
      models.add(Arrays.copyOf(whole, random.nextInt(whole.length / 2)));
    }
    models.add(GreedyModel.withWeightsIn("../secret", 0, 4));
    models.add(GreedyModel.withWeightsIn("absent", 0, 4));
    for (byte[] onnx : models) {
      Path model = Files.write(folder.resolve("other.onnx"), onnx);
      fails("upscale", "--device", "cpu", "--model", model, a, "-o", work.out());
    }
    Path model = new TinyModel(2, Colour.RGB).card(null).write(folder.resolve("other.onnx"));
    Files.writeString(folder.resolve(ModelCard.FILE_NAME), "{\"name\": [}");
    fails("upscale", "--device", "cpu", "--model", model, a, "-o", work.out());
    Files.write(folder.resolve(ModelCard.FILE_NAME), new byte[] {(byte) 0xff, 0});
    fails("upscale", "--device", "cpu", "--model", model, a, "-o", work.out());
    fails("models", model);
    assertSaidInWords(models.size());
  }

  @Test
  void unusableLocationsGiveOneLineErrors() throws IOException {
    Path a = work.picture("a.png");
    failsToUpscale(a, "-o", a);
    failsToUpscale(a, "-o", a.resolve("b.png"));
    failsToUpscale(a, "-o", a.resolve("b/c/"));
    failsToUpscale(a, "-o", "/dev/null");
    failsToUpscale(a, "-o", "/proc/b.png");
    failsToUpscale(a, "-o", folder.resolve("x".repeat(300) + ".png"));
    failsToUpscale(work.in().resolve("x".repeat(300) + ".png"), "-o", work.out());
    assertSaidInWords(7);
  }
}
