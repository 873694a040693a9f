package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the program of docs/trainer-library.md, and upscales with what it exports. */
class TrainerPageTest {
  private static final int MAX_LINES = 28;

  @TempDir private Path folder;

  @Test
  void theProgramTrainsAndExportsAModelThatUpscales() throws Exception {
    Matcher page =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../../docs/trainer-library.md")));
    assertThat(page.find()).isTrue();
    String program = page.group(1);
    assertThat(program.lines().count()).isLessThanOrEqualTo(MAX_LINES);
    Path source = Files.writeString(folder.resolve("TrainAndExport.java"), program);
    String path = System.getProperty("java.class.path");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", path, "-d", folder.toString(), source.toString());
    assertThat(status).isZero();

    Path onnx = folder.resolve("model.onnx");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method main = loader.loadClass("TrainAndExport").getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[] {onnx.toString()});
    }
    try (Upscaler upscaler = Upscaler.builder().model(onnx).device(Device.CPU).open()) {
      Picture sr = upscaler.upscale(TestCard.draw(40, 30, 1));
      assertThat(sr.width()).isEqualTo(80);
      assertThat(sr.height()).isEqualTo(60);
      assertThat(upscaler.card().training()).isNotNull();
    }
  }
}
