package io.subpixel.conformance.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.Commands;
import io.subpixel.conformance.cli.ConformanceCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class PeerGraphsTest {
  @TempDir Path folder;
  private final Commands commands = new Commands();

  /** y = x * w, as their maker would have saved it. */
  private void product(String name, double... y) throws IOException {
    Path graph = Files.createDirectories(folder.resolve(name));
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.DOUBLE, 2);
    SDVariable w = network.var("scope/w", Nd4j.createFromArray(2.0, 3.0));
    x.mul("scope/y", w);
    network.save(graph.resolve("graph.fb").toFile(), false);
    write(graph.resolve("in.x.npy"), 5, 7);
    write(graph.resolve("var.scope#w.npy"), 2, 3);
    write(graph.resolve("out.scope#y.npy"), y);
  }

  @Test
  void equalValuesAreFound() throws IOException {
    product("one", 10, 21);

    assertThat(peerGraphs(folder)).as(commands.err()).isEqualTo(ExitStatus.DONE);
    assertThat(commands.out()).isEqualToIgnoringNewLines("1 graphs: 1 equal, 0 refused, 0 failed");
  }

  @Test
  void anotherValueOrShapeFailsAndTheRestIsStillCompared() throws IOException {
    product("a", 10, 21.001);
    product("b", 10, 21, 0);
    product("c", 10, 21);

    assertThat(peerGraphs(folder)).isEqualTo(ExitStatus.VERIFICATION_FAILED);
    assertThat(commands.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("a failed: scope/y: expected a relative difference"))
        .anyMatch(line -> line.startsWith("b failed: scope/y: expected shape [3], received [2]"))
        .endsWith("3 graphs: 1 equal, 0 refused, 2 failed");
  }

  @Test
  void whatCannotBeExpressedIsRefusedWithItsReason() throws IOException {
    Path graph = Files.createDirectories(folder.resolve("random"));
    SameDiff network = SameDiff.create();
    network.random().normal("y", 0, 1, DataType.FLOAT, 3).std("z", false);
    network.save(graph.resolve("graph.fb").toFile(), false);
    write(graph.resolve("out.z.npy"), 1);

    assertThat(peerGraphs(folder)).isEqualTo(ExitStatus.DONE);
    assertThat(commands.out()).contains("random refused: ").contains("0 equal, 1 refused");
  }

  @Test
  void aPeerThatIsNotThereConvertsNothing() throws IOException {
    product("one", 10, 21);

    int status =
        commands.run(
            new ConformanceCommand(),
            "peer-graphs",
            folder,
            "--peer",
            System.getProperty("java.class.path"));

    assertThat(status).as(commands.err()).isEqualTo(ExitStatus.DONE);
    assertThat(commands.out())
        .contains("1 graphs: 1 equal")
        .contains("Deeplearning4j's exporter, 1 graphs: 0 converted, 0 ran, 0 equal");
  }

  @Test
  void badInputIsOneLine() throws IOException {
    assertThat(peerGraphs(folder)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err().lines()).hasSize(1);

    product("cut", 10, 21);
    Path array = folder.resolve("cut").resolve("in.x.npy");
    Files.write(array, Arrays.copyOf(Files.readAllBytes(array), 70));
    assertThat(peerGraphs(folder)).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err()).contains("in.x.npy: expected a .npy array");
  }

  @Test
  void noneOfDeeplearning4jsGraphsFails() throws IOException, InterruptedException {
    Path archive = Path.of(System.getProperty("subpixel.data", ""), "peer-graphs.tar.gz");
    Assumptions.assumeTrue(Files.exists(archive), "the shared graphs aren't there");
    Process tar =
        new ProcessBuilder("tar", "xzf", archive.toAbsolutePath().toString())
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();

    assertThat(peerGraphs(folder)).as(commands.out()).isEqualTo(ExitStatus.DONE);
    assertThat(commands.out().lines().reduce("", (first, last) -> last)).startsWith("564 graphs");
  }

  private int peerGraphs(Path parent) {
    return commands.run(new ConformanceCommand(), "peer-graphs", parent);
  }

  private static void write(Path file, double... values) throws IOException {
    String header =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }\n".formatted(values.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.writeBytes(
        ByteBuffer.allocate(2)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) header.length())
            .array());
    bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    ByteBuffer elements =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    elements.asDoubleBuffer().put(values);
    bytes.writeBytes(elements.array());
    Files.write(file, bytes.toByteArray());
  }
}
