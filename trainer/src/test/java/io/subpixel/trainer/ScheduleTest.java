package io.subpixel.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.subpixel.pictures.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | 0 | 1",
        "constant | 1 | 1",
        "cosine | 0 | 1",
        "cosine | 0.5 | 0.505",
        "cosine | 1 | 0.01",
        "cosine | 2 | 0.01",
        "step:0.1@0.5,0.8 | 0.49 | 1",
        "step:0.1@0.5,0.8 | 0.5 | 0.1",
        "step:0.1@0.5,0.8 | 0.9 | 0.01"
      })
  void learningRateFallsAsScheduled(String id, double done, double factor)
      throws InvalidInputException {
    assertThat(Schedule.parse(id).at(done)).isCloseTo(factor, offset(1e-9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linear", "step", "step:0.1", "step:2@0.5", "step:0.1@", "step:0.1@1.5"})
  void refusesOtherSchedules(String id) {
    assertThatThrownBy(() -> Schedule.parse(id))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("step:FACTOR@PART");
  }

  @Test
  void parsesItsOwnText() throws InvalidInputException {
    assertThat(Schedule.parse("step:0.5@0.25")).hasToString("step:0.5@0.25");
  }
}
