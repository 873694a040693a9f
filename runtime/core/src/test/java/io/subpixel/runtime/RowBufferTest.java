package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RowBufferTest {
  @Test
  void passesAllRowsInAnyPortions() throws Exception {
    passOn(new PictureLayout(5, 20_000, 3, 8));
    // Wide enough that the pipe holds but a few rows.
    passOn(new PictureLayout(1 << 17, 60, 4, 8));
    passOn(new PictureLayout(1 << 16, 60, 4, 16));
  }

  private static void passOn(PictureLayout layout) throws Exception {
    Rows rows = new Rows(layout.height(), layout);
    fill(rows, new Random(1));
    RowBuffer pipe = new RowBuffer(layout);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              Random random = new Random(2);
              try (RowSink sink = pipe.sink()) {
                for (int at = 0, count; at < layout.height(); at += count) {
                  count = Math.min(layout.height() - at, 1 + random.nextInt(40));
                  sink.write(rows, at, count);
                }
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    Random random = new Random(3);
    Rows got = new Rows(layout.height(), layout);
    try (RowSource source = pipe.source()) {
      for (int at = 0, count; at < layout.height(); at += count) {
        count = Math.min(layout.height() - at, 1 + random.nextInt(40));
        source.read(got, at, count);
      }
    }
    writer.get();
    if (layout.depth() == 8) {
      assertThat(got.bytes()).isEqualTo(rows.bytes());
    } else {
      assertThat(got.shorts()).isEqualTo(rows.shorts());
    }
  }

  /** Every row differs from every other, in 8 bits as in 16. */
  private static void fill(Rows rows, Random noise) {
    if (rows.depth() == 8) {
      noise.nextBytes(rows.bytes());
    } else {
      for (int i = 0; i < rows.shorts().length; i++) {
        rows.shorts()[i] = (short) noise.nextInt();
      }
    }
  }

  @Test
  void closingOneEndEndsTheOther() throws Exception {
    PictureLayout layout = new PictureLayout(1 << 17, 60, 4, 8);
    Rows rows = new Rows(60, layout);
    RowBuffer unread = new RowBuffer(layout);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> close(unread.source()));
    assertThatThrownBy(() -> unread.sink().write(rows, 0, 60))
        .isInstanceOf(RowBuffer.BrokenException.class);
    closing.get();

    RowBuffer unwritten = new RowBuffer(layout);
    unwritten.sink().write(rows, 0, 2);
    unwritten.sink().close();
    unwritten.source().read(rows, 0, 2);
    assertThatThrownBy(() -> unwritten.source().read(rows, 0, 1))
        .isInstanceOf(RowBuffer.BrokenException.class);
  }

  private static void close(RowSource source) {
    try {
      Thread.sleep(50);
      source.close();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }
}
