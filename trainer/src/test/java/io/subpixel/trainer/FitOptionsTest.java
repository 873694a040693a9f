package io.subpixel.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.trainer.network.Activation;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FitOptionsTest {
  private static FitOptions.Builder valid() {
    return FitOptions.builder().scale(2);
  }

  @ParameterizedTest
  @MethodSource
  void refusesWhatIsOutOfRange(UnaryOperator<FitOptions.Builder> change, String message) {
    assertThatThrownBy(() -> change.apply(valid()).build())
        .isInstanceOf(InvalidOptionException.class)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  static Stream<Arguments> refusesWhatIsOutOfRange() {
    return Stream.of(
        refused(o -> o.batch(0), "batch: expected 1 to 1024, received 0"),
        refused(o -> o.batch(1025), "batch: expected 1 to 1024, received 1025"),
        refused(o -> o.patch(7), "patch: expected 8 to 512, received 7"),
        refused(o -> o.patch(513), "patch: expected 8 to 512, received 513"),
        refused(o -> o.patchesPerPicture(-1), "patchesPerPicture: expected 0 to 4096, received -1"),
        refused(o -> o.patchesPerPicture(4097), "patchesPerPicture: expected 0 to 4096"),
        refused(o -> o.cacheMb(-1), "cacheMb: expected 0 to 1048576, received -1"),
        refused(o -> o.loaders(0), "loaders: expected 1 to 64, received 0"),
        refused(o -> o.loaders(65), "loaders: expected 1 to 64, received 65"),
        refused(o -> o.scale(5), "scale: expected 2, 3 or 4, received 5"),
        refused(o -> o.scale(0), "scale: expected 2, 3 or 4, received nothing"),
        refused(o -> o.network("vgg"), "network: expected one of [espcn, espcn-paper, sesr-tiny"),
        refused(o -> o.name(" "), "name: expected some text, received"),
        refused(o -> o.licence(""), "licence: expected some text, received"),
        refused(o -> o.every(0), "every: expected 1 or more, received 0"),
        refused(
            o -> o.learningRate(1),
            "learningRate: expected more than 0, less than 1, received 1.0"),
        refused(o -> o.learningRate(Double.NaN), "learningRate: expected more than 0"),
        refused(o -> o.weightDecay(-0.1), "weightDecay: expected 0 to 1, received -0.1"),
        refused(o -> o.weightDecay(Double.NaN), "weightDecay: expected 0 to 1, received NaN"),
        refused(o -> o.clip(-1), "clip: expected 0 or more, received -1.0"),
        refused(o -> o.clip(Double.NaN), "clip: expected 0 or more, received NaN"),
        refused(o -> o.average(1), "average: expected 0 or more, less than 1, received 1.0"),
        refused(
            o -> o.loss(Loss.of(LossTerm.SQUEEZENET)),
            "squeezenet: expected the file of SqueezeNet's weights for the loss squeezenet,"
                + " received nothing"),
        refused(
            o -> o.squeezenet(Path.of("a.net")),
            "squeezenet: expected a loss with squeezenet beside it, received l1"),
        refused(
            o -> o.loss(Loss.of(LossTerm.SQUEEZENET)).squeezenet(Path.of("a.net")).patch(15),
            "patch: expected at least 16 for the loss squeezenet, received 15"),
        refused(
            o -> o.loss(Loss.of(LossTerm.TEACHER)),
            "teacher: expected a model for the loss teacher, received nothing"),
        refused(
            o -> o.teacher(Path.of("photo-x2")),
            "teacher: expected a loss with teacher beside it, received l1"),
        refused(
            o -> o.loss(Loss.of(LossTerm.LDL)).average(0),
            "average: expected more than 0 for the loss ldl, received 0.0"),
        refused(
            o -> o.discriminatorLearningRate(1e-4),
            "discriminatorLearningRate: expected a loss with adversarial beside it, received l1"),
        refused(
            o -> o.loss(Loss.of(LossTerm.ADVERSARIAL)).discriminatorLearningRate(1.0),
            "discriminatorLearningRate: expected more than 0, less than 1, received 1.0"),
        refused(o -> o.steps(0), "steps: expected 1 or more, received 0"),
        refused(o -> o.epochs(-1), "epochs: expected 1 or more, received -1"),
        refused(o -> o.minutes(0), "minutes: expected more than 0, at most 100000, received 0.0"),
        refused(o -> o.minutes(1e6), "minutes: expected more than 0, at most 100000"));
  }

  private static Arguments refused(UnaryOperator<FitOptions.Builder> change, String message) {
    return Arguments.of(change, message);
  }

  @Test
  void takesTheLimits() {
    assertThat(valid().batch(1024).patch(8).loaders(64).cacheMb(0).average(0).build().loading())
        .isEqualTo(new FitOptions.Loading(1024, 8, 0, Set.of(), 0, 64));
    assertThat(valid().minutes(1e-9).every(1).weightDecay(1).clip(0).build().length().amount())
        .isEqualTo(1e-9);
  }

  @Test
  void aDiscriminatorHasARateOfItsOwn() {
    Loss adversarial = Loss.of(LossTerm.ADVERSARIAL);
    assertThat(valid().build().objective().discriminatorLearningRate()).isNull();
    assertThat(valid().loss(adversarial).build().objective().discriminatorLearningRate())
        .isEqualTo(1e-4);
    assertThat(
            valid()
                .loss(adversarial)
                .discriminatorLearningRate(1e-3)
                .build()
                .objective()
                .discriminatorLearningRate())
        .isEqualTo(1e-3);
  }

  @Test
  void nameAndActivationFollowTheNetwork() {
    FitOptions.Model model = valid().network("espcn-paper").scale(3).build().model();
    assertThat(model.name()).isEqualTo("espcn-paper-x3");
    assertThat(model.activation()).isEqualTo(Activation.TANH);
    assertThat(valid().activation(Activation.PRELU).build().model().activation())
        .isEqualTo(Activation.PRELU);
  }
}
