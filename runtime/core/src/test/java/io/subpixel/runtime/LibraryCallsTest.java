package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another program does in one call. */
@Timeout(60)
class LibraryCallsTest {
  private static final Picture LR = Pictures.random(40, 300, 3, 6);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit calls open
  private Upscaler upscaler;

  @BeforeEach
  void open() throws IOException {
    // Of many bands, so that there are places to stop at.
    upscaler =
        Upscaler.builder()
            .model(new TinyModel(2, Colour.RGB).onnx())
            .device(Device.CPU)
            .tile(16)
            .open();
  }

  @AfterEach
  void close() {
    upscaler.close();
  }

  private Path file(String name, Picture picture) throws IOException {
    Path file = folder.resolve(name);
    PictureFiles.write(file, picture);
    return file;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void bytesBecomeBytesOfTheSameFormat() throws IOException {
    byte[] tiff = Files.readAllBytes(file("a.tif", LR));
    byte[] result = upscaler.upscale(tiff, UpscaleOptions.DEFAULTS);
    Path written = Files.write(folder.resolve("b.tif"), result);
    assertThat(result).startsWith('I', 'I');
    assertThat(PictureFiles.read(written)).isEqualTo(TinyModel.expected(LR, 2));
  }

  @Test
  void streamsAndPathsGoTogether() throws IOException {
    Path in = file("a.png", LR);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    UpscaleOptions bmp = UpscaleOptions.DEFAULTS.withFormat(PictureFormat.BMP);
    Upscaler.Upscaled done =
        upscaler.upscale(PictureInput.of(in), PictureOutput.of(out, "memory"), bmp);
    assertThat(done.input()).isEqualTo(in.toString());
    assertThat(done.output()).isEqualTo("memory");
    Path back = folder.resolve("back.png");
    upscaler.upscale(
        PictureInput.of(new ByteArrayInputStream(out.toByteArray()), "memory"),
        PictureOutput.of(back),
        UpscaleOptions.DEFAULTS);
    Picture once = TinyModel.expected(LR, 2);
    assertThat(PictureFiles.read(back)).isEqualTo(TinyModel.expected(once, 2));
  }

  @Test
  void reachesAnySize() throws IOException {
    Path in = file("a.png", LR);
    Path out = folder.resolve("b.png");
    upscaler.upscale(
        PictureInput.of(in),
        PictureOutput.of(out),
        UpscaleOptions.DEFAULTS.withTarget(TargetSize.width(100)));
    Picture file = PictureFiles.read(out);
    assertThat(file.width()).isEqualTo(100);
    assertThat(file.height()).isEqualTo(750);

    PictureLayout lr = PictureLayout.of(LR);
    PictureLayout sr = lr.withSize(100, 750);
    Rows rows = new Rows(750, sr);
    upscaler.upscale(RowSource.of(Rows.of(LR), lr), RowSink.of(rows, sr), TargetSize.times(2.5));
    assertThat(rows.bytes()).isEqualTo(file.samples());
  }

  @Test
  void cropsEvenlyToACoveredBox() throws IOException {
    PictureLayout lr = PictureLayout.of(LR);
    TargetSize whole = TargetSize.width(3 * lr.width());
    TargetSize middle = TargetSize.box(3 * lr.width(), 2 * lr.height(), TargetSize.Fit.COVER);
    Picture large = upscaled(whole);
    Picture cropped = upscaled(middle);
    assertThat(cropped.height()).isEqualTo(2 * lr.height());
    int from = lr.height() / 2 * large.width() * large.channels();
    assertThat(cropped.samples())
        .isEqualTo(Arrays.copyOfRange(large.samples(), from, from + cropped.samples().length));
    PictureLayout sr = lr.withSize(cropped.width(), cropped.height());
    Rows rows = new Rows(sr.height(), sr);
    upscaler.upscale(RowSource.of(Rows.of(LR), lr), RowSink.of(rows, sr), middle);
    assertThat(rows.bytes()).isEqualTo(cropped.samples());
  }

  private Picture upscaled(TargetSize target) throws IOException {
    Path out = folder.resolve("sized.png");
    upscaler.upscale(
        PictureInput.of(file("sized-lr.png", LR)),
        PictureOutput.of(out),
        UpscaleOptions.DEFAULTS.withTarget(target));
    return PictureFiles.read(out);
  }

  @Test
  void putsAlphaOnABackground() throws IOException {
    byte[] clear = new byte[4 * 8 * 8];
    Path in = file("a.png", new Picture(8, 8, 4, clear));
    Path out = folder.resolve("b.jpg");
    upscaler.upscale(
        PictureInput.of(in),
        PictureOutput.of(out),
        UpscaleOptions.DEFAULTS.withBackground(new Background(255, 255, 255)));
    Picture white = PictureFiles.read(out);
    assertThat(white.hasAlpha()).isFalse();
    assertThat(white.at(3, 3, 0)).isGreaterThan(250);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_USHORT_565_RGB,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_BYTE_BINARY
      })
  void imagesOfEveryTypeGiveTheResultOfTheirFiles(int type) throws IOException {
    BufferedImage image = new BufferedImage(12, 9, type);
    Graphics2D graphics = image.createGraphics();
    graphics.drawImage(
        ImageIO.read(file("p.png", Pictures.random(12, 9, 3, 1)).toFile()), 0, 0, null);
    graphics.dispose();
    BufferedImage large = upscaler.upscale(image, TargetSize.ofModel());

    // ImageIO's own writer tells what an image holds.
    Path png = folder.resolve("b.png");
    ImageIO.write(image, "png", png.toFile());
    Path expected = folder.resolve("c.png");
    upscaler.upscale(png, expected);
    Path written = folder.resolve("d.png");
    ImageIO.write(large, "png", written.toFile());
    assertThat(PictureFiles.read(written)).isEqualTo(PictureFiles.read(expected));
  }

