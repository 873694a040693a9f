package io.subpixel.trainer.internal.report;

import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;

/** The colours of curves; {@code report.css} has the same for the page around them. */
record Shade(Color background, Color text, Color grid, List<Color> lines) {
  static final Shade LIGHT =
      new Shade(0xffffff, 0x1f2328, 0xdfe3e8, 0x0b63ce, 0xc2410c, 0x15803d, 0x7e22ce, 0xa16207);
  static final Shade DARK =
      new Shade(0x161b22, 0xe6edf3, 0x30363d, 0x58a6ff, 0xff9e64, 0x56d364, 0xc297ff, 0xe3b341);

  private Shade(int background, int text, int grid, int... lines) {
    this(
        new Color(background),
        new Color(text),
        new Color(grid),
        IntStream.of(lines).mapToObj(Color::new).toList());
  }

  /** The colour of curve {@code i}; they come round again. */
  Color line(int i) {
    return lines.get(i % lines.size());
  }
}
