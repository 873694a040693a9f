package io.subpixel.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the programs of docs/library.md. */
class LibraryPageTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\nclass (\\w+) ");
  private static final int MAX_LINES = 22;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> everyProgramRuns() throws IOException {
    Path in = folder.resolve("in.png");
    PictureFiles.write(in, Pictures.random(100, 60, 3, 1));
    List<DynamicTest> tests = new ArrayList<>();
    Matcher programs = PROGRAM.matcher(Files.readString(Path.of("../../docs/library.md")));
    while (programs.find()) {
      String program = programs.group(1);
      Matcher name = NAME.matcher(program);
      assertThat(name.find()).as(program).isTrue();
      tests.add(DynamicTest.dynamicTest(name.group(1), () -> run(name.group(1), program, in)));
    }
    assertThat(tests).hasSize(8);
    return tests.stream();
  }

  private void run(String name, String program, Path in) throws Exception {
    assertThat(program.lines().count()).isLessThanOrEqualTo(MAX_LINES);
    Path classes = Files.createDirectory(folder.resolve(name));
    Path source = Files.writeString(classes.resolve(name + ".java"), program);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path = System.getProperty("java.class.path");
    int status =
        compiler.run(null, null, null, "-cp", path, "-d", classes.toString(), source.toString());
    assertThat(status).isZero();
    Path out = folder.resolve(name + ".png");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Method main = loader.loadClass(name).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[] {in.toString(), out.toString()});
    }
    Path written = name.equals("Folder") ? folder.resolve("large/in.png") : out;
    Picture large = PictureFiles.read(written);
    int width = name.equals("AnySize") ? 300 : name.equals("Images") ? 150 : 200;
    assertThat(large.width()).isEqualTo(width);
    assertThat(large.height()).isEqualTo(width * 60 / 100);
    assertThat(Path.of("never.png")).doesNotExist();
  }
}
