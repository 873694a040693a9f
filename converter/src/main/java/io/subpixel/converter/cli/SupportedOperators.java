package io.subpixel.converter.cli;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.nd4j.imports.converters.ImportClassMapping;

/** The page that says of every operator of SameDiff whether it can be exported. */
final class SupportedOperators {
  private SupportedOperators() {}

  /** The page in Markdown: supported, not yet supported, not expressible; each by name. */
  static String markdown(OperatorRegistry registry) {
    Set<String> open = new TreeSet<>();
    ImportClassMapping.getOpNameMapping().keySet().stream()
        .filter(Objects::nonNull)
        .forEach(open::add);
    open.removeAll(registry.entries().keySet());
    open.removeAll(registry.refusals().keySet());
    StringBuilder page =
        new StringBuilder(
            """
            # Operators

            Made by `bin/converter ops --markdown > docs/supported-ops.md`; not to be edited.

            | | |
            |---|---|
            | supported | %d |
            | not yet | %d |
            | not expressible | %d |

            ## Supported

            | SameDiff | ONNX | opsets | limits |
            |---|---|---|---|
            """
                .formatted(registry.entries().size(), open.size(), registry.refusals().size()));
    new TreeMap<>(registry.entries())
        .forEach(
            (operator, entry) ->
                row(
                    page,
                    operator,
                    entry.emits().stream()
                        .map(OnnxOperator::onnxName)
                        .collect(Collectors.joining(", ")),
                    entry.since() + "-" + Opset.MOST,
                    entry.limits()));
    page.append("\n## Not yet\n\n");
    open.forEach(operator -> page.append("- ").append(operator).append('\n'));
    page.append("\n## Not expressible\n\n| SameDiff | reason | what helps |\n|---|---|---|\n");
    new TreeMap<>(registry.refusals())
        .forEach((operator, refusal) -> row(page, operator, refusal.reason(), refusal.help()));
    return page.toString();
  }

  private static void row(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    page.append('\n');
  }
}
