package io.subpixel.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.BatchPlan.Naming;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of pictures, without the command. */
@Timeout(60)
class BatchTest {
  private static final Picture LR = Pictures.random(20, 60, 3, 6);
  private static final Picture SR = TinyModel.expected(LR, 2);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit calls open
  private Upscaler upscaler;

  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void open() throws IOException {
    upscaler =
        Upscaler.builder()
            .model(new TinyModel(2, Colour.RGB).onnx())
            .device(Device.CPU)
            .tile(16)
            .open();
    in = folder.resolve("in");
    Files.createDirectories(in.resolve("deep"));
    out = folder.resolve("out");
    PictureFiles.write(in.resolve("a.png"), LR);
    PictureFiles.write(in.resolve("deep/b.bmp"), LR);
    Files.writeString(in.resolve("c.png"), "no picture");
  }

  @AfterEach
  void close() {
    upscaler.close();
  }

  private BatchPlan plan(Naming naming) throws IOException {
    BatchInputs found = BatchInputs.find(List.of(in), true, out);
    return BatchPlan.of(found.files(), new BatchOutput.ToFolder(out), naming, upscaler);
  }

  private List<String> written() throws IOException {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aBrokenPictureDoesNotStopTheBatch() throws IOException {
    List<Outcome> told = new ArrayList<>();
    Batch batch = new Batch(upscaler, BatchOptions.DEFAULTS);
    List<Outcome> outcomes =
        batch.run(
            plan(Naming.unchanged()),
            new BatchListener() {
              @Override
              public void reported(Outcome outcome) {
                told.add(outcome);
              }
            });
    assertThat(told).isEqualTo(outcomes);
    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Failed.class);
    assertThat(((Outcome.Failed) outcomes.get(1)).message())
        .startsWith(in.resolve("c.png") + ": expected an image (")
        .hasLineCount(1);
    assertThat(batch.written()).isEqualTo(2);
    assertThat(written()).containsExactly("a.png", "deep/b.bmp");
    assertThat(PictureFiles.read(out.resolve("deep/b.bmp"))).isEqualTo(SR);
  }

  @Test
  void namesFollowTheTemplate() throws IOException {
    Naming naming =
        new Naming(
            new NameTemplate("{parent}/{name}-{width}x{height}-x{scale}.{ext}"),
            Optional.of(PictureFormat.BMP),
            true,
            TargetSize.times(1.5),
            1000_000);
    BatchPlan plan = plan(naming);
    assertThat(plan.failures()).hasSize(1);
    UpscaleOptions options = UpscaleOptions.DEFAULTS.withTarget(naming.target());
    new Batch(upscaler, BatchOptions.DEFAULTS.withUpscale(options)).run(plan, BatchListener.NONE);
    assertThat(written())
        .containsExactly(
            "deep/deep/b-30x90-x1.5.bmp",
            "deep/deep/b-30x90-x1.5.compare.png",
            "in/a-30x90-x1.5.bmp",
            "in/a-30x90-x1.5.compare.png");
    assertThat(PictureFiles.read(out.resolve("in/a-30x90-x1.5.bmp")).width()).isEqualTo(30);
  }

  @Test
  void upToDateOutputsAreSkipped() throws IOException {
    BatchOptions skipping = BatchOptions.DEFAULTS.withSkipExisting(true);
    new Batch(upscaler, skipping).run(plan(Naming.unchanged()), BatchListener.NONE);
    Files.delete(out.resolve("a.png"));
    List<Outcome> again =
        new Batch(upscaler, skipping).run(plan(Naming.unchanged()), BatchListener.NONE);
    assertThat(again.get(0)).isInstanceOf(Outcome.Done.class);
    assertThat(again.get(2)).isInstanceOf(Outcome.Skipped.class);
  }

  @Test
  void aDryRunReportsSizesAndWritesNothing() throws IOException {
    List<Outcome> outcomes =
        new Batch(upscaler, BatchOptions.DEFAULTS.withDryRun(true))
            .run(plan(Naming.unchanged()), BatchListener.NONE);
    assertThat(((Outcome.Planned) outcomes.get(0)).sr()).hasToString("40x120x3 of 8 bits");
    assertThat(written()).isEmpty();
  }

  @Test
  void failFastStopsAtTheFirstFailure() throws IOException {
    BatchOptions options = BatchOptions.DEFAULTS.withFailFast(true).withConcurrency(1);
    List<Outcome> outcomes =
        new Batch(upscaler, options).run(plan(Naming.unchanged()), BatchListener.NONE);
    assertThat(outcomes).hasSize(2);
    assertThat(written()).containsExactly("a.png");
  }

  @Test
  void stoppingEndsPicturesInProgress() throws Exception {
    Batch batch = new Batch(upscaler, BatchOptions.DEFAULTS.withConcurrency(1));
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    List<Outcome> outcomes =
        batch.run(
            plan(Naming.unchanged()),
            new BatchListener() {
              @Override
              public void progressed(BatchPlan.Job job, double part) {
                batch.stop();
              }

              @Override
              public void ended(BatchPlan.Job job) {
                ended.add(job.where());
              }
            });
    assertThat(outcomes).isEmpty();
    assertThat(ended).containsExactly(out.resolve("a.png").toString());
    assertThat(batch.await(Duration.ZERO)).isTrue();
    assertThat(written()).isEmpty();
  }

  @Test
  void awaitingCoversPicturesThatOutlastAnInterruptedRun() throws Exception {
    Batch batch = new Batch(upscaler, BatchOptions.DEFAULTS.withConcurrency(1));
    BatchPlan plan = plan(Naming.unchanged());
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    BatchListener holding =
        new BatchListener() {
          @Override
          public void progressed(BatchPlan.Job job, double part) {
            reading.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    FutureTask<List<Outcome>> run = new FutureTask<>(() -> batch.run(plan, holding));
    Thread runner = new Thread(run);
    runner.start();
    reading.await();
    runner.interrupt();
    assertThatThrownBy(run::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(batch.await(Duration.ofMillis(200))).isFalse();
    released.countDown();
    assertThat(batch.await(Duration.ofSeconds(30))).isTrue();
    assertThat(written()).isEmpty();
  }

  @Test
  void noTwoInputsBecomeOneFile() {
    Naming one =
        new Naming(new NameTemplate("x.png"), Optional.empty(), false, TargetSize.ofModel(), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(one))
        .withMessageStartingWith("out: " + in.resolve("a.png") + " and ")
        .withMessageEndingWith(" would both become " + out.resolve("x.png"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BatchPlan.of(
                    BatchInputs.find(List.of(in), true, out).files(),
                    new BatchOutput.ToFolder(in),
                    Naming.unchanged(),
                    upscaler))
        .withMessage("out: " + in.resolve("a.png") + " would replace an input");
  }
}
