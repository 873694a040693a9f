package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Handlers that are wrong on purpose must not get past the verification. */
final class VerificationFailureTest {
  @TempDir Path folder;

  /** PyTorch's order of channels where SameDiff has the other one. */
  private static final class ColumnsFirst implements OperatorHandler {
    @Override
    public void emit(Emission e) {
      e.out(
          e.call(
              OnnxOperator.DEPTH_TO_SPACE,
              e.in(0),
              Attribute.whole("blocksize", 2),
              Attribute.text("mode", "CRD")));
    }
  }

  /** Adds a little to every value. */
  private record Shifted(float by) implements OperatorHandler {
    @Override
    public void emit(Emission e) {
      e.out(e.add(e.call(OnnxOperator.RELU, e.in(0)), by));
    }
  }

  @Command(name = "converter")
  private static final class Exporting implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("unused") // picocli acts on it
    private CommonOptions common = new CommonOptions();

    private final Path out;
    private final OperatorRegistry registry;

    Exporting(Path out, OperatorRegistry registry) {
      this.out = out;
      this.registry = registry;
    }

    @Override
    public Integer call() throws IOException {
      OnnxExport.export(
          Networks.espcn(2, 3), ExportOptions.DEFAULT.withOperators(registry), out, r -> {});
      return ExitStatus.DONE;
    }
  }

  @Test
  void aWrongOrderOfChannelsIsCaughtAndLeavesNoFile() throws IOException {
    Path out = folder.resolve("model.onnx");
    OperatorRegistry wrong = standardBut("depth_to_space", new ColumnsFirst());
    List<ExportReport> reports = new ArrayList<>();

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 3),
                    ExportOptions.DEFAULT.withOperators(wrong),
                    out,
                    reports::add))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("sr: expected a relative difference of at most 1.0E-5");

    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).nodes())
        .filteredOn(node -> !node.accurate())
        .singleElement()
        .satisfies(node -> assertThat(node.operator()).isEqualTo("depth_to_space"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theFileThatWasThereStays() throws IOException {
    Path out = folder.resolve("model.onnx");
    Files.writeString(out, "before");

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 3),
                    ExportOptions.DEFAULT.withOperators(standardBut("relu", new Shifted(1e-3f))),
                    out,
                    report -> {}))
        .isInstanceOf(VerificationException.class);

    assertThat(out).hasContent("before");
  }

  @Test
  void aSmallShiftIsCaughtAtTheNodeThatMakesIt() {
    List<ExportReport> reports = new ArrayList<>();

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    Networks.espcn(2, 1),
                    ExportOptions.DEFAULT.withOperators(standardBut("relu", new Shifted(1e-4f))),
                    folder.resolve("model.onnx"),
                    reports::add))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("relu:");

    assertThat(reports.get(0).nodes().get(0).accurate()).isTrue();
    assertThat(reports.get(0).nodes().get(1).accurate()).isFalse();
    assertThat(reports.get(0).nodes().get(1).absolute()).isBetween(0.9e-4, 1.1e-4);
  }

  @Test
  void withoutVerificationTheWrongFileIsWritten() throws IOException {
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(
            Networks.espcn(2, 3),
            ExportOptions.DEFAULT
                .withVerify(false)
                .withOperators(standardBut("depth_to_space", new ColumnsFirst())),
            out,
            made -> {});

    assertThat(out).exists();
    assertThat(report.verified()).isFalse();
    assertThat(report.nodes()).allMatch(node -> node.converted() && !node.ran());
  }

  @Test
  void theCommandExitsWithFour() {
    Path out = folder.resolve("model.onnx");
    StringWriter err = new StringWriter();
    CommandLine command =
        CommandRunner.prepare(new Exporting(out, standardBut("relu", new Shifted(1e-3f))));
    command.setErr(new PrintWriter(err));

    assertThat(command.execute()).isEqualTo(ExitStatus.VERIFICATION_FAILED);

    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out).doesNotExist();
  }

  private static OperatorRegistry standardBut(String operator, OperatorHandler handler) {
    OperatorRegistry.Builder builder = OperatorRegistry.builder();
    StandardOperators.registry()
        .entries()
        .forEach(
            (name, usual) ->
                builder.add(
                    name,
                    name.equals(operator) ? handler : usual.handler(),
                    OnnxOperator.ADD,
                    OnnxOperator.CONV,
                    OnnxOperator.DEPTH_TO_SPACE,
                    OnnxOperator.RELU));
    return builder.build();
  }
}