  @Test
  void tellsProgressToTheEnd() throws IOException {
    List<Double> parts = new ArrayList<>();
    Path in = file("a.png", LR);
    upscaler.upscale(
        PictureInput.of(in),
        PictureOutput.of(folder.resolve("b.png")),
        UpscaleOptions.DEFAULTS.withProgress(parts::add));
    assertThat(parts).hasSizeGreaterThan(3).isSorted().endsWith(1.0);
  }

  @Test
  void sizesAreKnownBeforeAnyWork() throws IOException {
    Path in = file("a.png", LR);
    Path out = folder.resolve("b.png");
    try (PictureUpscale picture =
        upscaler.open(PictureInput.of(in), PictureOutput.of(out), UpscaleOptions.DEFAULTS)) {
      assertThat(picture.lr()).isEqualTo(new PictureLayout(40, 300, 3, 8));
      assertThat(picture.sr()).isEqualTo(new PictureLayout(80, 600, 3, 8));
      assertThat(picture.format()).isEqualTo(PictureFormat.PNG);
      assertThat(picture.chosen().upscaler()).isSameAs(upscaler);
    }
    assertThat(files()).containsExactly(in);
  }

  @Test
  void aMissedDeadlineLeavesNothing() throws IOException {
    Path in = file("a.png", LR);
    UpscaleOptions hurried = UpscaleOptions.DEFAULTS.withTimeLimit(Duration.ofNanos(1));
    assertThatThrownBy(
            () ->
                upscaler.upscale(
                    PictureInput.of(in), PictureOutput.of(folder.resolve("b.png")), hurried))
        .isInstanceOf(DeadlineException.class)
        .hasMessage(in + ": expected to be upscaled within 0 ms, received more");
    assertThat(files()).containsExactly(in);
  }

  @Test
  void cancellingMidwayLeavesNothing() throws IOException {
    Path in = file("a.png", LR);
    DoubleAdder reached = new DoubleAdder();
    UpscaleOptions options =
        UpscaleOptions.DEFAULTS
            .withProgress(part -> reached.add(part - reached.sum()))
            .withCancelled(() -> reached.sum() > 0.3);
    assertThatThrownBy(
            () ->
                upscaler.upscale(
                    PictureInput.of(in), PictureOutput.of(folder.resolve("b.png")), options))
        .isInstanceOf(CancellationException.class);
    assertThat(reached.sum()).isBetween(0.3, 0.9);
    assertThat(files()).containsExactly(in);
  }

