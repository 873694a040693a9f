package io.subpixel.trainer.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.CommandRunner;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.internal.data.DrawnClip;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onnx.Onnx;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;

/** The command end to end, on pictures drawn here. */
class FitCommandTest {
  @TempDir Path temporary;
  private Path data;
  private Path run;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void drawPictures() throws IOException {
    data = temporary.resolve("data");
    run = temporary.resolve("run");
    for (int i = 0; i < 4; i++) {
      PictureFiles.write(data.resolve(i + ".png"), TestCard.draw(96, 80, i));
    }
  }

  @Test
  void trainsAndLeavesModelCardAndHistory() throws IOException {
    assertThat(fitValidated("--epochs 3")).as(err.toString()).isZero();

    assertThat(names(run))
        .containsExactlyInAnyOrder(
            "model.fb",
            "card.json",
            "settings.json",
            "checkpoint.npz",
            "history.csv",
            "history.json",
            "loss.png",
            "psnr.png",
            "report.html",
            "samples",
            ".lock");
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertThat(history).hasSize(4);
    assertThat(history.get(0))
        .endsWith("wait_share,val_psnr,val_ssim,val_bilinear_psnr,val_bicubic_psnr");
    double firstLoss = Double.parseDouble(history.get(1).split(",", -1)[4]);
    double lastLoss = Double.parseDouble(history.get(3).split(",", -1)[4]);
    assertThat(firstLoss).isPositive();
    assertThat(lastLoss).isLessThan(0.9 * firstLoss);
    assertThat(history.get(3).split(",", -1)).hasSize(11).doesNotContain("");

    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(card.name()).isEqualTo("sesr-m11-x2");
    assertThat(card.parameters()).isEqualTo(27540);
    assertThat(card.receptiveRadius()).isEqualTo(15);
    ModelCard.Training training = requireNonNull(card.training());
    assertThat(training.steps()).isEqualTo(96);
    assertThat(training.pictures()).isEqualTo(4);
    assertThat(card.scores()).singleElement().satisfies(s -> assertThat(s.data()).isEqualTo("val"));
    assertThat(SameDiff.load(run.resolve("model.fb").toFile(), false).hasVariable("sr")).isTrue();
    assertThat(out.toString())
        .contains("epoch 3", "PSNR", "bicubic", "waiting for data")
        .doesNotContain("\u001b");
    assertThat(errors()).allMatch(line -> line.contains("below"));
  }

  /** Or measuring would take most of the time. */
  @Test
  void anEpochOfFewPicturesHasAHundredSteps() throws IOException {
    assertThat(fit("--data %s --out %s --scale 2 --batch 3 --patch 8 --epochs 2", data, run))
        .as(err.toString())
        .isZero();
    assertThat(History.read(run.resolve(History.JSON)))
        .extracting(Epoch::steps)
        .containsExactly(100L, 200L);
  }

  @Test
  void equalSeedsGiveEqualModels() throws IOException {
    assertThat(weightsAfter(5)).isEqualTo(weightsAfter(5)).isNotEqualTo(weightsAfter(6));
  }

  @Test
  void stopsAfterTheStepsAskedFor() throws IOException {
    assertThat(fit("--data %s --out %s --scale 3 --steps 40 --batch 4 --patch 10", data, run))
        .isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    ModelCard.Training training = requireNonNull(card.training());
    assertThat(training.steps()).isEqualTo(40);
    assertThat(card.scale()).isEqualTo(3);
  }

  @Test
  void resumesToANewLength() throws IOException {
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 5", data, run)).isZero();
    assertThat(fit("--resume --out %s --steps 9", run)).as(err.toString()).isZero();

    ModelCard.Training training =
        requireNonNull(ModelCard.read(run.resolve("card.json")).training());
    assertThat(training.steps()).isEqualTo(9);
    assertThat(training.command())
        .contains("--scale 2 --patch 12 --steps 5 ", " --seed 1")
        .endsWith(" && trainer fit --resume --out " + run + " --steps 9");
    assertThat(Files.readAllLines(run.resolve("history.csv"))).last().asString().contains(",9,");
  }

  @Test
  void aTrainingIsNotOverwritten() throws IOException {
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 2", data, run)).isZero();
    byte[] before = Files.readAllBytes(run.resolve("model.fb"));
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 3", data, run)).isEqualTo(1);
    assertOneLine("run: expected a new folder, or to resume", "checkpoint.npz");
    assertThat(Files.readAllBytes(run.resolve("model.fb"))).isEqualTo(before);
  }

