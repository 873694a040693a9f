package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata for native-image beside what a JVM asks for, and what ONNX Runtime's native library
 * names.
 */
class ReachabilityTest {
  private static final String METADATA =
      "/META-INF/native-image/io.subpixel/subpixel-runtime/reachability-metadata.json";
  private static final String LIBRARY = "/ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so";
  private static final Path CORPUS = Path.of("../../models/pictures/src/test/corpus");

  /** All natives together would make an image of 100 MB; docs/library.md says what to do. */
  private static final String NOT_EMBEDDED = "ai/onnxruntime/native/";

  private static JsonNode metadata() throws IOException {
    try (InputStream in = ReachabilityTest.class.getResourceAsStream(METADATA)) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }

  private static List<JsonNode> types() throws IOException {
    List<JsonNode> types = new ArrayList<>();
    metadata().get("reflection").forEach(types::add);
    return types;
  }

  /** The text in the library between zeros, as C keeps it. */
  private static String library() throws IOException {
    try (InputStream in = ReachabilityTest.class.getResourceAsStream(LIBRARY)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static Set<String> inLibrary(String pattern) throws IOException {
    return Pattern.compile("(?<=\0)" + pattern + "(?=\0)")
        .matcher(library())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void namesTheClassesOfNativeCode() throws IOException {
    Set<String> named = new TreeSet<>();
    for (JsonNode type : types()) {
      if (type.has("jniAccessible")) {
        named.add(type.get("type").stringValue().replace('.', '/'));
      }
    }
    assertThat(named).isEqualTo(inLibrary("(?:ai/onnxruntime|java/lang)/\\w+"));
  }

  @Test
  void namesTheConstructorsOfNativeCode() throws Exception {
    Set<String> named = new TreeSet<>();
    for (JsonNode type : types()) {
      Class<?> owner = Class.forName(type.get("type").stringValue());
      for (JsonNode method : type.path("methods")) {
        assertThat(method.get("name").stringValue()).isEqualTo("<init>");
        List<Class<?>> parameters = new ArrayList<>();
        for (JsonNode each : method.get("parameterTypes")) {
          parameters.add(parameter(each.stringValue()));
        }
        assertThat(owner.getDeclaredConstructor(parameters.toArray(Class[]::new))).isNotNull();
        named.add(MethodType.methodType(void.class, parameters).toMethodDescriptorString());
      }
    }
    assertThat(named).isEqualTo(inLibrary("\\([\\[IJL\\w/;]+\\)V"));
  }

  private static Class<?> parameter(String name) throws ClassNotFoundException {
    return switch (name) {
      case "int" -> int.class;
      case "long" -> long.class;
      case "long[]" -> long[].class;
      case "java.lang.String[]" -> String[].class;
      default -> Class.forName(name);
    };
  }

  @Test
  void namesWhatIsAskedFor() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                ReachabilityTrace.class.getName(),
                CORPUS.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines;
    try (InputStream out = process.getInputStream()) {
      lines = new String(out.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    assertThat(lines).filteredOn(line -> line.startsWith("upscaled ")).hasSizeGreaterThan(20);

    List<Pattern> globs = new ArrayList<>();
    for (JsonNode each : metadata().get("resources")) {
      String glob = each.get("glob").stringValue();
      globs.add(
          Pattern.compile(
              Pattern.quote(glob)
                  .replace("**", "\\E.\u0001\\Q")
                  .replace("*", "\\E[^/]*\\Q")
                  .replace('\u0001', '*')));
    }
    Set<String> resources = asked(lines, "resource ");
    assertThat(resources).contains("io/subpixel/zoo/pretrained/sesr-tiny-x2/sesr-tiny-x2.onnx");
    assertThat(resources)
        .filteredOn(name -> !name.startsWith(NOT_EMBEDDED))
        .allMatch(name -> globs.stream().anyMatch(glob -> glob.matcher(name).matches()));
    Set<String> types = new TreeSet<>();
    for (JsonNode each : types()) {
      types.add(each.get("type").stringValue());
    }
    assertThat(types).containsAll(asked(lines, "class "));
  }

  private static Set<String> asked(List<String> lines, String kind) {
    return lines.stream()
        .filter(line -> line.startsWith(kind))
        .map(line -> line.substring(kind.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