  @Test
  void anInterruptEndsTheCallAndStaysSet() throws IOException {
    Path in = file("a.png", LR);
    UpscaleOptions interrupting =
        UpscaleOptions.DEFAULTS.withProgress(part -> Thread.currentThread().interrupt());
    assertThatThrownBy(
            () ->
                upscaler.upscale(
                    PictureInput.of(in), PictureOutput.of(folder.resolve("b.png")), interrupting))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(files()).containsExactly(in);
    // What was interrupted harms no later call.
    upscaler.upscale(in, folder.resolve("b.png"));
    assertThat(PictureFiles.read(folder.resolve("b.png"))).isEqualTo(TinyModel.expected(LR, 2));
  }

  @Test
  void anotherThreadUpscalesMeanwhile() throws IOException {
    Path in = file("a.png", LR);
    List<CompletableFuture<Upscaler.Upscaled>> running = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      running.add(
          upscaler.upscaleAsync(
              PictureInput.of(in),
              PictureOutput.of(folder.resolve("b" + i + ".png")),
              UpscaleOptions.DEFAULTS));
    }
    for (int i = 0; i < 8; i++) {
      assertThat(running.get(i).join().output()).endsWith("b" + i + ".png");
      assertThat(PictureFiles.read(folder.resolve("b" + i + ".png")))
          .isEqualTo(TinyModel.expected(LR, 2));
    }
  }

  @Test
  void aFailureIsTheFuturesCause() {
    Path absent = folder.resolve("absent.png");
    CompletableFuture<Upscaler.Upscaled> failed =
        upscaler.upscaleAsync(
            PictureInput.of(absent),
            PictureOutput.of(folder.resolve("b.png")),
            UpscaleOptions.DEFAULTS);
    assertThatThrownBy(failed::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasRootCauseMessage(absent + ": expected an image, received no such file");
  }

  /** A call that waits after its first band until it may go on. */
  private final class Held {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Double> parts = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Upscaler.Upscaled> future;

    Held(Path in, Path out) {
      future =
          upscaler.upscaleAsync(
              PictureInput.of(in),
              PictureOutput.of(out),
              UpscaleOptions.DEFAULTS.withProgress(this::wait));
    }

    private void wait(double part) {
      parts.add(part);
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new UncheckedIOException(new InterruptedIOException());
      }
    }
  }

  @Test
  void cancellingAFutureLeavesNothing() throws Exception {
    Path in = file("a.png", LR);
    Held held = new Held(in, folder.resolve("b.png"));
    held.begun.await();
    assertThat(held.future.cancel(true)).isTrue();
    held.go.countDown();
    upscaler.close();
    assertThat(held.parts).hasSizeLessThanOrEqualTo(2);
    assertThat(files()).containsExactly(in);
  }

  @Test
  void closingWaitsForAllCalls() throws Exception {
    Path in = file("a.png", LR);
    List<Held> calls = new ArrayList<>();
    // More than are under way at once: the last ones wait.
    for (int i = 0; i < 5; i++) {
      calls.add(new Held(in, folder.resolve("b" + i + ".png")));
    }
    calls.get(0).begun.await();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(upscaler::close);
    while (!isClosed(in)) {
      Thread.onSpinWait();
    }
    assertThat(closing).isNotDone();
    calls.forEach(call -> call.go.countDown());
    closing.join();
    for (int i = 0; i < 5; i++) {
      assertThat(calls.get(i).future).isCompleted();
      assertThat(PictureFiles.read(folder.resolve("b" + i + ".png")))
          .isEqualTo(TinyModel.expected(LR, 2));
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> new Held(in, in))
        .withMessage("the upscaler is closed");
  }

  private boolean isClosed(Path in) {
    try {
      CompletableFuture<?> tried =
          upscaler.upscaleAsync(
              PictureInput.of(in),
              PictureOutput.of(folder.resolve("other.png")),
              UpscaleOptions.DEFAULTS.withCancelled(() -> true));
      return tried.isCancelled();
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