  @Test
  void refusesToOverwriteOtherFiles() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("notes.txt"), "mine");
    Files.writeString(run.resolve("card.json"), "{\"of\": \"mine\"}");
    Files.createDirectory(run.resolve("model.fb"));
    assertThat(fit("--data %s --out %s --scale 2 --steps 1", data, run)).isEqualTo(1);
    assertOneLine(
        "run: expected a folder where a run would overwrite nothing",
        "one that has model.fb, card.json");
    assertThat(run.resolve("card.json")).hasContent("{\"of\": \"mine\"}");
    assertThat(names(run)).containsExactlyInAnyOrder("notes.txt", "card.json", "model.fb");
  }

  @Test
  void keepsUnrelatedFiles() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("notes.txt"), "mine");
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 1", data, run))
        .as(err.toString())
        .isZero();
    assertThat(run.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void aRunWithoutACheckpointMayBeStartedAgain() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 1";
    assertThat(fit(options, data, run)).isZero();
    Files.delete(run.resolve("checkpoint.npz"));
    assertThat(fit(options, data, run)).as(err.toString()).isZero();
  }

  @Test
  void theCardHasTheCommandAsTypedAndTheDefaultsThatMatter() throws IOException {
    Path spaced = Files.move(data, temporary.resolve("it's data"));
    assertThat(
            fitAsIs(
                "--scale 2 --data %s --cache-mb 100 --steps 1 --patch=12 --out %s", spaced, run))
        .as(err.toString())
        .isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    String command = requireNonNull(requireNonNull(card.training()).command());
    assertThat(command)
        .startsWith(
            "trainer fit --scale 2 --data '"
                + temporary
                + "/it'\\''s data' --cache-mb 100 --steps 1 --patch=12 --out "
                + run
                + " --activation leaky-relu --arch sesr-m11 --average 0.999 --batch 16 ")
        .endsWith(" --seed 1 --weight-decay 0 --degradation bicubic-uint8-clamp")
        .doesNotContain("--epochs", "--loaders", "--patch 32");
  }

  @Test
  void theCardStatesNoLicenceButTheOneGiven() throws IOException {
    String options = "--data %s --scale 2 --patch 12 --steps 1 --out %s";
    assertThat(fit(options, data, run)).isZero();
    assertThat(ModelCard.read(run.resolve("card.json")).licence()).isNull();
    assertThat(run.resolve("card.json")).content().doesNotContain("licence");
    assertThat(run.resolve("report.html")).content().doesNotContain("Licence");

    Path other = temporary.resolve("other");
    assertThat(fit(options + " --licence CC-BY-4.0", data, other)).isZero();
    assertThat(ModelCard.read(other.resolve("card.json")).licence()).isEqualTo("CC-BY-4.0");
    assertThat(other.resolve("report.html")).content().contains("Licence");
  }

  /** A network this fresh is near nearest neighbour. */
  @Test
  void warnsOfAModelBelowBicubic() throws IOException {
    assertThat(fitValidated("--steps 1 --arch sesr-tiny")).isZero();
    assertOneLine("warning: val: ", "after 1 steps, below", "bicubic", "longer", "more images");
  }

  @Test
  void showsProgressWithoutATerminal() {
    assertThat(
            fit("--data %s --out %s --scale 2 --patches-per-picture 4096 --minutes 0.1", data, run))
        .isZero();
    assertThat(out.toString()).doesNotContain("epoch 2");
    assertThat(err.toString()).contains("trainer: step ", "samples/s", "left").doesNotContain("\r");
  }

  /** At a rate this high the network soon gets worse, so that the best epoch isn't the last. */
  @ParameterizedTest
  @ValueSource(strings = {"best", "last"})
  void keepsTheEpochAskedFor(String keep) throws IOException {
    assertThat(
            fitValidated(
                "--arch espcn --epochs 5 --average 0 --schedule constant --learning-rate 0.5"
                    + " --keep %s",
                keep))
        .as(err.toString())
        .isZero();
    List<Epoch> history = History.read(run.resolve(History.JSON));
    Epoch best = History.best(history).orElseThrow();
    Epoch last = history.get(history.size() - 1);
    assertThat(best.epoch()).isLessThan(last.epoch());
    Epoch kept = keep.equals("best") ? best : last;
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(requireNonNull(card.training()).steps()).isEqualTo(kept.steps());
    assertThat(card.scores())
        .singleElement()
        .satisfies(
            score ->
                assertThat(score.psnr())
                    .isCloseTo(kept.validation().get(0).psnr(), Offset.offset(0.001)));
  }

  @Test
  void timeThatRunsOutBeforeTheFirstStepLeavesAModelOfOneStep() throws IOException {
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --minutes 1e-9", data, run))
        .as(err.toString())
        .isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(requireNonNull(card.training()).steps()).isEqualTo(1);
    assertThat(run.resolve("report.html")).exists();
  }

  @Test
  void resumeNeedsARun() {
    assertThat(fit("--resume --out %s", run)).isEqualTo(1);
    assertOneLine("settings.json", "no such file");
  }

  @Test
  void resumeAllowsOnlyANewLength() {
    assertThat(fit("--resume --out %s --batch 4", run)).isEqualTo(2);
    assertThat(err.toString()).contains("--batch", "beside --resume");
  }

  @Test
  void aBrokenCheckpointIsOneLineAndStaysAsItIs() throws IOException {
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 2", data, run)).isZero();
    Path checkpoint = run.resolve("checkpoint.npz");
    Files.write(checkpoint, Arrays.copyOf(Files.readAllBytes(checkpoint), 5000));
    assertThat(fit("--resume --out %s --steps 9", run)).isEqualTo(1);
    assertOneLine("checkpoint.npz", "whole checkpoint");
    assertThat(checkpoint).hasSize(5000);
  }

  @Test
  void startsFromAnotherScale() throws IOException {
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --patch 12 --steps 1 --learning-rate 1e-9"
                    + " --name smaller",
                data, run))
        .isZero();
    Path other = temporary.resolve("other");
    assertThat(
            fit(
                "--data %s --out %s --scale 3 --patch 8 --steps 1 --learning-rate 1e-9"
                    + " --seed 2 --start-from %s",
                data, other, run))
        .as(err.toString())
        .isZero();
    SameDiff from = SameDiff.load(run.resolve("model.fb").toFile(), false);
    SameDiff to = SameDiff.load(other.resolve("model.fb").toFile(), false);
    INDArray body = from.getVariable("block0_expand").getArr();
    assertThat(to.getVariable("block0_expand").getArr().distance2(body)).isLessThan(1e-3);
    assertThat(to.getVariable("last_project").getArr().shape()).containsExactly(64, 9);
    ModelCard card = ModelCard.read(other.resolve("card.json"));
    assertThat(requireNonNull(card.training()).command())
        .containsSubsequence("--out " + run, " && trainer fit ", "--start-from " + run);
  }

  @Test
  void startsFromAShippedModel() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 1 --arch sesr-tiny";
    assertThat(fit(options + " --start-from sesr-tiny-x2", data, run)).as(err.toString()).isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(requireNonNull(card.training()).command())
        .startsWith("trainer fit --data T91 General100 BSDS200 ")
        .containsSubsequence(" && trainer fit ", "--start-from sesr-tiny-x2");
    assertThat(fit("--resume --steps 2 --out %s", run)).as(err.toString()).isZero();
    assertThat(requireNonNull(ModelCard.read(run.resolve("card.json")).training()).command())
        .containsSubsequence("T91", " && trainer fit ", " && ", "--steps 2");

    Path other = temporary.resolve("other");
    assertThat(fit(options + " --start-from espcn-x2", data, other)).isEqualTo(1);
    assertOneLine("espcn-x2", "weights that fit this network");
    assertThat(other).doesNotExist();
    assertThat(
            fit(
                "--data %s --out %s --scale 3 --patch 8 --steps 1 --arch sesr-m5 --start-from sesr-m5-x2",
                data, other))
        .as(err.toString())
        .isZero();
    assertThat(err.toString())
        .contains(
            "warning: sesr-m5-x2 has no weights of equal name and shape for last_bias, last_expand;"
                + " they stay fresh")
        .doesNotContain("activation");

    Path third = temporary.resolve("third");
    assertThat(fit(options + " --activation tanh --start-from sesr-tiny-x2", data, third)).isZero();
    assertThat(err.toString())
        .contains(
            "warning: the activation of sesr-tiny-x2 is leaky-relu, that of this network tanh; it"
                + " computes something else");
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "mse", "charbonnier", "ssim"})
  void takesEverySetting(String loss) throws IOException {
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --patch 12 --steps 3 --arch sesr-m3 --loss %s"
                    + " --activation prelu --colour rgb --clip 1 --weight-decay 0.01 --average 0"
                    + " --schedule step:0.5@0.5 --name mine --cache-mb 0"
                    + " --degradation gaussian-decimate+noise:2+jpeg:90",
                data, run, loss))
        .as(err.toString())
        .isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(card.name()).isEqualTo("mine");
    assertThat(card.colour().channels()).isEqualTo(3);
    assertThat(card.degradation()).isEqualTo("gaussian-decimate+noise:2+jpeg:90");
    assertThat(requireNonNull(card.training()).loss()).isEqualTo(loss);
  }

  @Test
  void shardsGiveTheWeightsOfTheirPictures() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 4 --arch sesr-tiny";
    assertThat(fit(options + " --degradation gaussian-decimate", data, run)).isZero();
    Path shards = shards("gaussian-decimate");
    Path other = temporary.resolve("other");
    assertThat(fit(options, shards, other)).as(err.toString()).isZero();
    ModelCard card = ModelCard.read(other.resolve("card.json"));
    assertThat(card.degradation()).isEqualTo("gaussian-decimate");
    assertThat(card.weightsSha256())
        .isEqualTo(ModelCard.read(run.resolve("card.json")).weightsSha256());
    assertThat(requireNonNull(card.training()).command())
        .endsWith(" --degradation gaussian-decimate");
    assertThat(fit("--resume --out %s --steps 6", other)).as(err.toString()).isZero();
  }

  @Test
  void aDegradationBesideAnotherOfTheShardsIsRefused() throws IOException {
    Path shards = shards("gaussian-decimate");
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 4 --degradation photo";
    assertThat(fit(options, shards, run)).isEqualTo(2);
    assertOneLine(
        "--degradation: expected gaussian-decimate, by which the shards were made", "photo");
  }

  private Path shards(String degradation) {
    Path shards = temporary.resolve("shards");
    assertThat(
            CommandRunner.prepare(new TrainerCommand())
                .execute(
                    "degrade",
                    data.toString(),
                    "-o",
                    shards.toString(),
                    "--shards",
                    "--shard-size",
                    "3",
                    "--degradation",
                    degradation))
        .isZero();
    return shards;
  }

  @Test
  void anAdversarialTrainingStartsFromATrainedNetwork() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 3 --arch sesr-tiny";
    assertThat(fit(options, data, run)).isZero();
    Path other = temporary.resolve("other");
    String adversarial = options + " --val %s --loss l1+adversarial:0.05";
    assertThat(fit(adversarial + " --keep last --start-from %s", data, other, data, run)).isZero();
    assertThat(err.toString()).doesNotContain("warning: an adversarial");
    ModelCard card = ModelCard.read(other.resolve("card.json"));
    assertThat(requireNonNull(card.training()).loss()).isEqualTo("l1+adversarial:0.05");
    assertThat(requireNonNull(card.training()).command())
        .contains("--discriminator-learning-rate 1e-4");
    assertThat(String.valueOf(card.unknown().get("discriminator")))
        .contains("learningRate=1.0E-4", "spectral norm");
    assertThat(names(other.resolve("samples"))).hasSize(2);
    assertThat(Files.readString(other.resolve("report.html"))).contains("Samples over time");
    assertThat(Files.readString(other.resolve("history.csv")))
        .contains("loss_l1,loss_adversarial,loss_discriminator");
    // What the model holds is the network alone.
    SameDiff model = SameDiff.load(other.resolve("model.fb").toFile(), false);
    assertThat(model.variables()).extracting(v -> v.name()).noneMatch(n -> n.contains("discrim"));

    Path third = temporary.resolve("third");
    assertThat(fit(options + " --start-from %s", data, third, other)).isZero();
    assertThat(ModelCard.read(third.resolve("card.json")).unknown())
        .isEqualTo(card.unknown())
        .isNotEmpty();
  }

  @Test
  void aNetworkLearnsFromATeacher() throws Exception {
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --patch 12 --steps 4 --arch sesr-tiny --loss"
                    + " l1+teacher:0.5 --teacher sesr-m5-x2 --augment channels+mixup",
                data, run))
        .isZero();
    ModelCard card = ModelCard.read(run.resolve("card.json"));
    assertThat(requireNonNull(card.training()).loss()).isEqualTo("l1+teacher:0.5");
    assertThat(card.parameters()).isEqualTo(2708);
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Pretrained.onnx("sesr-m5-x2")));
    assertThat(String.valueOf(card.unknown().get("teachers")))
        .contains("name=sesr-m5-x2", "sha256=" + digest, "licence=");
    assertThat(Files.readString(run.resolve("history.csv"))).contains("loss_l1,loss_teacher");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("sesr-m5-x2", "channels, mixup");
    SameDiff model = SameDiff.load(run.resolve("model.fb").toFile(), false);
    assertThat(model.variables()).extracting(v -> v.name()).doesNotContain("teachers_sr");
    assertThat(fit("--resume --out %s --steps 6", run)).isZero();
    assertThat(requireNonNull(ModelCard.read(run.resolve("card.json")).training()).steps())
        .isEqualTo(6);
  }

  @Test
  void aCardNamesAllTeachersAndARunKeepsItsOwn() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 2 --arch sesr-tiny";
    String taught = options + " --loss l1+teacher:0.5 --teacher %s";
    assertThat(fit(taught, data, run, "sesr-m5-x2")).isZero();
    Path second = temporary.resolve("second");
    Path teacher = temporary.resolve("teacher.onnx");
    Files.write(teacher, Pretrained.onnx("sesr-tiny-x2"));
    assertThat(fit(taught + " --start-from %s", data, second, teacher, run)).isZero();
    assertThat(String.valueOf(ModelCard.read(second.resolve("card.json")).unknown()))
        .containsSubsequence("name=sesr-m5-x2", "name=sesr-tiny-x2");
    assertThat(fit("--resume --out %s --steps 3", second)).isZero();
    assertThat(ModelCard.read(second.resolve("card.json")).unknown().get("teachers"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(2);
    Files.write(teacher, Pretrained.onnx("sesr-m7-x2"));
    err.getBuffer().setLength(0);
    assertThat(fit("--resume --out %s --steps 4", second)).isEqualTo(1);
    assertOneLine("teacher.onnx", "the teacher that the run began with, of SHA-256");
  }

  @ParameterizedTest
  @CsvSource({
    "sesr-m5-x3, of scale 2 and colour y, of scale 3 and colour y",
    "photo-x2, of scale 2 and colour y, of scale 2 and colour rgb",
    "photo-x9, a run with its model, no such file"
  })
  void aTeacherOfAnotherKindIsOneLineAndStatus1(String teacher, String expected, String received) {
    assertThat(fit("--data %s --out %s --scale 2 --loss teacher --teacher %s", data, run, teacher))
        .isEqualTo(1);
    assertOneLine(teacher, expected, received);
    assertThat(run).doesNotExist();
  }

  @Test
  void aTeacherWithoutCardOrWithAnotherNetworkIsRefused() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 1 --arch sesr-tiny";
    Path other = temporary.resolve("other");
    assertThat(fit(options, data, other)).isZero();
    Path card = other.resolve("card.json");
    Files.writeString(card, Files.readString(card).replace("\"sesr-tiny\"", "\"vgg\""));
    String taught = options + " --loss teacher --teacher %s";
    assertThat(fit(taught, data, run, other)).isEqualTo(1);
    assertOneLine("other: network", "one of [espcn", "vgg");
    Files.writeString(card, Files.readString(card).replace("\"vgg\"", "\"sesr-m5\""));
    err.getBuffer().setLength(0);
    assertThat(fit(taught, data, run, other)).isEqualTo(1);
    assertOneLine("other", "all weights of sesr-m5", "none that fit");
    Files.delete(card);
    err.getBuffer().setLength(0);
    assertThat(fit(taught, data, run, other)).isEqualTo(1);
    assertOneLine("other", "a model with a card", "one without");
    assertThat(run).doesNotExist();
  }

  @Test
  void aRunIsResumedWhenWhatItBeganWithIsGone() throws IOException {
    String options = "--data %s --out %s --scale 2 --patch 12 --steps 3 --arch sesr-tiny";
    assertThat(fit(options, data, run)).isZero();
    Path second = temporary.resolve("second");
    assertThat(fit(options + " --start-from %s", data, second, run)).isZero();
    Files.delete(run.resolve("model.fb"));
    assertThat(fit("--resume --out %s --steps 5", second)).as(err.toString()).isZero();
    ModelCard.Training training =
        requireNonNull(ModelCard.read(second.resolve("card.json")).training());
    assertThat(training.steps()).isEqualTo(5);
    assertThat(training.command())
        .containsSubsequence(
            "--out " + run, " && trainer fit ", "--start-from " + run, " && trainer fit --resume");
  }

  @Test
  void anAdversarialTrainingOfFreshWeightsIsWarnedOf() {
    assertThat(
            fit(
                "--data %s --val %s --out %s --scale 2 --patch 12 --steps 1 --arch sesr-tiny --loss"
                    + " l1+adversarial:0.05",
                data, data, run))
        .isZero();
    assertThat(err.toString().lines().filter(line -> line.contains("warning: an adversarial")))
        .hasSize(2)
        .anyMatch(line -> line.contains("train it with l1 first and start from that run"))
        .anyMatch(line -> line.contains("keep the last epoch"));
  }

  @ParameterizedTest
  @CsvSource({
    "--loss squeezenet, '--squeezenet: expected the file of SqueezeNet''s weights for the loss'",
    "--squeezenet a.net, '--squeezenet: expected a loss with squeezenet beside it, received l1'",
    "--discriminator-learning-rate 1e-4, '--discriminator-learning-rate: expected a loss with'",
    "--loss teacher, '--teacher: expected a model for the loss teacher, received nothing'",
    "--teacher photo-x2, '--teacher: expected a loss with teacher beside it, received l1'",
    "--loss ldl --average 0, '--average: expected more than 0 for the loss ldl, received 0.0'",
  })
  void optionsThatGoTogetherAreAskedFor(String options, String message) {
    assertThat(fit("--data %s --out %s --scale 2 " + options, data, run)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(run).doesNotExist();
  }

  /** An empty variable of a shell would be the working folder. */
  @Test
  void anEmptyNameIsNoModel() {
    String options = "--data %s --out %s --scale 2 --start-from %s";
    assertThat(fit(options, data, run, "")).isEqualTo(2);
    assertThat(err.toString()).contains("--start-from: expected a model, received nothing");
    assertThat(fit(options + " --loss teacher --teacher %s", data, run, run, "")).isEqualTo(2);
    assertThat(err.toString()).contains("--teacher: expected a model, received nothing");
    assertThat(run).doesNotExist();
  }

  @Test
  void aTeacherWithAbsurdWeightsIsNamed() throws IOException {
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.parseFrom(Pretrained.onnx("sesr-m5-x2")).toBuilder();
    model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(each -> each.getName().equals("last_bias"))
        .forEach(
            each ->
                each.clearRawData().clearFloatData().addAllFloatData(List.of(1e6f, 0f, 0f, 0f)));
    Path file = temporary.resolve("absurd.onnx");
    Files.write(file, model.build().toByteArray());
    assertThat(fit("--data %s --out %s --scale 2 --loss teacher --teacher %s", data, run, file))
        .isEqualTo(1);
    assertOneLine("absurd.onnx: expected a teacher whose SR of noise lies around 0..1", "1000");
    assertThat(run).doesNotExist();
  }

  @Test
  void aFileThatIsNoSqueezeNetIsOneLineAndStatus1() throws IOException {
    Path file = Files.writeString(temporary.resolve("weights.net"), "no weights");
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --loss l1+squeezenet:0.1 --squeezenet %s",
                data, run, file))
        .isEqualTo(1);
    assertOneLine("weights.net", "compressed_SqueezeNet.net", "something else");
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--scale, 5, '2, 3 or 4'",
    "--scale, two, int",
    "--arch, vgg, 'one of [espcn, espcn-paper, sesr'",
    "--batch, 0, 1 to 1024",
    "--steps, 0, 1 or more",
    "--minutes, -1, more than 0",
    "--learning-rate, 2, less than 1",
    "--patches-per-picture, -1, 0 to 4096",
    "--cache-mb, -1, 0 to 1048576",
    "--loaders, 65, 1 to 64",
    "--weight-decay, 2, 0 to 1",
    "--checkpoint-every, 0, more than 0",
    "--loss, l3, such as l1+fft:0.05",
    "--loss, adversarial:2000, such as l1+fft:0.05",
    "--augment, mixup+flip, 'some of channels, mixup, cutmix, each once'",
    "--augment, mixup+mixup, 'some of channels, mixup, cutmix, each once'",
    "--schedule, never, 'cosine, constant or step'"
  })
  void wrongUsageIsStatus2AndNamesOptionExpectedAndReceived(
      String option, String value, String expected) {
    String scale = option.equals("--scale") ? "" : " --scale 2";
    String options = "--data %s --out %s" + scale + " " + option + " " + value;
    assertThat(fit(options, data, run)).isEqualTo(2);
    assertThat(err.toString()).contains(expected, value).containsPattern("'?" + option + "'?:");
    assertThat(run).doesNotExist();
  }

  /** One place for each default, though a command has to spell its own. */
  @Test
  void theDefaultsAreThoseOfTheLibrary() {
    CommandLine command = CommandRunner.prepare(new TrainerCommand());
    command.parseArgs("fit", "--data", "x", "--scale", "2", "--out", "y");
    FitCommand fit = requireNonNull(command.getSubcommands().get("fit")).getCommand();
    FitOptions options = fit.options();
    assertThat(options)
        .isEqualTo(
            FitOptions.builder()
                .scale(2)
                .sources(List.of(Path.of("x")))
                .command(options.command())
                .build());
  }

  @Test
  void anEmptyFolderIsOneLineAndStatus1() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    assertThat(fit("--data %s --out %s --scale 2", empty, run)).isEqualTo(1);
    assertOneLine("empty", "folder of images");
  }

  @Test
  void aMissingFolderIsOneLineAndStatus1() {
    assertThat(fit("--data %s --out %s --scale 2", temporary.resolve("nowhere"), run)).isEqualTo(1);
    assertOneLine("nowhere", "no such folder");
  }

  @Test
  void aRunBelowAFileIsOneLineAndStatus1() {
    assertThat(fit("--data %s --out %s --scale 2", data, data.resolve("0.png/run"))).isEqualTo(1);
    assertOneLine("0.png");
  }

  @Test
  void picturesOfWhichNoneCanBeUsedAreStatus1() throws IOException {
    Path broken = Files.createDirectory(temporary.resolve("broken"));
    Files.writeString(broken.resolve("text.png"), "no picture");
    assertThat(fit("--data %s --out %s --scale 2", broken, run)).isEqualTo(1);
    assertThat(err.toString()).contains("text.png", "skipped", "at least one batch");
  }

  @Test
  void aBrokenPictureIsWarnedOfOnce() throws IOException {
    Files.writeString(data.resolve("text.png"), "no picture");
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --patches-per-picture 32 --epochs 3 --batch 8"
                    + " --patch 8",
                data, run))
        .isZero();
    assertThat(out.toString()).contains("epoch 3");
    assertOneLine("warning", "text.png", "skipped");
  }

  @Test
  void aBrokenValidationPictureIsFoundBeforeTraining() throws IOException {
    Path val = Files.createDirectory(temporary.resolve("val"));
    Files.writeString(val.resolve("text.png"), "no picture");
    assertThat(fit("--data %s --val %s --out %s --scale 2", data, val, run)).isEqualTo(1);
    assertOneLine("text.png");
    assertThat(run).doesNotExist();
  }

  @Test
  void trainsOnImagesAndVideosAndResumes() throws IOException {
    Path clip = DrawnClip.write(data.resolve("clip.y4m"), frames(8));
    Path val = DrawnClip.write(temporary.resolve("val.y4m"), frames(3));
    String options =
        "--data %s --val %s --every 3 --out %s --scale 2 --batch 4 --patch 12 --steps 5";
    assertThat(fit(options, data, val, run)).as(err.toString()).isZero();
    assertThat(fit("--resume --out %s --steps 9", run)).as(err.toString()).isZero();

    ModelCard card = ModelCard.read(run.resolve("card.json"));
    ModelCard.Training training = requireNonNull(card.training());
    // Four pictures, and the first, fourth and seventh frame.
    assertThat(training.pictures()).isEqualTo(7);
    assertThat(training.steps()).isEqualTo(9);
    assertThat(training.command()).contains("--data " + data + " ", " --every 3 ");
    assertThat(card.scores())
        .singleElement()
        .satisfies(score -> assertThat(score.data()).isEqualTo("val.y4m"));
    assertThat(Files.readString(run.resolve("report.html"))).contains("val.y4m at 0.000 s");
    assertThat(Files.readAllLines(run.resolve("history.csv")).get(0)).contains("val.y4m_psnr");

    String digest = requireNonNull(training.sha256());
    Files.write(clip, "FRAME\n".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.APPEND);
    assertThat(fit("--resume --out %s --steps 10", run)).as(err.toString()).isZero();
    assertThat(requireNonNull(ModelCard.read(run.resolve("card.json")).training()).sha256())
        .isNotEqualTo(digest);
  }

  @Test
  void equalSeedsGiveEqualModelsOfClips() throws IOException {
    data = DrawnClip.write(temporary.resolve("clip.y4m"), frames(6));
    assertThat(weightsAfter(5)).isEqualTo(weightsAfter(5)).isNotEqualTo(weightsAfter(6));
  }

  @Test
  void refusesVideosForColour() throws IOException {
    DrawnClip.write(data.resolve("clip.y4m"), frames(2));
    assertThat(fit("--data %s --out %s --scale 2 --colour rgb", data, run)).isEqualTo(1);
    assertOneLine("clip.y4m: expected images for colour rgb", "a video");
    assertThat(run).doesNotExist();
  }

  @Test
  void aBrokenClipIsWarnedOfAndCanBeAFailure() throws IOException {
    Files.writeString(data.resolve("text.mp4"), "no clip");
    assertThat(fit("--data %s --out %s --scale 2 --patch 12 --steps 2", data, run)).isZero();
    assertOneLine("warning", "text.mp4", "skipped");
    err.getBuffer().setLength(0);
    Path other = temporary.resolve("other");
    assertThat(fit("--data %s --out %s --scale 2 --strict", data, other)).isEqualTo(1);
    assertOneLine("text.mp4: expected a video clip");
    assertThat(other).doesNotExist();
    assertThat(fit("--data %s --out %s --scale 2 --every 0", data, run)).isEqualTo(2);
    assertThat(err.toString()).contains("--every: expected 1 or more, received 0");
  }

  private static Picture[] frames(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> DrawnClip.card(96, 80, 20 + i))
        .toArray(Picture[]::new);
  }

  private String weightsAfter(int seed) throws IOException {
    Path run = Files.createTempDirectory(temporary, "run");
    assertThat(
            fit(
                "--data %s --out %s --scale 2 --steps 5 --batch 4 --patch 12 --seed %s",
                data, run, seed))
        .isZero();
    return String.valueOf(ModelCard.read(run.resolve("card.json")).weightsSha256());
  }

  /** Trains on small patches, beside a validation set of one picture that it wasn't given. */
  private int fitValidated(String options, Object... values) throws IOException {
    Path val = temporary.resolve("val");
    PictureFiles.write(val.resolve("card.png"), TestCard.draw(64, 64, 9));
    List<Object> all = new ArrayList<>(List.of(data, val, run));
    all.addAll(List.of(values));
    return fitAsIs(
        "--data %s --val %s --out %s --scale 2 --batch 4 --patch 12 --patches-per-picture 32 "
            + options,
        all.toArray());
  }

  /** Of a small network, which is quickly built, unless the options name one. */
  private int fit(String options, Object... values) {
    boolean named = options.contains("--arch") || options.contains("--resume");
    return fitAsIs(named ? options : options + " --arch sesr-tiny", values);
  }

  /** Each {@code %s} is a word of its own, whatever is in it. */
  private int fitAsIs(String options, Object... values) {
    CommandLine command = CommandRunner.prepare(new TrainerCommand());
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    Iterator<Object> next = List.of(values).iterator();
    return command.execute(
        Stream.of(("fit " + options).split(" "))
            .map(word -> word.equals("%s") ? String.valueOf(next.next()) : word)
            .toArray(String[]::new));
  }

  private void assertOneLine(String... parts) {
    assertThat(errors()).singleElement().asString().contains(parts);
  }

  /** What was said beside how it goes, which depends on how fast this machine is. */
  private List<String> errors() {
    return err.toString()
        .lines()
        .filter(line -> !line.matches("trainer: (step |reading the data).*"))
        .toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toList());
    }
  }
}
