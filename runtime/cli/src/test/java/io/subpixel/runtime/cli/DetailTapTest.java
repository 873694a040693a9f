package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetailTapTest {
  private static RowSource source(Rows rows, PictureLayout layout) {
    return new RowSource() {
      private int next;

      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void read(Rows into, int at, int count) {
        rows.copyTo(next, into, at, count);
        next += count;
      }

      @Override
      public void close() {}
    };
  }

  /** Noise within 60x60 pixels, the rest a slope. */
  private static Rows busyAt(int x, int y, PictureLayout layout) {
    Random random = new Random(1);
    Rows rows = new Rows(layout.height(), layout);
    for (int row = 0; row < layout.height(); row++) {
      for (int column = 0; column < layout.width(); column++) {
        boolean busy = row >= y && row < y + 60 && column >= x && column < x + 60;
        for (int c = 0; c < layout.channels(); c++) {
          rows.put(row, column, c, busy ? random.nextInt(256) : (row + column) % 200 / 8);
        }
      }
    }
    return rows;
  }

  private static DetailTap.Detail detail(Rows rows, PictureLayout layout) throws IOException {
    DetailTap tap = new DetailTap(source(rows, layout));
    Rows got = new Rows(layout.height(), layout);
    Random random = new Random(2);
    for (int at = 0, count; at < layout.height(); at += count) {
      count = Math.min(layout.height() - at, 1 + random.nextInt(50));
      tap.read(got, at, count);
    }
    assertThat(got.bytes()).isEqualTo(rows.bytes());
    return tap.detail();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "640, 440", "320, 200", "600, 0", "100, 420"})
  void findsTheBusiestPartWithItsSurroundings(int x, int y) throws IOException {
    PictureLayout layout = new PictureLayout(700, 500, 3, 8);
    Rows rows = busyAt(x, y, layout);
    DetailTap.Detail detail = detail(rows, layout);
    assertThat(detail.width()).isBetween(128, 160);
    assertThat(detail.height()).isBetween(128, 160);
    // The noise is unlike everything else: find it in what was kept.
    boolean found = false;
    for (int row = 0; row < detail.height() - 59 && !found; row++) {
      for (int column = 0; column < detail.width() - 59 && !found; column++) {
        found = equal(detail.around(), detail.y() + row, detail.x() + column, rows, y, x);
      }
    }
    assertThat(found).isTrue();
    DetailTap.Detail middle = detail.middle(40, 30);
    assertThat(middle.width()).isEqualTo(40);
    assertThat(middle.height()).isEqualTo(30);
    int dx = (detail.width() - 40) / 2;
    int dy = (detail.height() - 30) / 2;
    assertThat(middle.around().at(middle.y(), middle.x(), 1))
        .isEqualTo(detail.around().at(detail.y() + dy, detail.x() + dx, 1));
  }

  private static boolean equal(Rows a, int rowA, int columnA, Rows b, int rowB, int columnB) {
    for (int row = 0; row < 60; row++) {
      for (int column = 0; column < 60; column++) {
        if (a.at(rowA + row, columnA + column, 2) != b.at(rowB + row, columnB + column, 2)) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void aSmallPictureIsItsOwnDetail() throws IOException {
    PictureLayout layout = new PictureLayout(7, 5, 1, 8);
    Rows rows = busyAt(0, 0, layout);
    DetailTap.Detail detail = detail(rows, layout);
    assertThat(detail.width()).isEqualTo(7);
    assertThat(detail.height()).isEqualTo(5);
    assertThat(detail.around().bytes()).isEqualTo(rows.bytes());
  }
}
