package io.subpixel.converter.cli;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads {@code --shape q=N,8,T k=N,8,T}: as many inputs as follow. */
final class ShapeOptions implements IParameterConsumer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("-1|[0-9]{1,18}");
  private static final String EXPECTED =
      "--shape: expected INPUT=SIZES with whole numbers or names and commas between, received ";

  @Override
  // Its signature is picocli's.
  @SuppressWarnings("JdkObsolete")
  public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
    if (words.isEmpty()) {
      throw new ParameterException(command.commandLine(), EXPECTED + "nothing");
    }
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Shape> before = option.getValue();
    if (before != null) {
      shapes.putAll(before);
    }
    do {
      String word = words.pop();
      int equals = word.lastIndexOf('=');
      if (equals <= 0) {
        throw new ParameterException(command.commandLine(), EXPECTED + word);
      }
      String sizes = word.substring(equals + 1);
      List<String> listed = sizes.isBlank() ? List.of() : Arrays.asList(sizes.split(",", -1));
      List<Dim> dims =
          listed.stream().map(String::strip).map(size -> dim(size, word, command)).toList();
      shapes.put(word.substring(0, equals), new Shape(dims));
    } while (!words.isEmpty() && !words.peek().startsWith("-") && isShape(words.peek()));
    option.setValue(shapes);
  }

  private static boolean isShape(String word) {
    int equals = word.lastIndexOf('=');
    return equals > 0
        && Arrays.stream(word.substring(equals + 1).split(",", -1))
            .allMatch(size -> NAME.matcher(size).matches() || NUMBER.matcher(size).matches());
  }

  private static Dim dim(String size, String word, CommandSpec command) {
    if (NAME.matcher(size).matches()) {
      return Dim.named(size);
    } else if (!NUMBER.matcher(size).matches()) {
      throw new ParameterException(command.commandLine(), EXPECTED + word);
    }
    return size.equals("-1") ? Dim.inferred() : Dim.of(Long.parseLong(size));
  }
}
