package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing lets running calls end, and refuses those that come later. */
@Timeout(60)
class ClosingTest {
  private static final String CLOSED = "the upscaler is closed";

  private final Picture lr = Pictures.random(64, 300, 1, 6);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    // Of many tiles, so that most of a call is still to be done when another closes.
    return Upscaler.builder()
        .model(new TinyModel(2, Colour.Y).onnx())
        .device(Device.CPU)
        .tile(16)
        .open();
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  /** A picture that is read only once somebody lets it. */
  private final class Held implements RowSource {
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final Runnable within;
    private int next;

    Held(Runnable within) {
      this.within = within;
    }

    @Override
    public PictureLayout layout() {
      return PictureLayout.of(lr);
    }

    @Override
    public void read(Rows into, int at, int count) throws IOException {
      if (next == 0) {
        reading.countDown();
        within.run();
        try {
          go.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      Rows.of(lr).copyTo(next, into, at, count);
      next += count;
    }

    @Override
    public void close() {}
  }

  /** Upscales what is held to a file, and gives what is in that. */
  private Picture upscale(Upscaler upscaler, Held held) throws IOException {
    Path file = folder.resolve("sr.png");
    PictureLayout sr = upscaler.upscaled(held.layout());
    try (PictureWriter writer =
        PictureWriter.create(file, PictureFormat.PNG, sr, Metadata.NONE, WriteOptions.DEFAULTS)) {
      upscaler.upscale(held, writer);
      writer.commit();
    }
    return PictureFiles.read(file);
  }

  @Test
  void runningCallsCompleteAndLaterOnesAreRejected() throws Exception {
    Upscaler upscaler = open();
    Held held = new Held(() -> {});
    Future<Picture> call = threads.submit(() -> upscale(upscaler, held));
    held.reading.await();
    Future<?> closing = threads.submit(upscaler::close);
    assertThatThrownBy(() -> closing.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    List<Supplier<Object>> later =
        List.of(
            () -> upscaler.upscale(lr),
            () -> upscaler.upscale(new Plane(4, 4)),
            () -> {
              PictureLayout layout = new PictureLayout(4, 4, 1, 8);
              Rows sr = new Rows(8, new PictureLayout(8, 8, 1, 8));
              upscaler.upscale(new Rows(4, layout), sr, LumaRange.studio(8));
              return sr;
            });
    for (Supplier<Object> refused : later) {
      assertThatIllegalStateException().isThrownBy(refused::get).withMessage(CLOSED);
    }
    assertThatIllegalStateException()
        .isThrownBy(
            () -> upscaler.upscale(folder.resolve("absent.png"), folder.resolve("absent2.png")))
        .withMessage(CLOSED);

    assertThat(call).isNotDone();
    held.go.countDown();
    assertThat(call.get()).isEqualTo(TinyModel.expected(lr, 2));
    closing.get();
    assertThat(upscaler.traits().scale()).isEqualTo(2);
    upscaler.close();
  }

  @Test
  void manyThreadsGetEitherTheWholePictureOrARefusal() throws Exception {
    Picture expected = TinyModel.expected(lr, 2);
    for (int round = 0; round < 5; round++) {
      Upscaler upscaler = open();
      CountDownLatch running = new CountDownLatch(8);
      List<Future<String>> outcomes = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        outcomes.add(
            threads.submit(
                () -> {
                  while (true) {
                    try {
                      assertThat(upscaler.upscale(lr)).isEqualTo(expected);
                    } catch (IllegalStateException e) {
                      return e.getMessage();
                    }
                    running.countDown();
                  }
                }));
      }
      running.await();
      List<Future<?>> closing = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        closing.add(threads.submit(upscaler::close));
      }
      for (Future<?> close : closing) {
        close.get();
      }
      for (Future<String> outcome : outcomes) {
        assertThat(outcome.get()).isEqualTo(CLOSED);
      }
    }
  }

  @Test
  void closingWithinACallLetsItComplete() throws Exception {
    Upscaler upscaler = open();
    Picture small = Pictures.random(5, 4, 1, 1);
    Held held =
        new Held(
            () -> {
              upscaler.close();
              // A call within a call belongs to it.
              assertThat(upscaler.upscale(small)).isEqualTo(TinyModel.expected(small, 2));
            });
    held.go.countDown();
    assertThat(upscale(upscaler, held)).isEqualTo(TinyModel.expected(lr, 2));
    assertThatIllegalStateException().isThrownBy(() -> upscaler.upscale(lr)).withMessage(CLOSED);
  }

  @Test
  void interruptedClosingReturnsAndTheCallCompletes() throws Exception {
    Upscaler upscaler = open();
    Held held = new Held(() -> {});
    Future<Picture> call = threads.submit(() -> upscale(upscaler, held));
    held.reading.await();
    Future<Boolean> closing =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              upscaler.close();
              return Thread.interrupted();
            });
    assertThat(closing.get()).isTrue();
    assertThatIllegalStateException().isThrownBy(() -> upscaler.upscale(lr)).withMessage(CLOSED);
    held.go.countDown();
    assertThat(call.get()).isEqualTo(TinyModel.expected(lr, 2));
  }
}
