package io.subpixel.trainer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library as a program calls it, on pictures drawn here. */
class TrainerTest {
  private static final List<Picture> PICTURES =
      IntStream.range(0, 4).mapToObj(i -> TestCard.draw(96, 80, i)).toList();
  private static final PictureList TRAINING = new PictureList("cards", PICTURES);
  private static final PictureList VALIDATION =
      new PictureList("val", List.of(TestCard.draw(64, 64, 9)));

  @TempDir private Path folder;

  private static FitOptions.Builder small(int steps) {
    return FitOptions.builder().network("sesr-tiny").scale(2).batch(4).patch(12).steps(steps);
  }

  /** Counts steps and epochs, and cancels or interrupts after so many steps. */
  private static final class Counter implements FitListener {
    private final int cancelAfter;
    private final int interruptAfter;
    private long steps;
    private final List<Epoch> epochs = new ArrayList<>();

    Counter(int cancelAfter, int interruptAfter) {
      this.cancelAfter = cancelAfter;
      this.interruptAfter = interruptAfter;
    }

    @Override
    public void step(long step, double loss, double samplesPerSecond, Duration left) {
      steps = step;
      if (step == interruptAfter) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void epoch(Epoch epoch) {
      epochs.add(epoch);
    }

    @Override
    public boolean isCancelled() {
      return steps == cancelAfter;
    }
  }

  @Test
  void trainsOnImagesInMemoryAndReportsEachStep() throws Exception {
    Counter counter = new Counter(-1, -1);
    FitOptions options = small(50).patchesPerPicture(20).learningRate(4e-3).build();
    TrainedNetwork trained =
        Trainer.inMemory(options, TRAINING, List.of(VALIDATION), counter).fit();

    assertThat(counter.steps).isEqualTo(50);
    // Four pictures of 20 patches are 20 steps of 4.
    assertThat(counter.epochs).extracting(Epoch::steps).containsExactly(20L, 40L, 50L);
    assertThat(trained.history()).isEqualTo(counter.epochs);
    assertThat(trained.history().get(2).loss()).isLessThan(trained.history().get(0).loss());
    assertThat(trained.skipped()).isZero();
    Epoch best = trained.best().orElseThrow();
    ModelCard.Training training = requireNonNull(trained.card().training());
    assertThat(training.steps()).isEqualTo(best.steps());
    assertThat(training.pictures()).isEqualTo(4);
    assertThat(training.data()).containsExactly("cards");
    assertThat(training.command()).isNull();
    assertThat(trained.card().scores())
        .singleElement()
        .satisfies(score -> assertThat(score.data()).isEqualTo("val"));
    Picture sr = trained.upscale(TestCard.draw(30, 20, 5));
    assertThat(sr.width()).isEqualTo(60);
    assertThat(sr.height()).isEqualTo(40);
  }

  @Test
  void filesListsAndSuppliersGiveEqualWeights() throws Exception {
    for (int i = 0; i < PICTURES.size(); i++) {
      PictureFiles.write(folder.resolve("data/" + i + ".png"), PICTURES.get(i));
    }
    Trainer list = Trainer.inMemory(small(20).build(), TRAINING, List.of(), FitListener.NONE);
    Trainer supplier =
        Trainer.inMemory(
            small(20).loaders(3).cacheMb(0).build(),
            PictureList.of("made", 4, i -> TestCard.draw(96, 80, i)),
            List.of(),
            FitListener.NONE);
    FitOptions onFiles = small(20).sources(List.of(folder.resolve("data"))).build();
    ModelCard expected = list.fit().card();
    ModelCard supplied = supplier.fit().card();
    assertThat(supplied.weightsSha256()).isEqualTo(expected.weightsSha256());
    assertThat(requireNonNull(supplied.training()).sha256())
        .isEqualTo(requireNonNull(expected.training()).sha256());
    assertThat(Trainer.inMemory(onFiles, FitListener.NONE).fit().card().weightsSha256())
        .isEqualTo(expected.weightsSha256());
    Path run = folder.resolve("run");
    Trainer.begin(onFiles, run, FitListener.NONE).fit();
    assertThat(ModelCard.read(run.resolve("card.json")).weightsSha256())
        .isEqualTo(expected.weightsSha256());
    Picture other = TestCard.draw(96, 80, 77);
    PictureList changed = PictureList.of("made", 4, i -> i == 3 ? other : PICTURES.get(i));
    ModelCard card =
        Trainer.inMemory(small(20).build(), changed, List.of(), FitListener.NONE).fit().card();
    assertThat(card.weightsSha256()).isNotEqualTo(expected.weightsSha256());
    assertThat(requireNonNull(card.training()).sha256())
        .isNotEqualTo(requireNonNull(expected.training()).sha256());
  }

