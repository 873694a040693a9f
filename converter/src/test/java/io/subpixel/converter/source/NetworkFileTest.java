package io.subpixel.converter.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.Networks;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

final class NetworkFileTest {
  @TempDir Path folder;

  @Test
  void aRunHasANetworkAndACard() throws IOException {
    Networks.espcn(2, 1).save(folder.resolve("model.fb").toFile(), false);
    assertThat(NetworkFile.read(folder).card()).isEmpty();

    Files.writeString(folder.resolve("card.json"), Networks.card(2, Colour.Y).toJson());

    assertThat(NetworkFile.read(folder).card()).contains(Networks.card(2, Colour.Y));
    assertThat(NetworkFile.read(folder.resolve("model.fb")).card()).isPresent();
    assertThat(NetworkFile.read(folder).sameDiff().hasVariable("sr")).isTrue();
  }

  @Test
  void replaceWhereComputesWhatItDidBeforeItWasSaved() throws IOException {
    SameDiff written = SameDiff.create();
    SDVariable x = written.placeHolder("x", DataType.DOUBLE, 4);
    SDVariable y = written.placeHolder("y", DataType.DOUBLE, 4);
    written.replaceWhere("z", x, y, Conditions.lessThan(0.5));
    written.setOutputs("z");
    written.save(folder.resolve("model.fb").toFile(), false);
    INDArray first = Nd4j.createFromArray(0.1, 0.9, 0.4, 0.6);
    INDArray second = Nd4j.createFromArray(7.0, 0.2, 0.3, 8.0);

    INDArray read =
        NetworkFile.read(folder)
            .sameDiff()
            .outputSingle(Map.of("x", first.dup(), "y", second.dup()), "z");

    assertThat(read.toDoubleVector()).containsExactly(7.0, 0.9, 0.3, 0.6);
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
    Path whole = folder.resolve("whole.fb");
    Networks.espcn(2, 1).save(whole.toFile(), true);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.fb");

    for (int length = 0; length < bytes.length - 8; length += 61) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      int kept = length;
      assertThatThrownBy(() -> NetworkFile.read(cut))
          .as("%d of %d bytes", kept, bytes.length)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(cut.toString())
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void anArrayThatReachesBeyondItsBytesIsRefused() throws IOException {
    Path file = folder.resolve("model.fb");
    Networks.espcn(2, 1).save(file.toFile(), false);
    byte[] bytes = Files.readAllBytes(file);
    // The shape information of w0: rank 4, then [5,5,1,8].
    byte[] shape = new byte[40];
    for (int i = 0; i < 5; i++) {
      shape[8 * i] = new byte[] {4, 5, 5, 1, 8}[i];
    }
    int at = indexOf(bytes, shape);
    byte[] larger = bytes.clone();
    larger[at + 8] = 127;
    Files.write(file, larger);
    assertThatThrownBy(() -> NetworkFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("variable w0 with 800 bytes for 5080 values");

    byte[] farther = bytes.clone();
    farther[at + 40 + 3] = 1;
    Files.write(file, farther);
    assertThatThrownBy(() -> NetworkFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("variable w0 with strides beyond its values");
  }

  @Test
  void whatIsNoNetworkIsRefused() throws IOException {
    Path file = folder.resolve("model.fb");
    assertThatThrownBy(() -> NetworkFile.read(file))
        .hasMessage(file + ": expected a SameDiff network (.fb), received nothing");
    Files.writeString(file, "");
    assertThatThrownBy(() -> NetworkFile.read(file)).hasMessageContaining("received 0 bytes");
    for (String text : new String[] {"This is a text and no network at all.\n", "PK".repeat(50)}) {
      Files.writeString(file, text.repeat(20));
      assertThatThrownBy(() -> NetworkFile.read(file)).isInstanceOf(InvalidInputException.class);
    }
    Files.write(file, new byte[4096]);
    assertThatThrownBy(() -> NetworkFile.read(file)).isInstanceOf(InvalidInputException.class);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
