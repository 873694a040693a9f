package io.subpixel.converter.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.operators.standard.StandardOperators;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code converter ops}: the operators that can be exported, from the registry. */
@Command(name = "ops", description = "Lists the operators that can be exported.")
final class OpsCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(names = "--markdown", description = "As the page docs/supported-ops.md.")
  private boolean markdown;

  private record Row(
      String operator, List<String> onnx, int leastOpset, int mostOpset, String limits) {}

  @Override
  public Integer call() {
    List<Row> rows =
        StandardOperators.registry().entries().entrySet().stream()
            .map(
                entry ->
                    new Row(
                        entry.getKey(),
                        entry.getValue().emits().stream().map(OnnxOperator::onnxName).toList(),
                        entry.getValue().since(),
                        Opset.MOST,
                        entry.getValue().limits()))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(SupportedOperators.markdown(StandardOperators.registry()));
    } else if (json) {
      out.println(JSON.writeValueAsString(rows));
    } else {
      TextTable table = new TextTable("SAMEDIFF", "ONNX", "OPSETS", "LIMITS");
      for (Row row : rows) {
        table.add(
            row.operator(),
            String.join(", ", row.onnx()),
            row.leastOpset() + "-" + row.mostOpset(),
            row.limits());
      }
      out.print(table);
    }
    out.flush();
    return ExitStatus.DONE;
  }
}