  @Test
  void leavesNoThreadAndNoOpenFileHoweverItEnds() throws Exception {
    Path data = folder.resolve("data");
    for (int i = 0; i < PICTURES.size(); i++) {
      PictureFiles.write(data.resolve(i + ".png"), PICTURES.get(i));
    }
    FitOptions options = small(20).loaders(3).sources(List.of(data)).build();
    // ND4J starts threads of its own, once.
    Trainer.begin(options, folder.resolve("first"), FitListener.NONE).fit();
    Set<Thread> threads = threads();
    Set<String> files = openFiles();

    Trainer.inMemory(options, FitListener.NONE).fit();
    assertThat(threads()).isSubsetOf(threads);
    Trainer cancelled = Trainer.begin(options, folder.resolve("cancelled"), new Counter(3, -1));
    assertThatThrownBy(cancelled::fit)
        .isInstanceOf(CancellationException.class)
        .hasMessage("training cancelled after step 3");
    assertThat(threads()).isSubsetOf(threads);
    Trainer interrupted = Trainer.begin(options, folder.resolve("interrupted"), new Counter(-1, 3));
    assertThatThrownBy(interrupted::fit).isInstanceOf(InterruptedException.class);
    assertThat(threads()).isSubsetOf(threads);
    Files.writeString(data.resolve("9.png"), "no picture");
    FitOptions strict = small(20).loaders(3).strict(true).sources(List.of(data)).build();
    Trainer failing = Trainer.inMemory(strict, FitListener.NONE);
    assertThatThrownBy(failing::fit).isInstanceOf(InvalidInputException.class);
    assertThat(threads()).isSubsetOf(threads);

    assertThat(openFiles()).isSubsetOf(files);
    try (Stream<Path> left = Files.list(folder.resolve("interrupted"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "settings.json", "model.fb", "card.json");
    }
  }

  @Test
  void aCancelledRunResumesAtTheStepWhereItStopped() throws Exception {
    for (int i = 0; i < PICTURES.size(); i++) {
      PictureFiles.write(folder.resolve("data/" + i + ".png"), PICTURES.get(i));
    }
    FitOptions options = small(20).sources(List.of(folder.resolve("data"))).build();
    Path whole = folder.resolve("whole");
    Trainer.begin(options, whole, FitListener.NONE).fit();

    Path run = folder.resolve("run");
    Trainer cancelled = Trainer.begin(options, run, new Counter(7, -1));
    assertThatThrownBy(cancelled::fit).isInstanceOf(CancellationException.class);
    List<Long> steps = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void step(long step, double loss, double samplesPerSecond, Duration left) {
            steps.add(step);
          }
        };
    TrainedNetwork resumed = Trainer.resume(run, null, null, listener).fit();
    assertThat(steps).hasSize(13).startsWith(8L).endsWith(20L);
    assertThat(resumed.card()).isEqualTo(ModelCard.read(whole.resolve("card.json")));
  }

  /** As written before the options had the names that they have now. */
  @Test
  void resumesARunWithOldSettings() throws Exception {
    for (int i = 0; i < PICTURES.size(); i++) {
      PictureFiles.write(folder.resolve("data/" + i + ".png"), PICTURES.get(i));
    }
    FitOptions options =
        small(8).patchesPerPicture(20).sources(List.of(folder.resolve("data"))).build();
    Path run = folder.resolve("run");
    Trainer.begin(options, run, FitListener.NONE).fit();
    Path settings = run.resolve("settings.json");
    String now = Files.readString(settings);
    String before = now.replace("patchesPerPicture", "perPicture").replace("loaders", "threads");
    assertThat(before).isNotEqualTo(now);
    Files.writeString(settings, before);
    Trainer.resume(
            run, new FitOptions.Length(FitOptions.Length.Unit.STEPS, 30), null, FitListener.NONE)
        .fit();
    assertThat(Files.readString(settings)).isEqualTo(now.replace("8.0", "30.0"));
    Files.writeString(settings, now.replace("\"batch\" : 4", "\"batch\" : 0"));
    assertThatThrownBy(() -> Trainer.resume(run, null, null, FitListener.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("settings.json: expected the settings of a training");
  }

  @Test
  void needsSomethingToTrainOn() {
    FitOptions options = small(1).build();
    assertThatThrownBy(() -> Trainer.begin(options, folder, FitListener.NONE))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("data: expected something to train on, received nothing");
    PictureList empty = new PictureList("empty", List.of());
    assertThatThrownBy(() -> Trainer.inMemory(options, empty, List.of(), FitListener.NONE))
        .hasMessage("empty: expected at least one image, received none");
    FitOptions files = small(1).sources(List.of(folder)).build();
    assertThatThrownBy(() -> Trainer.inMemory(files, TRAINING, List.of(), FitListener.NONE))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("data: expected no files beside images in memory");
  }

  @Test
  void imagesThatAreTooSmallAreSkippedByName() throws Exception {
    List<String> warnings = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void warning(String message) {
            warnings.add(message);
          }
        };
    PictureList mixed =
        new PictureList("mixed", List.of(PICTURES.get(0), TestCard.draw(20, 80, 1)));
    TrainedNetwork trained = Trainer.inMemory(small(10).build(), mixed, List.of(), listener).fit();
    assertThat(trained.skipped()).isEqualTo(1);
    assertThat(warnings)
        .containsExactly(
            "mixed[1]: expected both sides at least 24 pixels, received 20x80; skipped");
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  /** Of this process, where the system tells. */
  private static Set<String> openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return Set.of();
    }
    Set<String> open = new HashSet<>();
    try (Stream<Path> each = Files.list(descriptors)) {
      each.map(TrainerTest::target).flatMap(Optional::stream).forEach(open::add);
    }
    open.removeIf(file -> file.startsWith("/proc/"));
    return open;
  }

  private static Optional<String> target(Path descriptor) {
    @Nullable Path target;
    try {
      target =
          Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)
              ? Files.readSymbolicLink(descriptor)
              : null;
    } catch (IOException e) {
      // Closed since it was listed.
      target = null;
    }
    return Optional.ofNullable(target).map(Path::toString);
  }
}
