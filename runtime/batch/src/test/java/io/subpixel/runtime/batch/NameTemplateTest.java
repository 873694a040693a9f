package io.subpixel.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.batch.NameTemplate.Field;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTemplateTest {
  private static final Map<Field, String> VALUES =
      Map.of(
          Field.NAME, "a {ext} $1\\",
          Field.EXT, "jpg",
          Field.SCALE, "1.5",
          Field.MODEL, "m",
          Field.WIDTH, "30",
          Field.HEIGHT, "20",
          Field.PARENT, "..");

  private static String value(Field field) {
    return VALUES.getOrDefault(field, "");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "{name}.{ext}, a {ext} $1\\.jpg",
        "{name}-x{scale}.{ext}, a {ext} $1\\-x1.5.jpg",
        "{model}/{width}x{height}/{name}{name}.png, m/30x20/a {ext} $1\\a {ext} $1\\.png",
        "x{parent}.{ext}, x...jpg",
      })
  void fillsInFields(String template, String expected) {
    assertThat(new NameTemplate(template).expand(NameTemplateTest::value)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "{name}",
        "{name}.gif",
        "{name}.txt",
        "{nmae}.{ext}",
        "{NAME}.{ext}",
        "{name.{ext}",
        "{name}}.{ext}",
        "/{name}.{ext}",
        "../{name}.{ext}",
        "a/../../{name}.{ext}",
        "./{name}.{ext}",
        "{name}\0.{ext}"
      })
  void rejectsInvalidTemplates(String template) {
    assertThatThrownBy(() -> new NameTemplate(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name: expected ");
  }

  @Test
  void valuesStayWithinTheFolder() {
    NameTemplate above = new NameTemplate("{parent}/{name}.{ext}");
    assertThatThrownBy(() -> above.expand(NameTemplateTest::value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: expected a path below OUT, received ../a {ext} $1\\.jpg");
    NameTemplate model = new NameTemplate("{model}.{ext}");
    assertThat(model.expand(field -> "../../etc\0/x"))
        .isEqualTo(Path.of(".._.._etc__x..._.._etc__x"));
  }

  @Test
  void knowsItsFields() {
    NameTemplate template = new NameTemplate("{name}-{width}.{ext}");
    assertThat(template.uses(Set.of(Field.WIDTH, Field.SCALE))).isTrue();
    assertThat(template.uses(Set.of(Field.SCALE))).isFalse();
    assertThat(template.format()).isEmpty();
    assertThat(new NameTemplate("{name}.JPEG").format()).contains(PictureFormat.JPEG);
  }
}
