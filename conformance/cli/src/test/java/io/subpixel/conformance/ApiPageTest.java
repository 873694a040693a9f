package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/api.md lists the public types, which stay few. */
class ApiPageTest {
  private static final int MAX_OF_MODELS = 30;
  private static final int MAX_OF_CONVERTER = 30;

  /** The public top-level types of each package that others may use. */
  private static SortedMap<String, SortedSet<String>> types() {
    SortedMap<String, SortedSet<String>> types = new TreeMap<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.subpixel")) {
      String name = each.getPackageName();
      boolean isApi =
          each.getModifiers().contains(JavaModifier.PUBLIC)
              && each.isTopLevelClass()
              && !name.matches(".*\\.(internal|cli)(\\..*)?")
              && !name.matches("io\\.subpixel\\.(commands|conformance|networks)(\\..*)?");
      if (isApi) {
        types.computeIfAbsent(name, key -> new TreeSet<>()).add(each.getSimpleName());
      }
    }
    return types;
  }

  private static long count(SortedMap<String, SortedSet<String>> types, String... modules) {
    return types.entrySet().stream()
        .filter(
            each ->
                List.of(modules)
                    .contains(each.getKey().replaceAll("io\\.subpixel\\.(\\w+).*", "$1")))
        .mapToLong(each -> each.getValue().size())
        .sum();
  }

  @Test
  void thePageListsThem() throws IOException {
    List<String> rows = new ArrayList<>(List.of("| package | public types |", "|---|---|"));
    for (Map.Entry<String, SortedSet<String>> each : types().entrySet()) {
      rows.add("| `" + each.getKey() + "` | `" + String.join("`, `", each.getValue()) + "` |");
    }
    String table = String.join("\n", rows) + "\n";
    // For whoever changes the API: the page's new table.
    Files.writeString(Path.of("target", "api.md"), table);
    assertThat(Files.readString(Path.of("../../docs/api.md"))).contains(table);
  }

  @Test
  void theyAreFew() {
    SortedMap<String, SortedSet<String>> types = types();
    assertThat(count(types, "pictures", "zoo")).isBetween(10L, (long) MAX_OF_MODELS);
    assertThat(count(types, "converter")).isBetween(5L, (long) MAX_OF_CONVERTER);
  }
}
